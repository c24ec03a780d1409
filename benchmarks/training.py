"""The performance table: the trainer against other ways to train, as ratios of one interleaved run.

    python benchmarks/training.py [--smoke] [--without-compile] [--out FOLDER]

On one thread of the CPU, or on the CUDA device where there is one. Prints the table and writes it into a file that is
named by the machine's fingerprint, row by row: what is measured stays when a later row takes too long.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from math import isnan
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: one thread a process, as the jobs run

import startup
import torch
from case import Run
from on_cpu import on_cpu
from on_cuda import on_cuda
from rounds import HEADER, Row, line, write

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="every row of both devices, tiny, on the CPU; not kept")
    parser.add_argument("--without-compile", action="store_true", help="for a machine that torch.compile cannot use")
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: benchmarks/results")
    given = parser.parse_args()
    cuda = torch.cuda.is_available() and not given.smoke
    run = Run(torch.device("cuda" if cuda else "cpu"), given.smoke, not given.without_compile)
    rows = []
    print(HEADER)
    for row in measured(run):
        print(line(row), flush=True)
        rows.append(row)
        if not given.smoke:
            path = write(rows, given.out, torch.cuda.get_device_name() if cuda else "cpu")
    if not given.smoke:
        print(f"\nwritten to {path}")
    if any(isnan(value) for row in rows for value in row.values):
        sys.exit("a loop failed, above")


def measured(run: Run) -> Iterator[Row]:
    """Every row, as soon as it is measured."""
    if run.device.type == "cpu":
        yield from on_cpu(run)
        yield from startup.rows(run.rounds(9))
    if run.device.type == "cuda" or run.smoke:
        yield from on_cuda(run)


if __name__ == "__main__":
    main()
