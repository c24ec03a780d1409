"""Tables of nodes and masks as tables of runs, so that no reader takes a name apart to find a run's past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sculpt.statistics.pooling import one_row_each

if TYPE_CHECKING:
    from sculpt.recipe.tree import Tree

HISTORY = ["run", "cycle", "node", "seed", "epoch", "learning_rate", "train_loss", "train_accuracy"]
LAYERS = ["run", "mask", "target_density", "variant", "seed", "layer", "weights", "kept"]


def along_runs(tree: Tree, table: pd.DataFrame) -> pd.DataFrame:
    """A table whose rows are of nodes (columns node, which is a key, seed, …), with each run's rows along its path.

    Columns: run, cycle, node, seed, then the table's others. cycle is the number of the node on the path, from 1; where
    a run has checkpoints, these are its first cycles. A row of a node that runs share is there once for each.
    """
    return _joined([(run.id, *row) for run in tree.runs for row in enumerate((*run.checkpoints, *run.path), 1)], table)


def _joined(paths: list[tuple[str, int, str]], table: pd.DataFrame) -> pd.DataFrame:
    joined = pd.DataFrame(paths, columns=["run", "cycle", "node"]).merge(table, on="node", how="inner")
    others = [column for column in table.columns if column not in ("node", "seed")]
    return joined[["run", "cycle", "node", "seed", *others]]


def history_table(tree: Tree, histories: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each run's training, epoch by epoch, from its first; histories: of each node, by key.

    Epochs are cumulative along the path, from 1. What checkpoints trained is a part of their run's last node, and has
    no rows of its own; cycles are numbered as in `along_runs`. Raises PoolingError where a run has two rows of one
    epoch and seed.
    """
    parts = [part.assign(node=key) for key, part in histories.items()]
    paths = [(run.id, *row) for run in tree.runs for row in enumerate(run.path, len(run.checkpoints) + 1)]
    table = _joined(paths, pd.concat(parts) if parts else pd.DataFrame(columns=HISTORY[2:]))[HISTORY]
    one_row_each(table, ["run", "seed", "epoch"], "history.csv")
    return table


def layer_table(tree: Tree, kept: dict[str, list[dict[str, tuple[int, list[int]]]]]) -> pd.DataFrame:
    """Size and kept weights of every layer of each run's initial mask, one row per (run, seed, layer).

    kept: by a mask's key, for each block, of each layer its size and how many weights each seed keeps. target_density
    is the density that the mask was drawn at, for SCULPT its start.
    """
    rows = [
        (run.id, run.labels["mask"], tree.masks[run.mask_key].density, run.labels["variant"], seed, layer, size, count)
        for run in tree.runs
        if run.mask_key is not None
        for block, layers in zip(tree.blocks, kept[run.mask_key], strict=True)
        for layer, (size, counts) in layers.items()
        for seed, count in zip(block.seeds, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=LAYERS)
