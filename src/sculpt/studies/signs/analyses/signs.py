"""How many weights change their sign in a cycle (Gadhikar & Burkholz 2024, arXiv 2402.19262).

A cycle's end is compared with the weights that its training started from: for IMP and WR these are the rewound ones,
not the end of the level above. The statistic is that of the companion paper's public code, the share of surviving
weights whose signs differ, with one rule that its masked zeros do not need: a weight that the node keeps counts only
where its start is not 0, so a weight that was masked before and is regrown changes no sign. A node whose starting
weights are transformed is not looked at. Where a mask moves while a node trains (run method `dynamic`), a weight that
was cut at the start counts by the value that the initialisation has there, though it grew from 0: leave such runs out
with `variants: false`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.core.settings import Values
from sculpt.recipe.selection import Selection

if TYPE_CHECKING:
    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack

BESIDE = "weights"
ALL = "all"
"""The name of the rows over all layers."""


class Settings(Selection):
    """Nothing but which nodes to look at."""


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per seed and layer, and one over all layers, whose layer is `all`; before: what the cycle started from.

    Columns: node, seed, before (its key), layer, kept (weights that count), flipped (those whose sign differs), share
    (of the first, 0 to 1; None where none counts). A weight that ends at exactly 0 has not flipped.
    """
    layers = {layer: [layer] for layer in node.mask} | {ALL: list(node.mask)}
    return [
        {"node": node.key, "seed": seed, "before": before.key, "layer": name, **counted}
        for name, members in layers.items()
        for seed, counted in zip(node.seeds, _count(node, before, members), strict=True)
    ]


def _count(node: Checkpoint, before: Checkpoint, layers: list[str]) -> Iterator[dict[str, Any]]:
    """The numbers of each replicate over some layers as one."""
    counts = flips = 0
    for layer in layers:
        begun, ended = before.weights[layer].sign(), node.weights[layer].sign()
        counts = counts + (node.mask[layer] & (begun != 0)).flatten(1).sum(1)
        flips = flips + (node.mask[layer] & (begun * ended < 0)).flatten(1).sum(1)
    for kept, flipped in zip(counts.tolist(), flips.tolist(), strict=True):
        yield {
            "kept": kept,
            "flipped": flipped,
            "share": rounded(flipped / kept) if kept else None,
        }
