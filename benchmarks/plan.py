"""`sculpt plan` with nothing to do, on an experiment of a thousand jobs.

    python benchmarks/plan.py

The tree is made up: files of the sizes that the jobs would write, with the records that a run would leave. What plans
is the real thing, and it must find nothing to do.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sculpt.pipeline.dag.jobs import Job, all_jobs
from sculpt.pipeline.record.provenance import LOCK, read_lock

from sculpt.params.load import load
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import fingerprint

ROOT = Path(__file__).parents[1]
DENSITIES = [round(0.9**k, 6) for k in range(1, 31)]
ROUNDS = 5
SIZES = {"weights.safetensors": 830_000, "mask.safetensors": 208_000}  # bytes, as digits writes them
OTHER = 500


def thousand_jobs(folder: Path) -> list[Job]:
    """Add an experiment of 9 seeds in three blocks to the folder's params.yaml, and give its jobs."""
    path = folder / "params.yaml"
    experiment = load(path).experiments["digits"].model_dump(mode="json") | {
        "seeds": 9,
        "cyclic": {"cycles": 4, "runs": [{"mask": mask, "densities": DENSITIES} for mask in ("erk", "synflow")]},
        "long": [],
        "sculpt": [],
        "iterative": [{"method": "lrr", "ladder": DENSITIES}],
    }
    path.write_text(f"{path.read_text()}\n  thousand: {json.dumps(experiment)}\n")
    return all_jobs("thousand", load(path).experiments["thousand"])


def make_up(folder: Path, jobs: list[Job]) -> None:
    """Every file of the jobs, with a record that fits it."""
    of_rule = {entry["rule"]: entry for entry in read_lock(folder / LOCK)["experiments"]["digits"]["jobs"]}
    content, digests = os.urandom(max(SIZES.values())), records.Digests(folder)
    for job in jobs:
        for output in job.outputs:
            path = folder / output
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(output.encode() + content[: SIZES.get(path.name, OTHER)])
        entry = of_rule[job.rule]
        code = entry["code"].replace("results/digits", "results/thousand").replace("figures/digits", "figures/thousand")
        kept = {**entry, "params": sorted([repr(job.config), repr(job.source)]), "code": code}
        outputs, inputs = ({file: digests[file] for file in files} for files in (job.outputs, job.input_files))
        records.restore(folder, outputs, job.input_files, inputs, kept, fingerprint())


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        jobs = thousand_jobs(folder)
        make_up(folder, jobs)
        command = [sys.executable, "-m", "sculpt.cli.main", "plan", "--experiment", "thousand"]
        environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
        seconds = []
        for _ in range(ROUNDS):
            start = time.monotonic()
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
            seconds.append(time.monotonic() - start)
            if not done.stdout.endswith("Nothing to be done\n"):
                sys.exit(done.stdout[:2000] + done.stderr[:1000])
        print(f"sculpt plan, {len(jobs)} jobs and nothing to do: {statistics.median(seconds):.1f} s (asked: 5.0)")


if __name__ == "__main__":
    main()
