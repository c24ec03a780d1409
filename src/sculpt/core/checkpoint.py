"""A trained node, as analyses take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a plug-in that is only asked for its settings does without torch
    from sculpt.core.tensors import Tensors


@dataclass(frozen=True)
class Checkpoint:
    """The weights and the mask of one node for one seed block.

    key: stage/name. seeds: of the replicates, in the order of the tensors' first axis. weights: every tensor of the
    network, (R, ...), float32. mask: of each prunable weight in layer order, (R, ...), bool.
    """

    key: str
    seeds: list[int]
    weights: Tensors
    mask: Tensors
