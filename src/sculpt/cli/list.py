"""`sculpt list`: the experiments, or the runs of one."""

from argparse import Namespace
from pathlib import Path

from sculpt.api.places import experiments, nodes, results_of
from sculpt.api.runs import runs
from sculpt.cli.aligned import aligned, with_spread
from sculpt.cli.finished import finished
from sculpt.core.errors import SculptError
from sculpt.params.load import Params, load
from sculpt.pipeline.plan.sizes import in_bytes
from sculpt.pipeline.record.dvc_record import DVC_LOCK
from sculpt.pipeline.record.holding import Holding, holdings
from sculpt.pipeline.run.console import counted
from sculpt.recipe.node import INIT, number

_HEAD = ("experiment", "seeds", "runs", "networks", "recorded", "results", "DVC cache")
_RUNS = ("run", "cycles", "density", "epochs", "FLOPs", "validation %", "test %")


def run(given: Namespace) -> None:
    print("\n".join(of_runs(finished(given.experiment)) if given.experiment else of_experiments()))


def of_experiments(root: Path = Path(".")) -> list[str]:
    """The experiments of params.yaml and those that have results, a line each; no line is above 110 columns."""
    params = load(root / "params.yaml")
    done = experiments(root)
    names = [*params.experiments, *(name for name in done if name not in params.experiments)]
    try:
        held = holdings(names, root)
    except ValueError as error:
        raise SculptError(f"{DVC_LOCK}: {error}; restore it (git restore {DVC_LOCK})") from None
    lines = aligned(
        [_HEAD, *(_row(name, params, name in done, held[name], root) for name in names)], (1, 2, 3, 5, 6), ""
    )
    lines += ["", *_MEANING]
    if gone := [name for name in names if name not in params.experiments]:
        lines.append(f"not in params.yaml any more: {', '.join(gone)}")
    return lines


_MEANING = (
    "* chosen by params.yaml",
    "networks: trained nodes times seeds; recorded: the commit that brought its tables into dvc.lock",
)


def _row(name: str, params: Params, done: bool, held: Holding, root: Path) -> tuple[str, ...]:
    marked = f"{name} *" if name == params.experiment else name
    size = in_bytes(held.results) if held.results else "-"
    cached = "-" if held.cached is None else in_bytes(held.cached)
    recorded = " ".join(held.recorded) if held.recorded else "not committed" if held.cached is not None else None
    if not done:
        planned = params.experiments.get(name)
        state = recorded or ("not finished" if held.results else "not run")
        return marked, str(planned.seeds) if planned else "-", "-", "-", state, size, cached
    table, results = runs(name, root), results_of(name, root)
    seeds, trained = int(table["n_seeds"].max()), [key for key in nodes(results) if key != INIT]
    asked = int(table["result"].sum())
    return marked, str(seeds), f"{asked:,}", f"{len(trained) * seeds:,}", recorded or "no", size, cached


def of_runs(experiment: str, root: Path = Path(".")) -> list[str]:
    """The runs of an experiment, a line each, in the order of params.yaml; no trunk that nobody asked for."""
    table = runs(experiment, root)
    asked = table[table["result"]]
    rows = [
        (
            f"{row['run']} *" if row["method"] == "sculpt" and row["selected"] else row["run"],
            str(row["cycles"]),
            number(float(f"{row['density']:.3g}")),
            str(row["epochs"]),
            f"{row['train_flops'] / row['train_flops_dense']:.3f}",
            with_spread(row["val_accuracy_mean"], row["val_accuracy_sd"]),
            with_spread(row["test_accuracy_mean"], row["test_accuracy_sd"]),
        )
        for row in asked.to_dict("records")
    ]
    seeds = counted(int(table["n_seeds"].max()), "seed")
    lines = [
        f"{experiment}: {counted(len(asked), 'run')}, {seeds}; mean ± sample standard deviation over the seeds",
        "",
    ]
    lines += aligned([_RUNS, *rows], (1, 2, 3, 4, 5, 6), "", whole=True)  # a run's id is for `sculpt show`
    lines += ["", "FLOPs: share of what a dense network takes that trains as many epochs"]
    if any(row[0].endswith(" *") for row in rows):
        lines.append("* of SCULPT's starts for a mask and density, the one that the validation split chose")
    return lines
