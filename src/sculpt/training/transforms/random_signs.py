"""Random signs under the magnitudes that were there: each is positive or negative with probability 1/2.

The control of the experiment on signs (Cyclic Sparse Training, arXiv 2406.02773, figure 8a) that its public reviews
ask for. Other than `shuffle_signs` it does not keep how many signs of each kind a layer has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.core.settings import Section

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors


class Settings(Section):
    pass


def transform(weights: Tensors, mask: Tensors, seeds: list[int], settings: dict[str, Any]) -> Tensors:
    """A copy of the weights (R, ...), all prunable ones with new signs; those of a seed depend on the seed alone.

    They do not depend on the mask: two masks of one seed have the same signs where both keep a weight.
    """
    import torch

    from sculpt.core.randomness import generator

    found = {name: weights[name].clone() for name in mask}
    for replicate, seed in enumerate(seeds):
        random = generator("random signs", seed)
        for name in mask:
            values = found[name][replicate]
            lots = torch.rand(values.shape, generator=random)
            found[name][replicate] = torch.where(lots < 0.5, -values.abs(), values.abs())
    return {**weights, **found}
