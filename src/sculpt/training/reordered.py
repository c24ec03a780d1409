"""Signs and magnitudes of kept weights, one of the two in another order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.tensors import Tensors


def reordered(
    weights: Tensors, mask: Tensors, seeds: list[int], purpose: str, joined: Callable[[Tensor, Tensor], Tensor]
) -> Tensors:
    """A copy of the weights (R, ...), of which `mask` (R, ...) says which are kept.

    joined: from a layer's kept weights, and the same in another order, to the new ones. A seed's order depends on the
    seed and the purpose alone.
    """
    import torch

    from sculpt.core.randomness import generator

    found = {name: weights[name].clone() for name in mask}
    for replicate, seed in enumerate(seeds):
        random = generator(purpose, seed)
        for name, kept in mask.items():
            values = found[name][replicate][kept[replicate]]
            order = torch.randperm(len(values), generator=random)
            found[name][replicate][kept[replicate]] = joined(values, values[order])
    return {**weights, **found}
