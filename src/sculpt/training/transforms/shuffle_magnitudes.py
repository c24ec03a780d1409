"""The magnitudes of each layer's kept weights in another order, under the signs that were there.

An arm of the experiment on signs (Cyclic Sparse Training, arXiv 2406.02773, figure 8a): the public code of the
companion paper (Gadhikar & Burkholz 2024, arXiv 2402.19262) has learned signs with initial magnitudes that are
shuffled within the layer. Here the magnitudes are those of the weights that are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.core.settings import Section

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors


class Settings(Section):
    pass


def transform(weights: Tensors, mask: Tensors, seeds: list[int], settings: dict[str, Any]) -> Tensors:
    """A copy of the weights (R, ...), of which `mask` (R, ...) says which are kept; the order is drawn by seed."""
    import torch

    from sculpt.training.reordered import reordered

    return reordered(weights, mask, seeds, "shuffle magnitudes", lambda values, others: torch.copysign(others, values))
