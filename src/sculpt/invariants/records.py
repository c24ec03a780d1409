"""What holds in record.json: what the tensors beside it are, and what each seed came to and cost."""

import math
from typing import Any

import pandas as pd

from sculpt.core.tensors import Tensors
from sculpt.invariants.schema import CLOSE, Reasons, misfits
from sculpt.pruning.mask import densities

_SCORE = {"accuracy": float, "loss": float}
DRAWN = {"seed": int, "epochs": int, "train_flops": int, "train_flops_dense": int, "density": float}
"""Schema of one seed of an initialisation or a mask."""
CONNECTED = {**DRAWN, "flow_correction": {"moved": int, "raised": {str: int}}}
"""Of a random mask with flow correction."""
TRAINED = {**DRAWN, "train_loss": float, "validation": _SCORE}
"""Of a node."""
PRUNED = {**TRAINED, "after_prune": {"carried": _SCORE, "reestimated": _SCORE}}
"""Of a node that prunes first."""

Record = dict[str, Any]


def describes(record: Any, config: dict[str, Any], keys: tuple[str, ...], layout: str) -> Reasons:
    """The record says what the tensors are: those of `keys` that the job's settings have, with the same values."""
    wanted = {key: config[key] for key in keys if key in config} | {"layout": layout}
    if not isinstance(record, dict) or record.keys() != {*wanted, "seeds"}:
        yield f"it has not just the keys {', '.join(sorted({*wanted, 'seeds'}))}"
        return
    for key, value in sorted(wanted.items()):
        if record[key] != value:
            yield f"{key} is {record[key]}, its job's settings say {value}"


def of_seeds(record: Record, seeds: list[int], schema: dict[str, Any]) -> Reasons:
    """One entry per seed of the block, in order."""
    entries = record["seeds"]
    if not isinstance(entries, list) or len(entries) != len(seeds):
        yield f"seeds is not a list of {len(seeds)} entries"
        return
    for seed, entry in zip(seeds, entries, strict=True):
        faults = list(misfits(entry, schema))
        yield from (f"seed {seed}: {fault}" for fault in faults)
        if not faults and entry["seed"] != seed:
            yield f"seed {entry['seed']} stands where seed {seed} belongs"


def untrained(record: Record, free: bool) -> Reasons:
    """Nothing is trained yet; drawing a mask may have cost something, unless it is `free`."""
    for entry in record["seeds"]:
        flops = entry["train_flops"]
        if entry["epochs"] or flops < 0 or (free and flops) or entry["train_flops_dense"] != flops:
            yield f"seed {entry['seed']}: epochs or FLOPs before anything was trained"


def density_is(record: Record, mask: Tensors | None) -> Reasons:
    """The density is that of the mask beside it; None where that is not to be judged by."""
    found = densities(mask) if mask else [None] * len(record["seeds"])
    for entry, density in zip(record["seeds"], found, strict=True):
        if density not in (None, entry["density"]):
            yield f"seed {entry['seed']}: density is {entry['density']}, its mask has {density}"


def own_cost(record: Record, epochs: int) -> Reasons:
    """Epochs are those that the node trained itself; its FLOPs are positive and at most those of a dense network."""
    for entry in record["seeds"]:
        seed = f"seed {entry['seed']}"
        if entry["epochs"] != epochs:
            yield f"{seed}: epochs is {entry['epochs']}, the node trains {epochs}"
        if entry["train_flops"] <= 0:
            yield f"{seed}: train_flops is {entry['train_flops']}, not above 0"
        if entry["train_flops"] > entry["train_flops_dense"]:
            yield f"{seed}: train_flops is {entry['train_flops']}, above train_flops_dense"


def ends_as(record: Record, history: pd.DataFrame | None) -> Reasons:
    """The training loss is that of the last epoch."""
    if history is None:
        return
    last = history[history["epoch"] == history["epoch"].max()].set_index("seed")["train_loss"]
    for entry in record["seeds"]:
        seed, loss = entry["seed"], entry["train_loss"]
        if not math.isclose(loss, last[seed], rel_tol=CLOSE):
            yield f"seed {seed}: train_loss is {loss}, the history ends with {last[seed]}"
