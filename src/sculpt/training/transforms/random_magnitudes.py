"""The signs of the weights that are given, under the magnitudes of a fresh initialisation.

The main arm of the experiment on signs (Cyclic Sparse Training, arXiv 2406.02773, figure 8a): the signs of the warm-up
with random magnitudes. The paper's law of these magnitudes was not found, and a public review says that it is not
stated. Ours is that of the initial weights, of another seed: uniform between 0 and 1 / sqrt(fan-in). Biases and batch
norm stay as they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.training.transforms import fresh_weights

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors
    from sculpt.models.stacked import Stack

READS_NETWORK = True


class Settings(fresh_weights.Settings):
    pass


def transform(weights: Tensors, mask: Tensors, seeds: list[int], settings: dict[str, Any], network: Stack) -> Tensors:
    """A copy of the weights (R, ...), all prunable ones with new magnitudes; those of a seed depend on the seed alone.

    settings: offset, which is added to each seed, so that the magnitudes are of a seed outside the run's. `network` is
    drawn anew on the way.
    """
    import torch

    fresh = fresh_weights.transform(weights, mask, seeds, settings, network)
    return {**weights, **{name: torch.copysign(fresh[name].abs(), weights[name]) for name in mask}}
