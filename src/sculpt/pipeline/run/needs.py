"""What a run needs from the machine that it is started on: its Snakemake profile, and the devices of its jobs."""

from importlib.util import find_spec
from pathlib import Path

from ruamel.yaml import YAML

from sculpt.core.errors import SculptError
from sculpt.params.complaints import nearest
from sculpt.pipeline.dag.hardware import HARDWARE
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import machine_device
from sculpt.pipeline.record.store_key import is_current


class ProfileError(SculptError):
    """A run cannot do here what its profile asks for."""


def executor_of(profile: str) -> str:
    """The executor of a Snakemake profile, a folder of profiles/: `local` runs the jobs here. Raises ProfileError."""
    path = Path(f"profiles/{profile}/config.yaml")
    if not path.is_file():
        there = sorted(found.parent.name for found in Path("profiles").glob("*/config.yaml"))
        raise ProfileError(f"{path}: no such file; PROFILE can be {', '.join(there)}{nearest(profile, there)}")
    return (YAML(typ="safe", pure=True).load(path) or {}).get("executor", "local")


def need_plugin(profile: str, executor: str) -> None:
    """Raises ProfileError, with the command that installs it, where Snakemake lacks the plugin of an executor."""
    if find_spec(f"snakemake_executor_plugin_{executor.replace('-', '_')}") is None:
        package = "--editable '.[slurm]'" if executor == "slurm" else f"snakemake-executor-plugin-{executor}"
        raise ProfileError(f"profiles/{profile}: executor {executor} is not installed; .venv/bin/pip install {package}")


def need_devices(name: str, jobs: list[Job], root: Path = Path(".")) -> None:
    """Raises ProfileError where a job that is not up to date asks for a CUDA device, and this machine has none.

    A look at the hardware does without: it says itself that its profile is not available.

    name: of the experiment. jobs: each after those that it needs.
    """
    if machine_device() != "cpu" or not any(job.device == "cuda" for job in jobs if job.rule != HARDWARE.name):
        return
    digests, waiting = records.Digests(root), set()
    for job in jobs:
        if not waiting.isdisjoint(job.input_files) or not is_current(job, root, digests):
            waiting.update(job.outputs)
            if job.device == "cuda" and job.rule != HARDWARE.name:
                raise ProfileError(
                    f'experiments.{name}.{job.origins["profile"]}.device: "cuda", and this machine has no CUDA device; '
                    f'set "auto" or "cpu", or run it on one that has'
                )
