"""What holds in tables."""

from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from sculpt.invariants.schema import CLOSE, Reasons

HISTORY = ["seed", "epoch", "learning_rate", "train_loss", "train_accuracy"]
EVALUATION = ["node", "seed", "class", "images", "accuracy", "loss"]


def numeric(table: pd.DataFrame, columns: list[str], text: tuple[str, ...] = ()) -> Reasons:
    """Just these columns; every value but those of `text` is a finite number."""
    if list(table.columns) != columns:
        yield f"columns are {', '.join(table.columns)}, expected {', '.join(columns)}"
        return
    for column in table.columns.drop([*text]):
        if not pd.api.types.is_numeric_dtype(table[column]) or not np.isfinite(table[column]).all():
            yield f"{column} holds a value that is not a finite number"


def history_complete(history: pd.DataFrame, seeds: list[int], first: int, last: int) -> Reasons:
    """Each seed has every epoch from the first to the last, once."""
    wanted = Counter(product(seeds, range(first, last + 1)))
    found = Counter(zip(history["seed"], history["epoch"], strict=True))
    for what, rows in (("lacks", wanted - found), ("has, beside what was trained,", found - wanted)):
        if rows:
            seed, epoch = min(rows)
            yield f"{what} {rows.total()} rows (the first: seed {seed}, epoch {epoch}) of epochs {first} to {last}"


def evaluation_complete(table: pd.DataFrame, seeds: list[int], nodes: list[str], facts: dict[str, Any]) -> Reasons:
    """Each node (its key), seed and class once, over all images of the test split."""
    wanted = Counter(product(nodes, seeds, range(facts["classes"])))
    rows = Counter(zip(table["node"], table["seed"], table["class"], strict=True))
    if rows != wanted:
        odd = min((rows - wanted) | (wanted - rows), key=str)
        yield f"node {odd[0]}, seed {odd[1]}, class {odd[2]}: {rows[odd]} rows, expected {wanted[odd]}"
        return
    images, split = table.groupby(["node", "seed"])["images"].sum(), facts["sizes"]["test"]
    if (images != split).any():
        node, seed = (images != split).idxmax()
        yield f"node {node}, seed {seed}: on {images[node, seed]} images, the test split has {split}"
    if not table["accuracy"].between(0, 100).all():
        yield "an accuracy is not between 0 and 100 %"


def analysis_complete(table: pd.DataFrame, seeds: list[int], nodes: list[str], every_seed: bool = True) -> Reasons:
    """Columns node and seed; no row is of a node or a seed that the job was not given.

    every_seed: whether each seed has rows, or only some need to, as where a job measures times.
    """
    if not {"node", "seed"} <= set(table.columns):
        yield f"columns are {', '.join(table.columns)}, without node or seed"
        return
    if strange := sorted(set(table["node"]) - set(nodes)):
        yield f"has rows of {strange[0]}, which its job was not given"
    found = set(table["seed"])
    if not found or not found <= set(seeds) or (every_seed and found != set(seeds)):
        yield f"has rows of seeds {sorted(found)}, its job was given {seeds}"


def table_is(found: pd.DataFrame, expected: pd.DataFrame, source: str) -> Reasons:
    """The same columns, rows and values, numbers up to rounding; names the first that differs."""
    if list(found.columns) != list(expected.columns) or len(found) != len(expected):
        yield (
            f"has {len(found)} rows of {', '.join(found.columns)}; "
            f"{source} {len(expected)} rows of {', '.join(expected.columns)}"
        )
        return
    for column in expected.columns:
        ours, theirs = found[column], expected[column]
        if all(map(pd.api.types.is_float_dtype, (ours, theirs))):
            same = np.isclose(ours, theirs, rtol=CLOSE, atol=0, equal_nan=True)
        else:
            same = ((ours == theirs) | (ours.isna() & theirs.isna())).to_numpy()
        if not same.all():
            row = int(np.argmin(same))
            yield f"line {row + 2}: {column} is {ours[row]}, {source} {theirs[row]}"
