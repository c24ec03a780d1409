"""`sculpt plan` with nothing to do, on an experiment of more than a thousand jobs.

    python benchmarks/plan.py

Needs a clean commit: what is cloned is HEAD. The tree is made up: files of the sizes that the jobs would write, with
the records and the lock that a run would leave. What plans is the real thing, and it must find nothing to do.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import fingerprint
from sculpt.pipeline.record.lock_export import export
from sculpt.pipeline.record.store_key import params_of

ROOT = Path(__file__).parents[1]
NAME = "thousand"
DENSITIES = [round(0.9**k, 6) for k in range(1, 31)]
ROUNDS = 5
SIZES = {"weights.safetensors": 830_000, "mask.safetensors": 208_000}  # bytes, as digits writes them
OTHER = 500


def jobs_of(folder: Path, params: str, seeds: int, densities: list[float]) -> list[Job]:
    """Write the folder's params.yaml, `params` and one experiment more; returns the jobs of that."""
    experiment = {
        "based_on": "digits",
        "replicates": 3,
        "seeds": seeds,
        "runs": [
            {"method": "dense", "cycles": 4},
            {"method": "masks", "masks": ["erk", "synflow"], "densities": [0.05]},
            *({"method": "cyclic", "mask": mask, "densities": densities} for mask in ("erk", "synflow")),
            {"method": "lrr", "ladder": densities},
        ],
        "figures": {
            figure: {"width": 5.5, "densities": densities[-1:]} for figure in ("accuracy_vs_cost", "training_loss")
        },
    }
    path = folder / "params.yaml"
    path.write_text(f"{params}\n  {NAME}: {json.dumps(experiment)}\n")
    return all_jobs(NAME, load(path).experiments[NAME])


def records_of_rules(folder: Path, jobs: list[Job]) -> dict[str, records.Record]:
    """What Snakemake itself records of one job of each rule, as if these jobs had run."""
    make_up(folder, jobs)
    touch = ["--touch", "--forceall", "--quiet", "all", "--config", f"experiment={NAME}"]
    subprocess.run([sys.executable, "-m", "snakemake", *touch], cwd=folder, env=environment(folder), check=True)
    return {job.rule: records.read(folder, job.outputs[0]) for job in jobs}


def make_up(folder: Path, jobs: list[Job]) -> None:
    """Every file that the jobs would write."""
    content = os.urandom(max(SIZES.values()))
    for output in (output for job in jobs for output in job.outputs):
        path = folder / output
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.encode() + content[: SIZES.get(path.name, OTHER)])


def record(folder: Path, jobs: list[Job], of_rule: dict[str, records.Record]) -> None:
    """The records of the jobs, each with what is recorded of its rule, and the lock."""
    digests = records.Digests(folder)
    for job in jobs:
        kept = {**of_rule[job.rule], "params": params_of(job)}
        outputs, inputs = ({file: digests[file] for file in files} for files in (job.outputs, job.input_files))
        records.restore(folder, outputs, job.input_files, inputs, kept, fingerprint("cpu"))
    export(NAME, folder)


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder / "src")}


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        params = (folder / "params.yaml").read_text()
        of_rule = records_of_rules(folder, jobs_of(folder, params, 3, DENSITIES[:1]))
        jobs = jobs_of(folder, params, 9, DENSITIES)
        make_up(folder, jobs)
        record(folder, jobs, of_rule)
        command = [sys.executable, "-m", "sculpt.cli.main", "plan", "--experiment", NAME]
        seconds = []
        for _ in range(ROUNDS):
            start = time.monotonic()
            done = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True)
            seconds.append(time.monotonic() - start)
            if not done.stdout.endswith("Nothing to be done\n"):
                sys.exit(done.stdout[:2000] + done.stderr[:1000])
        print(f"sculpt plan, {len(jobs):,} jobs and nothing to do: {statistics.median(seconds):.1f} s (asked: 5.0)")


if __name__ == "__main__":
    main()
