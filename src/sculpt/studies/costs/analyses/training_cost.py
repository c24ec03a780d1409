"""What a training step costs at a node's mask: CPU time on the kernels, or time on a device, and memory.

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
MEASURED = ("step_ms", "step_lower", "step_upper", "dense_ms", "peak_memory_mib", "device_ms", "processor")


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
    median with all weights kept), peak_memory_mib (`steps.bytes_of_training`), device_ms, processor. Where the images
    are on a CUDA device, device_ms alone is measured: milliseconds of the clock, of a step of all seeds of the block
    side by side on PyTorch, divided by their number. Elsewhere it is empty, and what the kernels lack is empty too.
    """
    train, batch = images("train"), settings["batch"]
    row = {"node": node.key, "seed": node.seeds[0], "batch": batch, "steps": len(train) // batch}
    if train.pixels.is_cuda:
        return [row | dict.fromkeys(MEASURED) | _on_a_device(node, network, train, settings)]
    return [row | dict.fromkeys(MEASURED) | _on_the_kernels(node, network, train, settings)]


def _on_the_kernels(node: Checkpoint, network: Stack, train: Images, settings: Values) -> dict[str, Any]:
    """Empty where the kernels lack the model."""
    from time import process_time

    from sculpt.core.processor import processor
    from sculpt.studies.costs.steps import MIB, bytes_of_training, draws_of, kernels_for, one, steps
    from sculpt.studies.hardware.timing import in_turn, one_thread

    sparse, dense = (kernels_for(network, train, settings["batch"]) for _ in range(2))
    if sparse is None:
        return {}
    weights = one(node.weights)
    sparse.load(weights, one(node.mask))
    dense.load(weights)
    draws = draws_of(train, node.seeds[:1], settings["batch"])[: settings["steps"]]
    calls = {"mask": steps(sparse, train, draws), "all": steps(dense, train, draws)}
    with one_thread():
        timed = in_turn(calls, settings["rounds"], dict.fromkeys(calls, lambda: None), process_time)
    each = 1e3 / len(draws)
    lower, median, upper = timed["mask"].quartiles
    found = {
        "step_ms": median * each,
        "step_lower": lower * each,
        "step_upper": upper * each,
        "dense_ms": timed["all"].quartiles[1] * each,
        "peak_memory_mib": bytes_of_training(sparse) / MIB,
    }
    return {name: rounded(value) for name, value in found.items()} | {"processor": processor()["processor"]}


def _on_a_device(node: Checkpoint, network: Stack, train: Images, settings: Values) -> dict[str, Any]:
    """PyTorch multiplies zeros there, so a step takes as long at any mask."""
    import torch

    from sculpt.studies.costs.steps import draws_of, stacked_steps
    from sculpt.studies.hardware.timing import in_turn

    draws = draws_of(train, node.seeds, settings["batch"])[: settings["steps"]]
    call = stacked_steps(network, node.mask, train, draws)
    timed = in_turn({"all": call}, settings["rounds"], {"all": lambda: None})["all"]
    each = 1e3 / len(draws) / len(node.seeds)
    name = torch.cuda.get_device_properties(train.pixels.device).name
    return {"device_ms": rounded(timed.quartiles[1] * each), "processor": name}
