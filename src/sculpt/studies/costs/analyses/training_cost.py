"""What a training step costs at a node's mask: CPU time on the kernels that skip zeros, and the memory it works in.

A definition of this project: no time was found in public sources on the paper (arXiv 2406.02773). Of the first seed of
a block, on one thread; the steps with all weights kept take turns with those at the mask, so that what else the machine
does meets both alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.rounding import rounded
from sculpt.core.settings import Count, Values
from sculpt.recipe.selection import Selection

if TYPE_CHECKING:
    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack

TIMED = True
MEASURED = ("step_ms", "step_lower", "step_upper", "dense_ms", "peak_memory_mib")


class Settings(Selection):
    batch: Annotated[Count, Field(ge=2, description="images of a step, as `training.batch_size` has them")]
    rounds: Annotated[Count, Field(ge=2, description="measured calls of the mask and of all weights, in turn")]
    steps: Annotated[Count, Field(description="steps per call, at most those of an epoch")]


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row, of the first seed.

    Columns: node, seed, batch (images of a step), steps (of an epoch), step_ms (CPU milliseconds of a step, the median
    over rounds), step_lower and step_upper (quartiles over rounds, which say nothing of other seeds), dense_ms (the
    median with all weights kept), peak_memory_mib (`steps.bytes_of_training`), device_ms (empty: the kernels compute on
    no device), processor. What the kernels lack is empty.
    """
    from time import process_time

    from sculpt.core.processor import processor
    from sculpt.studies.costs.steps import MIB, bytes_of_training, draws_of, kernels_for, one, steps
    from sculpt.studies.hardware.timing import in_turn, one_thread

    train, batch = images("train"), settings["batch"]
    row = {"node": node.key, "seed": node.seeds[0], "batch": batch, "steps": len(train) // batch}
    nothing = dict.fromkeys(MEASURED) | {"device_ms": None, "processor": None}
    sparse = kernels_for(network, train, batch)
    if sparse is None:
        return [row | nothing]
    dense, weights = kernels_for(network, train, batch), one(node.weights)
    sparse.load(weights, one(node.mask))
    dense.load(weights)
    draws = draws_of(train, node.seeds[0], batch)[: settings["steps"]]
    calls = {"mask": steps(sparse, train, draws), "all": steps(dense, train, draws)}
    with one_thread():
        timed = in_turn(calls, settings["rounds"], dict.fromkeys(calls, lambda: None), process_time)
    each = 1e3 / len(draws)
    lower, median, upper = timed["mask"].quartiles
    values = (
        median * each,
        lower * each,
        upper * each,
        timed["all"].quartiles[1] * each,
        bytes_of_training(sparse) / MIB,
    )
    found = {name: rounded(value) for name, value in zip(MEASURED, values, strict=True)}
    return [row | found | {"device_ms": None, "processor": processor()["processor"]}]
