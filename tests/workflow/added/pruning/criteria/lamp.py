"""LAMP (Lee et al. 2021, arXiv 2010.07611): a weight's square over the sum of its layer's squares that are not less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.core.settings import Section

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.pruning.choice import Drawn


class Settings(Section):
    pass


def keep(
    network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float, settings: dict[str, Any]
) -> Drawn:
    from sculpt.pruning.choice import Drawn
    from sculpt.pruning.mask import keep_highest, within

    weights = network.split(dict(network.prunable()))
    scores = {name: _scores(weight.detach().cpu().double()) for name, weight in weights.items()}
    return Drawn(keep_highest(within(mask, scores), density), passes=0)


def _scores(weight: Tensor) -> Tensor:
    """The scores of one layer, (R, ...), float64, between 0 and 1; what is zero has none."""
    import torch

    squares, order = weight.flatten(1).square().sort(dim=1, stable=True)
    not_less = squares.flip(1).cumsum(1).flip(1).clamp(min=torch.finfo(squares.dtype).tiny)
    return torch.zeros_like(squares).scatter_(1, order, squares / not_less).reshape(weight.shape)
