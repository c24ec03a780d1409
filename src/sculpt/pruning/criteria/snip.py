"""SNIP (Lee et al. 2019, arXiv 1810.02340): |gradient * weight| of the loss, summed before the absolute value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.pruning import samples

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.settings import Values
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.pruning.choice import Drawn

READS_LABELS = True


class Settings(samples.Settings):
    pass


def keep(network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float, settings: Values) -> Drawn:
    from sculpt.pruning.choice import Drawn
    from sculpt.pruning.mask import keep_highest, within
    from sculpt.pruning.scoring import scoring_images

    index = scoring_images(images, seeds, settings["samples_per_class"])
    return Drawn(keep_highest(within(mask, scores(network, images, index)), density), passes=len(index))


def scores(network: Stack, images: Images, index: Tensor) -> Tensors:
    """Connection sensitivity of each weight, (R, ...) per layer, on the images at `index` (n, R).

    float64. Zero where the weight is zero, so also outside a mask. Batch norm runs on the batch's statistics.
    """
    import torch

    from sculpt.pruning.scoring import in_float64, scoring_batches, total_loss

    network = in_float64(network)
    weights = network.prunable()
    total = [torch.zeros_like(weight) for weight in weights.values()]
    with network.batch_statistics():
        for x, labels in scoring_batches(images, index):
            gradients = torch.autograd.grad(total_loss(network(x), labels, len(index)), list(weights.values()))
            torch._foreach_add_(total, gradients)
    scored = {name: (g * w).detach().abs().cpu() for (name, w), g in zip(weights.items(), total, strict=True)}
    return network.split(scored)
