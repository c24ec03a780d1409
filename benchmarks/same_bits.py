"""Whether another commit's default experiment has the same tensors and accuracies, bit for bit.

    python benchmarks/same_bits.py REVISION

Both commits run in new clones on this machine, in the environment that runs this file. The revision must record its
results as this one does, or as 6dcd269 did: names of columns and files may have been added since, none may be gone.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import load_file

ROOT = Path(__file__).parents[1]
ROW = ["method", "cycles", "node", "seed"]


def run(revision: str, folder: Path) -> Path:
    """The results of the default experiment of a revision, in a clone."""
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    subprocess.run(["git", "checkout", "--quiet", revision], cwd=folder, check=True)
    main = "sculpt.cli.main" if (folder / "src/sculpt/cli/main.py").exists() else "sculpt.cli"
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", main, "reproduce", "--experiment", "digits"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{revision}: {done.stdout}{done.stderr}")
    return folder / "results/digits"


def same_tensors(before: Path, now: Path) -> bool:
    ours, theirs = load_file(now), load_file(before)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in theirs)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        before = run(sys.argv[1], Path(temporary) / "before")
        now = run("HEAD", Path(temporary) / "now")
        files = sorted(path.relative_to(before) for path in before.rglob("*.safetensors"))
        differing = [str(file) for file in files if not same_tensors(before / file, now / file)]
        print(f"{len(files)} files of tensors, {len(differing)} differ", *differing, sep="\n")
        there, here = (pd.read_csv(folder / "summary/summary.csv") for folder in (before, now))
        there, here = (table[there.columns].sort_values(ROW, ignore_index=True) for table in (there, here))
        print(f"summary.csv: {len(there)} rows, each here once with equal values: {here.equals(there)}")
        if differing or not here.equals(there):
            sys.exit(1)


if __name__ == "__main__":
    main()
