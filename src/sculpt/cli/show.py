"""`sculpt show`: one run, or one node, from the initialisation to its end."""

from argparse import Namespace
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd

from sculpt.api.layers import kept_by_layer
from sculpt.api.lineage import Ancestor, lineage
from sculpt.api.named import node_named
from sculpt.api.places import blocks, results_of
from sculpt.api.runs import runs
from sculpt.api.tables import summary
from sculpt.cli.aligned import WIDTH, aligned, with_spread
from sculpt.cli.finished import finished
from sculpt.pipeline.plan.sizes import in_bytes
from sculpt.pipeline.run.console import counted
from sculpt.recipe.node import number
from sculpt.recipe.run import LABELS


def run(given: Namespace) -> None:
    print("\n".join(shown(finished(given.experiment), given.name)))


def shown(experiment: str, name: str, root: Path = Path(".")) -> list[str]:
    """What `sculpt show` prints of a run's id or a node's key, as lines of at most 110 columns. Raises SculptError."""
    results, table = results_of(experiment, root), summary(experiment, root)
    node = node_named(name, results, table)
    steps = lineage(results, node)
    lines = _of_run(name, table, experiment, root) if name != node else _of_node(node, table, experiment)
    lines += ["", "Lineage", *_lineage(steps)]
    if name != node:
        lines += ["", "Cycles", *_cycles(table[table["run"] == name])]
    lines += ["", "Layers", *_layers(results, node)]
    lines += ["", "Files", *_files(results, node, root)]
    return [*lines, "", f'In Python: sculpt.load("{experiment}", "{name}", seed={int(table["seed"].min())})']


def _of_run(name: str, table: pd.DataFrame, experiment: str, root: Path) -> list[str]:
    of_all = runs(experiment, root)
    row: dict[str, Any] = of_all[of_all["run"] == name].iloc[0].to_dict()
    told = [f"{label.replace('_', ' ')} {_value(row[label])}" for label in LABELS if pd.notna(row[label])]
    state = [] if row["result"] else ["a trunk that only other runs need"]
    if row["method"] == "sculpt":
        state.append("the start that validation chose" if row["selected"] else "not the start that validation chose")
    cost = f"{row['train_flops']:.3g} FLOPs of training, {row['train_flops'] / row['train_flops_dense']:.3f}"
    return [
        *wrap(f"Run {name} of {experiment}: {', '.join(told)}", WIDTH, subsequent_indent="  ", break_on_hyphens=False),
        f"{counted(row['cycles'], 'cycle')}, {counted(row['n_seeds'], 'seed')}{''.join(f'; {text}' for text in state)}",
        f"Cost per seed: {counted(row['epochs'], 'epoch')}, {cost} of what a dense network takes in them",
    ]


def _of_node(node: str, table: pd.DataFrame, experiment: str) -> list[str]:
    rows = table[table["node"] == node]
    reported = list(
        dict.fromkeys(f"{run} (cycle {cycle})" for run, cycle in zip(rows["run"], rows["cycle"], strict=True))
    )
    lines = [f"Node {node} of {experiment}"]
    if not reported:
        return [*lines, "No run reports it: others begin from it or prune it"]
    first = rows[rows["run"] == rows["run"].iloc[0]]
    accuracy = {part: _over_seeds(first[f"{part}_accuracy"]) for part in ("val", "test")}
    lines.append(f"Accuracy: validation {accuracy['val']} %, test {accuracy['test']} %, {counted(len(first), 'seed')}")
    more = f" and {len(reported) - 3} more" if len(reported) > 3 else ""
    return [*lines, *wrap(f"Reported by {', '.join(reported[:3])}{more}", WIDTH, subsequent_indent="  ")]


def _lineage(steps: list[Ancestor]) -> list[str]:
    """A table in which a step names those before it by their number."""
    places = {step.key: str(place) for place, step in enumerate(steps)}
    rows = [("", "node or mask", "weights", "mask", "", "epochs", "density", "validation %")]
    rows += [
        (
            places[step.key],
            step.key,
            places.get(step.weights or "", ""),
            places.get(step.mask or "", ""),
            step.made,
            str(step.epochs),
            number(float(f"{step.density:.3g}")),
            "" if step.validation is None else with_spread(*step.validation),
        )
        for step in steps
    ]
    return aligned(rows, (0, 2, 3, 5, 6, 7))


def _cycles(rows: pd.DataFrame) -> list[str]:
    lines = [("cycle", "node", "epochs", "validation %", "test %")]
    for cycle, part in rows.sort_values("cycle", kind="stable").groupby("cycle"):
        accuracies = (_over_seeds(part[f"{split}_accuracy"]) for split in ("val", "test"))
        lines.append((str(cycle), part["node"].iloc[0], str(part["epochs"].iloc[0]), *accuracies))
    return aligned(lines, (0, 2, 3, 4))


def _layers(results: Path, node: str) -> list[str]:
    """The whole, then the layers with the lowest and the highest share, as means over the seeds."""
    layers = kept_by_layer(results, node)
    share = (layers.kept.mean(axis=0) / layers.sizes).sort_values(kind="stable")
    single = int((layers.kept == 1).any(axis=0).sum())
    whole = layers.kept.sum(axis=1).mean() / layers.sizes.sum()
    lines = [f"{len(share)} prunable, {int(layers.sizes.sum()):,} weights, {whole:.4g} of them kept"]
    if share.iloc[0] < share.iloc[-1]:
        ends = [(name, f"{share[name]:.4g}", f"{layers.sizes[name]:,}") for name in (share.index[0], share.index[-1])]
        lines += aligned([("sparsest", *ends[0], "weights"), ("densest", *ends[1], "weights")], (2, 3), "")
    if single:
        lines.append(f"{counted(single, 'layer')} with one weight, for at least one seed")
    return [f"  {line}" for line in lines]


def _files(results: Path, node: str, root: Path) -> list[str]:
    lines = []
    for folder in blocks(results, node).values():
        held = [f"{path.name} {in_bytes(path.stat().st_size)}" for path in sorted(folder.glob("*.*")) if path.is_file()]
        lines += [f"  {folder.relative_to(root).as_posix()}/", f"    {', '.join(held)}"]
    return lines


def _over_seeds(values: pd.Series) -> str:
    return with_spread(values.mean(), values.std())


def _value(value: Any) -> str:
    return value if isinstance(value, str) else number(value)
