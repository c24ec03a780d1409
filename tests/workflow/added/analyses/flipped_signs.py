"""How many kept weights change their sign in a cycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sculpt.core.settings import Values
from sculpt.recipe.selection import Selection

if TYPE_CHECKING:
    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack


class Settings(Selection):
    pass


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per seed. Columns: node, seed, kept (in both masks), flipped (0 to 1); empty without a node before."""
    rows = []
    for r, seed in enumerate(node.seeds):
        kept = flipped = 0
        for layer, mask in node.mask.items() if before else ():
            both = mask[r] & before.mask[layer][r]
            kept += int(both.sum())
            flipped += int((node.weights[layer][r].sign() != before.weights[layer][r].sign())[both].sum())
        share = flipped / kept if kept else None
        rows.append({"node": node.key, "seed": seed, "kept": kept if before else None, "flipped": share})
    return rows
