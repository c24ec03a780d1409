"""What a training step costs at each density: CPU milliseconds of the engine and of torch, beside the share of FLOPs.

    python benchmarks/step_times.py [CASE ...] [--rounds N] [--smoke] [--out FILE]

One thread, ERK masks, augmentation in the step, draws outside; all densities and both engines of a case take turns in
one run. Cases: `wide` and `digits` (ResNet-20), `vgg16`. Where torch trains seeds in a stack, its step is that of the
stack over its seeds. Replaces the rows of the cases in benchmarks/results/step_times.csv, and prints its medians
(torch, the engine, their ratio). All cases take about five minutes.
"""

import os
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: one thread a process, as the jobs run

import pandas as pd
import trainer
from arguments import parsed
from case import Case, Run
from engine import CPU, DIGITS, WIDE, of_engine, of_torch
from rounds import interleaved

from sculpt.core import costs as cost
from sculpt.core.processor import processor
from sculpt.core.tables import read_table, write_table

RESULT = Path(__file__).parent / "results/step_times.csv"
DENSITIES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
ENGINES = {"torch": of_torch, "engine": of_engine}


class Measured(NamedTuple):
    """What is measured: its name for readers, the seeds that torch stacks, and the rounds that are enough."""

    network: str
    case: Case
    seeds: list[int]
    rounds: int


VGG16 = Case({"name": "vgg16", "width": 32}, size=32, batch=128, images=128)
CASES = {
    "wide": Measured("ResNet-20", WIDE, [0], 7),
    "digits": Measured("ResNet-20", DIGITS, [0, 1, 2], 15),
    "vgg16": Measured("VGG-16", VGG16, [0], 7),
}


def flops_share(case: Case, density: float) -> float:
    """The FLOPs of a step on an ERK mask, of those of the dense network."""
    images = trainer.resident(case, [0], CPU, count=case.classes)
    network = trainer.network_for(case, [0], images)
    mask, positions = trainer.erk(network, images, [0], density), network.positions(images.shape)
    return cost.forward_flops(mask, positions)[0] / cost.dense_forward_flops(mask, positions)


def rows(name: str, run: Run, rounds: int | None) -> Iterator[dict[str, Any]]:
    """A row for each density and engine of a case."""
    measured = CASES[name]
    case, seeds = run.case(measured.case), measured.seeds
    densities = (1.0, 0.1) if run.smoke else DENSITIES
    shares = {density: flops_share(case, density) for density in densities}
    variants = {
        (density, engine): partial(build, case, seeds, density, False)
        for density in densities
        for engine, build in ENGINES.items()
    }
    times = interleaved(variants, run.rounds(rounds or measured.rounds))
    steps = case.images // case.batch * len(seeds)
    for (density, engine), seconds in times.items():
        low, median, high = quantiles([1e3 * each / steps for each in seconds], n=4, method="inclusive")
        yield {
            "case": name,
            "network": measured.network,
            "width": case.model["width"],
            "size": case.size,
            "batch": case.batch,
            "stacked": len(seeds) if engine == "torch" else 1,
            "engine": engine,
            "density": density,
            "flops_share": round(shares[density], 5),
            "rounds": len(seconds),
            "ms_lower_quartile": round(low, 4),
            "ms_median": round(median, 4),
            "ms_upper_quartile": round(high, 4),
            "processor": processor()["processor"],
            "measured": date.today().isoformat(),
        }


def with_former(found: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The rows, with those of the other cases that the file has, in the order of CASES."""
    if path.exists():
        former = read_table(path)
        found = pd.concat([former[~former["case"].isin(found["case"])], found])
    return found.sort_values("case", key=lambda names: names.map(list(CASES).index), kind="stable")


def table(found: pd.DataFrame) -> Iterator[str]:
    """Markdown: a line for each density, with medians."""
    columns = dict(list(found.groupby("case", sort=False)))
    heads = [
        f"{first['network']}, width {first['width']}, {first['size']}x{first['size']}, batch {first['batch']}"
        for first in (rows.iloc[0] for rows in columns.values())
    ]
    yield f"| density | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(columns)}"
    for density in found["density"].unique():
        at_density = [rows[rows["density"] == density].set_index("engine") for rows in columns.values()]
        yield f"| {density:g} | {' | '.join(_cell(of) if len(of) else '' for of in at_density)} |"


def _cell(of: pd.DataFrame) -> str:
    torch, engine = of.loc["torch", "ms_median"], of.loc["engine", "ms_median"]
    share = 100 * of.loc["torch", "flops_share"]
    return f"{torch:.3g} and {engine:.3g} ms, {torch / engine:.3g}x; {share:.3g} % of the FLOPs"


def main() -> None:
    given = parsed(__doc__, "case", CASES, RESULT)
    for name in given.chosen:
        found = pd.DataFrame(rows(name, Run(CPU, given.smoke, compiled=False), given.rounds))
        write_table(given.out, with_former(found, given.out))
    print("\n".join(table(read_table(given.out))))


if __name__ == "__main__":
    main()
