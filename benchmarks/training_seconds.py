"""What each run of a finished experiment cost in measured CPU seconds of training, beside its FLOPs and its accuracy.

    python benchmarks/training_seconds.py [--folder FOLDER] [--experiment NAME] [--out FILE]

FOLDER, by default this checkout, is where `make reproduce` ran: its params.yaml, logs and summary are read. The seconds
of a run are those of everything that it is made from, each node and mask once, as its FLOPs are (`Tree.cost`): what a
node's log gives to its training, and the whole job of a mask. A job trains a block of seeds; each seed is charged an
equal part. Prints the ends of the runs, and writes benchmarks/results/training_seconds.csv.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from sculpt.core.errors import SculptError
from sculpt.core.processor import processor
from sculpt.core.tables import read_table, write_table
from sculpt.params.experiment import Experiment, described
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.plotting.series import series
from sculpt.recipe.tree import Tree
from sculpt.statistics.pooling import LABELS, pooled

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/training_seconds.csv"
LINES = {"train_node": r"^trained in ([\d.]+) CPU s$", "generate_mask": r"^([\d.]+) CPU s, peak memory"}
"""What the log of a program says of its time."""
BY = ["run", *LABELS, "cycle", "cycles", "node", "selected", "result"]
COSTS = ("epochs", "train_flops", "cpu_seconds")


def own_seconds(folder: Path, name: str, experiment: Experiment, tree: Tree) -> dict[str, list[float]]:
    """CPU seconds of each node and mask by itself, by its key, for each seed in their order."""
    seeds = {block.name: len(block.seeds) for block in tree.blocks}
    found: dict[str, list[float]] = {}
    for job in all_jobs(name, experiment):
        if job.program in LINES:
            seconds, size = _seconds(folder / job.log, LINES[job.program]), seeds[job.wildcards["block"]]
            found.setdefault(f"{job.rule}/{job.wildcards['node']}", []).extend([seconds / size] * size)
    return found


def _seconds(log: Path, line: str) -> float:
    said = re.findall(line, log.read_text(), re.MULTILINE) if log.exists() else []
    if not said:
        sys.exit(f"{log}: says no time; its job did not run to its end in this folder (it may come from a store)")
    return float(said[-1])


def with_seconds(folder: Path, name: str, experiment: Experiment) -> pd.DataFrame:
    """The summary, with a column `cpu_seconds`."""
    tree = Tree(described(experiment))
    summary = read_table(folder / f"results/{name}/summary/summary.csv")
    own = own_seconds(folder, name, experiment, tree)
    parts = {node: tree.cost(node) for node in summary["node"].unique()}
    return summary.assign(
        cpu_seconds=[
            sum(own[part][seed] for part in parts[node])
            for node, seed in zip(summary["node"], summary["seed"], strict=True)
        ]
    )


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per run and reported cycle: means over the seeds, and the accuracy's standard deviation."""
    accuracy = pooled(rows, BY, "test_accuracy", "training_seconds")
    costs = {f"{cost}_mean": pooled(rows, BY, cost, "training_seconds")[f"{cost}_mean"] for cost in COSTS}
    return accuracy.assign(**costs).round({"test_accuracy_sd": 4, "cpu_seconds_mean": 4})


def table(found: pd.DataFrame, densities: list[float]) -> Iterator[str]:
    """Markdown: a line for each method and mask method, with the ends of the selected runs."""
    ends = found[found["selected"] & found["result"] & (found["cycle"] == found["cycles"])]
    ends = ends[ends["target_density"].isin(densities)]
    of_run = ends.assign(name=series(ends)).fillna({"mask": ""}).set_index(["name", "mask", "target_density"])
    heads = [f"{density:g}: {what}" for density in densities for what in ("CPU s", "GFLOP", "accuracy, %")]
    yield f"| method | masks | {' | '.join(heads)} |"
    yield f"|---|---|{'---|' * len(heads)}"
    for name, mask in dict.fromkeys(key[:2] for key in of_run.index):
        keys = [(name, mask, density) for density in densities]
        cells = [_cells(of_run.loc[key]) if key in of_run.index else " |  | " for key in keys]
        yield f"| {name} | {mask} | {' | '.join(cells)} |"


def _cells(row: pd.Series) -> str:
    """CPU seconds, FLOPs and accuracy."""
    gflop = row["train_flops_mean"] / 1e9
    return f"{row['cpu_seconds_mean']:.2f} | {gflop:.3g} | {row['test_accuracy_mean']:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT, help="where the experiment ran; default: this checkout")
    parser.add_argument("--experiment", help="default: the one that its params.yaml chooses")
    parser.add_argument("--out", type=Path, default=RESULT, help="default: benchmarks/results/training_seconds.csv")
    parser.add_argument("--densities", type=float, nargs="+", default=[0.05, 0.01], help="of the printed table")
    given = parser.parse_args()
    try:
        name, experiment = load(given.folder / "params.yaml").select(given.experiment)
        found = means(with_seconds(given.folder, name, experiment))
    except SculptError as error:
        sys.exit(str(error))
    summary = given.folder / f"results/{name}/summary/summary.csv"
    when = date.fromtimestamp(summary.stat().st_mtime).isoformat()
    write_table(given.out, found.assign(processor=processor()["processor"], measured=when))
    print("\n".join(table(found, given.densities)))


if __name__ == "__main__":
    main()
