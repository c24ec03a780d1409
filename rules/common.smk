from sculpt.core.errors import SculptError

try:
    # Within, since a plug-in that cannot be imported is a fault like any other.
    from sculpt.params.experiment import described
    from sculpt.params.load import load
    from sculpt.pipeline.dag.experiment import STAGES
    from sculpt.pipeline.dag.grid import Grid

    NAME, EXPERIMENT = load(Path("params.yaml")).select(config.get("experiment"))
    GRID = Grid(NAME, described(EXPERIMENT))
except SculptError as error:
    raise WorkflowError(str(error)) from None

RESULTS = f"results/{NAME}"
LOGS = f"logs/{NAME}"
DATA = f"{RESULTS}/data"
DESCRIBED = {stage.name: stage for stage in STAGES}
JOBS = {stage.name: {frozenset(job.wildcards.items()): job for job in stage.all_jobs(GRID)} for stage in STAGES}


wildcard_constraints:
    block=r"seeds_\d+-\d+",
    profile=r"[a-z0-9-]+",
    take="first|second",
    analysis=r"[a-z0-9_]+",
    figure=r"[a-z0-9_]+",


def job(rule, wildcards):
    """The description of a job, or an error that names what there is."""
    try:
        return JOBS[rule][frozenset(wildcards.items())]
    except KeyError:
        asked = " ".join(wildcards)
        known = ", ".join(" ".join(found.wildcards.values()) for found in JOBS[rule].values()) or "none"
        raise WorkflowError(f"{rule}: {asked}: this experiment has no such job; there are: {known}") from None


def inputs(rule):
    """The files of each role."""
    return lambda wildcards: job(rule, wildcards).inputs


def outputs(rule):
    return DESCRIBED[rule].files(GRID)


def config_of(rule):
    """Exactly the settings that a job uses, as one string."""
    return lambda wildcards: job(rule, wildcards).config


def source_of(rule):
    """The identity of the code that a job runs."""
    return lambda wildcards: job(rule, wildcards).source


def log_of(rule):
    return f"{LOGS}/{DESCRIBED[rule].log}"


def benchmark_of(rule):
    return f"{LOGS}/{DESCRIBED[rule].log.removesuffix('.log')}.benchmark.tsv"


def message_of(rule):
    return DESCRIBED[rule].message.replace("{", "{wildcards.")


def gpus(rule):
    """CUDA devices that a job asks for: one, where its execution profile allows one."""
    return lambda wildcards: int(job(rule, wildcards).device in ("auto", "cuda"))


def threads_of(rule):
    return lambda wildcards: job(rule, wildcards).threads


def partition_of(rule):
    """The partition of a cluster that each job's execution profile names, where one of the rule's does.

    A job without one then has that of `default-resources`, as it has where the rule says nothing.
    """
    if not any(described.partition for described in JOBS[rule].values()):
        return {}
    default = (workflow.resource_settings.default_resources or {}).get("slurm_partition")
    default = getattr(default, "raw", default)  # the text of a profile, not evaluated: a partition is a name
    return {"slurm_partition": lambda wildcards: job(rule, wildcards).partition or default}


def minutes_of(rule):
    """Run time on a cluster, from the length of the node."""
    return lambda wildcards: job(rule, wildcards).minutes


def memory_of(rule):
    """MB of main memory for the libraries (CUDA's are as large again) and for a job's inputs, unpacked.

    Images of more than 16 GiB stay memory-mapped (sculpt.data.augmentation).
    """

    def megabytes(wildcards, input):
        libraries = 2000 * (1 + gpus(rule)(wildcards))
        return libraries + 3 * int(sum(size for size in input.size_files_mb if size <= 16 * 1024))

    return megabytes
