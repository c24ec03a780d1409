"""What a network costs to run: time, memory and energy, with kernels that skip zeros and with dense ones; its size.

Of the first seed of a block, on one thread of a CPU. Times, memory and energy belong to the machine that the table
names. How each number is defined: docs/hardware.md.
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
    from sculpt.studies.hardware.timing import Timed

TIMED = True
MEASURED = ("latency_ms", "latency_lower", "latency_upper", "throughput", "peak_memory_mib", "energy_j")


class Settings(Selection):
    batch: Annotated[int, Field(ge=2, description="images of the large batch; the small one has one")]
    rounds: Annotated[Count, Field(ge=2, description="measured calls of each engine and batch, in turn")]


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per engine and batch, of the first seed.

    Columns: node, seed, density_kept, engine (kernels or torch), batch, latency_ms (the median), latency_lower and
    latency_upper (its quartiles), throughput (images per second, at the median), peak_memory_mib, energy_j (joules per
    batch), size_dense, size_packed, size_compressed (bytes), processor. What the machine does not tell is empty, and so
    is what the kernels do with a model or images that they do not take.
    """
    from sculpt.studies.hardware.runs import runs_of
    from sculpt.studies.hardware.sizes import density, sizes
    from sculpt.studies.hardware.timing import in_turn, one_thread

    weights, mask = ({name: tensor[0] for name, tensor in part.items()} for part in (node.weights, node.mask))
    batches = (1, settings["batch"])
    with one_thread():
        runs = runs_of(network, node, images("validation"), batches)
        calls, meters = ({key: getattr(run, part) for key, run in runs.items()} for part in ("call", "meter"))
        timed = in_turn(calls, settings["rounds"], meters)
        memory = {key: run.memory() for key, run in runs.items()}
    of_disk = {f"size_{form}": size for form, size in sizes(weights, mask)._asdict().items()}
    place = {"node": node.key, "seed": node.seeds[0], "density_kept": rounded(density(mask))}
    rows = []
    for key in [(engine, batch) for engine in ("kernels", "torch") for batch in batches]:
        measured, name = dict.fromkeys(MEASURED), None
        if key in runs:
            measured, name = _measured(timed[key], key[1], memory[key]), runs[key].processor
        rows.append(place | dict(zip(("engine", "batch"), key, strict=True)) | measured | of_disk | {"processor": name})
    return rows


def _measured(timed: Timed, batch: int, memory: float | None) -> dict[str, float | None]:
    lower, median, upper = timed.quartiles
    values = (1e3 * median, 1e3 * lower, 1e3 * upper, batch / median, memory, timed.joules_each)
    return {name: value if value is None else rounded(value) for name, value in zip(MEASURED, values, strict=True)}
