"""How many weights each layer of a node keeps, for all seeds at once."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sculpt.api.places import blocks
from sculpt.core.files import MASK, RECORD, read_json
from sculpt.core.tensors import read_tensors
from sculpt.models.plain import names


class Layers(NamedTuple):
    """sizes: weights per prunable layer, by the names of `sculpt.load`'s module, in the order of layers. kept: how many
    each seed keeps, one row per seed."""

    sizes: pd.Series
    kept: pd.DataFrame


def kept_by_layer(results: Path, node: str) -> Layers:
    """Of a node of the experiment whose results lie in `results`. Raises ArtifactError."""
    facts = read_json(results / "data/data.json")
    rows, sizes = {}, {}
    for folder in blocks(results, node).values():
        record, mask = read_json(folder / RECORD), read_tensors(folder / MASK)
        theirs = names(record["model"], facts["channels"], facts["classes"])
        in_order = [(name, mask[ours]) for ours, name in theirs.items() if ours in mask]
        sizes = {name: tensor[0].numel() for name, tensor in in_order}
        for place, row in enumerate(record["seeds"]):
            rows[row["seed"]] = {name: int(tensor[place].sum()) for name, tensor in in_order}
    return Layers(pd.Series(sizes), pd.DataFrame.from_dict(rows, orient="index"))
