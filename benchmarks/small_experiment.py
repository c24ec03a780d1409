"""An experiment where neither Snakemake nor DVC is at hand: its jobs in this process, in the order of their needs.

    python benchmarks/small_experiment.py EXPERIMENT --out FOLDER [--seconds N]

EXPERIMENT is one of gpu.yaml. Prints the test accuracy of each node and the claims, and leaves the tables in FOLDER.
With `--seconds`, nothing trains that was not begun by then, and what needs it is left out. Checkpoints are not kept.
"""

import argparse
import importlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from math import inf
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.core.files import read_json
from sculpt.core.tables import read_table, write_table
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.stages.jobs.job import run
from sculpt.statistics.judgement.terminal import table
from sculpt.statistics.summary import scores_of_nodes

PARAMS = Path(__file__).with_name("gpu.yaml")
FOLDERS = ("prepare_data", "initialize", "generate_mask", "train_node", "summarise")
"""Programs whose --out is the folder of their files; those that look at them write one file."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=inf, help="begin to train no node after this time")
    given = parser.parse_args()
    start = time.monotonic()
    try:
        name, experiment = load(PARAMS).select(given.experiment)
        jobs = all_jobs(name, experiment)
    except SculptError as error:
        sys.exit(str(error))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        done = perform(jobs, folder, start + given.seconds)
        scores = scores_of_nodes([read_table(folder / job.files["table"]) for job in done if job.rule == "evaluate"])
        write_table(given.out / "test_accuracy.csv", scores)
        print(scores.groupby("node", sort=False)[["accuracy", "loss"]].mean().to_string())
        summary = folder / f"results/{name}/summary"
        if summary.exists():
            shutil.copytree(summary, given.out, dirs_exist_ok=True)
            print(table(read_json(summary / "claims.json")))
    print(f"{name}: {len(done)} of {len(jobs)} jobs, {experiment.seeds} seeds, in {time.monotonic() - start:.0f} s")
    if len(done) < len(jobs):
        sys.exit("not every node was begun in time: no claims")


def perform(jobs: list[Job], folder: Path, end: float) -> list[Job]:
    """Run the jobs, with their files below `folder`; returns those that ran, which are not all where time ran out.

    jobs: each after those that it needs. end: the time by the monotonic clock after which no node begins.
    """
    done = []
    for job in jobs:
        in_time = job.program != "train_node" or time.monotonic() < end
        if in_time and all((folder / file).exists() for file in job.input_files):
            run(job.program, list(arguments(job, folder)))
            done.append(job)
    return done


def arguments(job: Job, folder: Path) -> Iterator[str]:
    """What rules/ give to the program of a job."""
    name = job.log.split("/")[1]
    out = next(iter(job.files.values()))
    paths = {
        **job.files,
        **{role: files[0] for role, files in job.inputs.items() if files},
        "results": f"results/{name}",
        "out": Path(out).parent if job.program in FOLDERS else out,
    }
    if "data" in paths:
        paths["data"] = f"results/{name}/data"
    yield from ("--config", job.config, "--label", job.label, "--log", str(folder / job.log))
    stage = importlib.import_module(f"sculpt.stages.{job.program}")
    for role in stage.PATHS:
        if role in paths:
            yield from (f"--{role}", str(folder / paths[role]))
    for role in getattr(stage, "LISTS", ()):
        yield from (f"--{role}", *(str(folder / file) for file in job.inputs[role]))


if __name__ == "__main__":
    main()
