"""One hidden neuron, trained dense, by LRR and by IMP, from each pair of signs (arXiv 2402.19262).

It needs no trained network: `sculpt.studies.signs.neuron` is the whole experiment, a CPU second for a few seeds. It is
an analysis so that its table is made, kept and checked as every other one. So it looks at the first node of a run only
for its seeds: name one run of one node, such as `runs: [dense_long]`; of any other node it has no rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Values
from sculpt.recipe.selection import Selection

if TYPE_CHECKING:
    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack


class Settings(Selection):
    draws: Annotated[Count, Field(le=1000, description="starts of each of the four pairs of signs, per seed")]


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per seed and start; none of a node that has one before it.

    Columns: node, seed, draw (number of the start), w1 and a (their values at the start), mask_found (whether the
    largest weight after dense training is w_1), and for each of dense, lrr and imp its mean squared error at the end,
    to six decimals, and whether it learned.
    """
    from sculpt.studies.signs.neuron import LEARNED, largest, start, trained

    if before is not None:
        return []
    rows = []
    for seed in node.seeds:
        x, begun = start(seed, settings["draws"])
        ends = trained(begun, x)
        found = largest(ends["dense"])[:, 0]
        losses = {method: student.loss(x) for method, student in ends.items()}
        for draw in range(len(begun.a)):
            rows.append(
                {
                    "node": node.key,
                    "seed": seed,
                    "draw": draw,
                    "w1": round(float(begun.w[draw, 0]), 6),
                    "a": round(float(begun.a[draw]), 6),
                    "mask_found": bool(found[draw]),
                    **{f"{method}_loss": round(float(loss[draw]), 6) for method, loss in losses.items()},
                    **{method: bool(loss[draw] < LEARNED) for method, loss in losses.items()},
                }
            )
    return rows
