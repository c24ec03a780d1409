"""`sculpt.load`: a trained network with all that is known of it."""

from pathlib import Path
from typing import Any

import pandas as pd

from sculpt.api.named import node_named
from sculpt.api.places import block_of, results_of
from sculpt.api.tables import summary
from sculpt.api.trained import HISTORY_COLUMNS, Trained
from sculpt.core.files import HISTORY, MASK, RECORD, WEIGHTS, ArtifactError, read_json
from sculpt.core.tables import read_table
from sculpt.core.tensors import Tensors, read_mask, read_tensors
from sculpt.models.plain import names, plain


def load(experiment: str, node_or_run: str, seed: int = 0, root: str | Path = ".") -> Trained:
    """One trained network: a plain torch module, its mask, its history and its record.

    node_or_run: a value of the column `node` of summary.csv (`sculpt/erk_0.05/cycle_3/0.01`), any other trained node,
    `init/init` for the network before training, or a value of the column `run`, for the run's last node. What is both
    is taken as a node. root: the repository. Only files below results/<experiment> are read. Raises SculptError, one
    line, which names the nearest experiment, node or run, and the seeds that are there.
    """
    results = results_of(experiment, root)
    node = node_named(node_or_run, results, summary(experiment, root))
    folder = block_of(results, node, seed)
    record, facts = read_json(folder / RECORD), read_json(results / "data/data.json")
    place = [row["seed"] for row in record["seeds"]].index(seed)
    seed = record["seeds"][place]["seed"]  # a table's seed is numpy's, which JSON and names of files do not take
    stacked = read_tensors(folder / WEIGHTS)
    shape = record["model"], facts["channels"], facts["classes"]
    try:
        module, theirs = plain(*shape, _one(stacked, place)), names(*shape)
    except ValueError as error:
        raise ArtifactError(f"{folder / WEIGHTS}: {error}") from None
    mask = _one(read_mask(folder / MASK, stacked), place)
    return Trained(
        experiment=experiment,
        node=node,
        seed=seed,
        module=module,
        mask={name: mask[ours] for ours, name in theirs.items() if ours in mask},
        history=_history(folder, seed),
        record=_described(record, place, facts),
        folder=folder,
        root=Path(root),
    )


def _one(tensors: Tensors, place: int) -> Tensors:
    """Copies of one replicate, so that nothing holds the file of the others open."""
    return {name: tensor[place].clone() for name, tensor in tensors.items()}


def _history(folder: Path, seed: int) -> pd.DataFrame:
    if not (folder / HISTORY).exists():  # the initialisation trains nothing
        return pd.DataFrame(columns=HISTORY_COLUMNS)
    table = read_table(folder / HISTORY)
    return table[table["seed"] == seed].reset_index(drop=True)


def _described(record: dict[str, Any], place: int, facts: dict[str, Any]) -> dict[str, Any]:
    """What the record says of all seeds, of this one, and what the data set is."""
    shared = {key: value for key, value in record.items() if key not in ("seeds", "layout")}
    return {**shared, **record["seeds"][place], "data": facts}
