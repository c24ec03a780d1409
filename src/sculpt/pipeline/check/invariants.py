"""What must hold within an artifact, and between it and those that it is made from.

Each check takes the content of one file and what it must agree with, and yields reasons why it does not.
"""

import math
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from sculpt.core.files import must_exist
from sculpt.core.tensors import Tensors
from sculpt.params.load import Data
from sculpt.pruning.allocation import kept_count
from sculpt.pruning.mask import densities
from sculpt.recipe.tree import Node, number

SPLITS = ("train", "validation", "test")
CLOSE = 1e-9
"""Relative difference up to which two computed numbers are equal: another library version may add in another order."""

Reasons = Iterator[str]
Records = list[dict[str, Any]]


def read_bytes(path: Path) -> bytes:
    must_exist(path)
    return path.read_bytes()


def data_facts(facts: Any, settings: Data) -> Reasons:
    """data.json: what the images are, with as many and cropped to as much as params.yaml asks for."""
    wanted = {split: getattr(settings, split) for split in SPLITS}
    sizes = dict.fromkeys(SPLITS, int)
    schema = {"channels": int, "classes": int, "mean": [float], "scale": [float], "sizes": sizes}
    if settings.crop is not None:
        schema["crop"] = int
    faults = list(misfits(facts, schema))
    yield from faults
    if not faults and facts["sizes"] != wanted:
        yield f"sizes are {facts['sizes']}, params.yaml asks for {wanted}"
    if not faults and facts.get("crop") != settings.crop:
        yield f"crop is {facts['crop']}, params.yaml asks for {settings.crop}"


def split_fits(tensors: Tensors, split: str, facts: dict[str, Any], size: int) -> Reasons:
    """A split: images (n, channels, size, size) of bytes, and a class for each."""
    count = facts["sizes"][split]
    shapes = {"images": (count, facts["channels"], size, size), "labels": (count,)}
    found = {name: tuple(tensors[name].shape) for name in sorted(tensors)}
    if found != shapes:
        yield f"holds {found}, expected {shapes}"
    elif tensors["images"].dtype != torch.uint8:
        yield f"images are {tensors['images'].dtype}, expected torch.uint8"
    elif not set(tensors["labels"].tolist()) <= set(range(facts["classes"])):
        yield f"a label is not a class from 0 to {facts['classes'] - 1}"


def fits(tensors: Tensors, shapes: dict[str, torch.Size], dtype: torch.dtype) -> Reasons:
    """The model's tensors, each (R, ...) with R the seeds of the block."""
    if tensors.keys() != shapes.keys():
        differing = ", ".join(sorted(tensors.keys() ^ shapes.keys())[:3])
        yield f"does not fit the model: only one of the two has {differing}"
        return
    for name, tensor in tensors.items():
        if tensor.shape != shapes[name]:
            yield f"{name} is {tuple(tensor.shape)}, the model's {tuple(shapes[name])}"
        elif tensor.dtype != dtype:
            yield f"{name} is {tensor.dtype}, expected {dtype}"


def finite(tensors: Tensors) -> Reasons:
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            yield f"{name} holds a value that is not finite"


def zero_outside(weights: Tensors, mask: Tensors | None) -> Reasons:
    """Weights that the mask does not keep are exactly zero."""
    for name, kept in (mask or {}).items():
        if left := int(weights[name][~kept].count_nonzero()):
            yield f"{name}: {left} weights outside the mask are not zero"


def kept_exactly(mask: Tensors, density: float) -> Reasons:
    """Every replicate keeps round(density * N) of its N weights."""
    wanted = kept_count(sum(kept[0].numel() for kept in mask.values()), density)
    counts = sum(kept.flatten(1).sum(1) for kept in mask.values()).tolist()
    if any(count != wanted for count in counts):
        yield f"keeps {', '.join(map(str, counts))} weights of its replicates, density {number(density)} is {wanted}"


def within(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """No weight is kept that the mask of the node before had pruned."""
    for layer, before in (parent or {}).items():
        if regrown := int((mask[layer] & ~before).sum()):
            yield f"{layer}: {regrown} weights are kept that {name} had pruned"


def no_layer_lost(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """A layer keeps a weight where it had one before, as long as there is one for each layer."""
    if sum(kept[0].sum() for kept in mask.values()) < len(mask):  # each replicate keeps as many
        return
    for layer, before in (parent or {}).items():
        if (before.flatten(1).any(1) & ~mask[layer].flatten(1).any(1)).any():
            yield f"{layer}: no weight is left, {name} had some"


def misfits(value: Any, schema: Any, where: str = "") -> Reasons:
    """What does not fit a schema: a type, a list of one schema for all its values, or a dict of schemas by key.

    A float may be written as a whole number, and is finite.
    """
    if isinstance(schema, dict):
        if not isinstance(value, dict) or value.keys() != schema.keys():
            yield f"{where or 'it'} has not just the keys {', '.join(sorted(schema))}"
            return
        for key in schema:
            yield from misfits(value[key], schema[key], f"{where}.{key}".removeprefix("."))
    elif isinstance(schema, list):
        if not isinstance(value, list):
            yield f"{where} is not a list"
            return
        for item in value:
            yield from misfits(item, schema[0], where)
    elif type(value) not in ((int, float) if schema is float else (schema,)) or not math.isfinite(value):
        yield f"{where} is {value!r}, expected {'a finite number' if schema is float else 'a whole number'}"


def of_seeds(records: Any, seeds: list[int], schema: dict[str, Any]) -> Reasons:
    """One record a seed of the block, in order."""
    if not isinstance(records, list) or len(records) != len(seeds):
        yield f"is not a list of {len(seeds)} records"
        return
    for seed, record in zip(seeds, records, strict=True):
        faults = list(misfits(record, schema))
        yield from (f"seed {seed}: {fault}" for fault in faults)
        if not faults and record["seed"] != seed:
            yield f"seed {record['seed']} stands where seed {seed} belongs"


def begins(records: Records, free: bool) -> Reasons:
    """Nothing is trained yet; only drawing a mask may have cost something."""
    for record in records:
        flops = record["train_flops"]
        if record["epochs"] or flops < 0 or (free and flops) or record["train_flops_dense"] != flops:
            yield f"seed {record['seed']}: epochs or FLOPs before anything was trained"


def density_is(records: Records, mask: Tensors | None) -> Reasons:
    for record, density in zip(records, densities(mask) if mask else [None] * len(records), strict=True):
        if density not in (None, record["density"]):
            yield f"seed {record['seed']}: density is {record['density']}, its mask has {density}"


def cost_adds_up(records: Records, path: list[Node], before: Records | None) -> Reasons:
    """Epochs are those of the whole path; FLOPs rise along it, and stay below those of a dense network."""
    epochs = sum(node.trained_epochs for node in path)
    for record, earlier in zip(records, before or [None] * len(records), strict=True):
        seed = f"seed {record['seed']}"
        if record["epochs"] != epochs:
            yield f"{seed}: epochs is {record['epochs']}, its path has {epochs}"
        if record["train_flops"] > record["train_flops_dense"]:
            yield f"{seed}: train_flops is {record['train_flops']}, above train_flops_dense"
        for cost in ("train_flops", "train_flops_dense"):
            if earlier and record[cost] <= earlier[cost]:
                yield f"{seed}: {cost} is {record[cost]}, not above the {earlier[cost]} of {path[-1].mask_from}"


def ends_as(records: Records, history: pd.DataFrame | None) -> Reasons:
    """The training loss is that of the last epoch."""
    if history is None:
        return
    last = history[history["epoch"] == history["epoch"].max()].set_index("seed")["train_loss"]
    for record in records:
        seed, loss = record["seed"], record["train_loss"]
        if not math.isclose(loss, last[seed], rel_tol=CLOSE):
            yield f"seed {seed}: train_loss is {loss}, the history ends with {last[seed]}"


def numeric(table: pd.DataFrame, columns: list[str], text: tuple[str, ...] = ()) -> Reasons:
    """Just these columns; every value but those of `text` is a finite number."""
    if list(table.columns) != columns:
        yield f"columns are {', '.join(table.columns)}, expected {', '.join(columns)}"
        return
    for column in table.columns.drop([*text]):
        if not pd.api.types.is_numeric_dtype(table[column]) or not np.isfinite(table[column]).all():
            yield f"{column} holds a value that is not a finite number"


def history_complete(history: pd.DataFrame, seeds: list[int], node: Node) -> Reasons:
    """Each seed has every epoch that the node trained, once."""
    first = node.first_epoch + 1
    last = node.first_epoch + node.trained_epochs
    wanted = Counter(product(seeds, range(first, last + 1)))
    found = Counter(zip(history["seed"], history["epoch"], strict=True))
    for what, rows in (("lacks", wanted - found), ("has, beside what was trained,", found - wanted)):
        if rows:
            seed, epoch = min(rows)
            yield f"{what} {rows.total()} rows (the first: seed {seed}, epoch {epoch}) of epochs {first} to {last}"


def evaluation_complete(table: pd.DataFrame, seeds: list[int], nodes: list[str], facts: dict[str, Any]) -> Reasons:
    """Each node, seed and class once, over all images of the test split."""
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


def claims_are(found: Any, expected: list[dict[str, Any]]) -> Reasons:
    """The claims that summary.csv gives, to the last digit."""
    if not isinstance(found, list) or [claim.get("id") for claim in found] != [claim["id"] for claim in expected]:
        yield f"is not a list of the claims {', '.join(claim['id'] for claim in expected)}"
        return
    for ours, theirs in zip(found, expected, strict=True):
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key) != theirs.get(key):
                yield f"claim {theirs['id']}: {key} is {ours.get(key)}, summary.csv gives {theirs.get(key)}"


def metrics_are(found: Any, expected: dict[str, Any]) -> Reasons:
    if found != expected:
        yield "the mean accuracies are not those that summary.csv gives"


def picture(content: bytes, ends: tuple[bytes, bytes]) -> Reasons:
    if not (content.startswith(ends[0]) and content.endswith(ends[1])):
        yield "is not a whole picture"
