"""The default experiment in two new clones: its time, the share of it that trains, its bytes, and edits.

    python benchmarks/pipeline.py

Needs a clean commit: what is cloned is HEAD. Uses the environment that runs this file, with each clone's own code.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
CORES = 2


def clone(folder: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    for library in ROOT.glob("src/sculpt/engine/*.so"):  # built with the environment that is used
        shutil.copy2(library, folder / library.relative_to(ROOT))
    return folder


def fewer_seeds(folder: Path) -> Path:
    params = folder / "params.yaml"
    params.write_text(params.read_text().replace("seeds: 10\n    replicates: 10", "seeds: 3\n    replicates: 3", 1))
    return folder


def timed(folder: Path, *command: str) -> tuple[float, str]:
    """Wall seconds and output of `sculpt <command>` in a clone."""
    start = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "sculpt.cli.main", *command], cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.monotonic() - start, done.stdout + done.stderr


def training_seconds(folder: Path) -> float:
    """CPU seconds that the nodes' own logs give to their epochs."""
    logs = (log.read_text() for log in (folder / "logs/digits").rglob("*.log"))
    return sum(float(found) for log in logs for found in re.findall(r"^trained in ([\d.]+) CPU s$", log, re.MULTILINE))


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for part in ("results", "figures") for path in (folder / part).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def jobs_after(folder: Path, file: str, old: str, new: str) -> list[str]:
    """The jobs that an edit would run; the edit is taken back."""
    path = folder / file
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))
    plan = timed(folder, "plan", "--verbose")[1]
    path.write_text(text)
    _, jobs, *end = plan.split("\n\n")
    return jobs.splitlines() if end else []


def scramble_times(folder: Path) -> None:
    random.seed(0)
    for path in folder.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            moment = random.uniform(1e9, 1.7e9)
            os.utime(path, (moment, moment))


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        first, second = clone(Path(temporary) / "first"), clone(Path(temporary) / "second")
        wall, _ = timed(first, "reproduce")
        share = training_seconds(first) / (CORES * wall)
        print(f"default experiment: {wall:.0f} s; training takes {share:.0%} of {CORES} cores' time")
        few, _ = timed(fewer_seeds(clone(Path(temporary) / "few")), "reproduce")
        print(f"the same with 3 seeds: {few:.0f} s")
        again, output = timed(first, "reproduce")
        print(f"again on the finished tree: {again:.1f} s, nothing to be done: {'Nothing to be done' in output}")
        timed(second, "reproduce")
        ours, theirs = contents(first), contents(second)
        differing = [name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)]
        print(f"two folders: {len(ours)} files, {len(differing)} differ")
        status = subprocess.run(["git", "status", "--porcelain"], cwd=first, capture_output=True, text=True).stdout
        print(f"files that differ from the committed figures and locks: {len(status.splitlines())}")
        pulled = clone(Path(temporary) / "pulled")
        for folder, command in ((first, "push"), (pulled, "pull")):
            remote = ["dvc", "remote", "add", "--quiet", "--local", "bench", str(Path(temporary) / "remote")]
            for arguments in (remote, ["dvc", command, "--quiet", "--remote", "bench"]):
                subprocess.run([sys.executable, "-m", *arguments], cwd=folder, check=True)
        scramble_times(pulled)
        waiting = jobs_after(pulled, "params.yaml", "seeds: 10", "seeds: 10")
        print(f"clone, pull, all times scrambled: {len(waiting)} jobs would run")
        seconds, found = timed(pulled, "validate")
        print(f"validation there: {seconds:.1f} s, {found.strip()}")
        edits = {
            "one figure setting": ("width: 5.5", "width: 6.0"),
            "one density more": ("densities: [0.1, 0.05, 0.02, 0.01]}", "densities: [0.1, 0.05, 0.02, 0.01, 0.03]}"),
            "one cycle more": ("cycles: 4\n    data", "cycles: 5\n    data"),
        }
        for name, (old, new) in edits.items():
            jobs = jobs_after(first, "params.yaml", old, new)
            trained = [job for job in jobs if job.startswith(("train", "prune"))]
            print(f"{name}: {len(jobs)} jobs, of which {len(trained)} train")
        summary = pd.read_csv(first / "results/digits/summary/summary.csv")
        ends = summary[(summary["cycle"] == summary["cycles"]) & summary["result"] & summary["selected"]]
        at = ends[ends["target_density"] == 0.01].groupby("method")["test_accuracy"].mean()
        print(
            f"density 0.01: SCULPT {at['sculpt'] - at['cyclic']:.1f} points above cyclic, "
            f"LRR {at['lrr'] - at['sculpt']:.1f} above SCULPT"
        )


if __name__ == "__main__":
    main()
