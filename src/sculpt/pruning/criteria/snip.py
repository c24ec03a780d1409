"""SNIP (Lee et al. 2019, arXiv 1810.02340): |gradient * weight| of the loss, summed before the absolute value."""

import torch

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.criteria import Drawn
from sculpt.pruning.mask import keep_highest
from sculpt.pruning.scoring import scoring_batches, scoring_images, total_loss


def scores(network: Stack, images: Images, index: torch.Tensor) -> dict[str, torch.Tensor]:
    """Connection sensitivity of each weight, (R, ...) a layer, on the images at `index` (n, R).

    Batch norm runs on the batch's statistics and leaves its running ones alone.
    """
    weights = network.prunable()
    total = [torch.zeros_like(weight) for weight in weights.values()]
    with network.batch_statistics():
        for x, labels in scoring_batches(images, index):
            gradients = torch.autograd.grad(total_loss(network(x), labels, len(index)), list(weights.values()))
            torch._foreach_add_(total, gradients)
    scored = {name: (g * w).detach().abs().cpu() for (name, w), g in zip(weights.items(), total, strict=True)}
    return network.split(scored)


def draw(network: Stack, images: Images, seeds: list[int], density: float, samples_per_class: int) -> Drawn:
    index = scoring_images(images, seeds, samples_per_class)
    return Drawn(keep_highest(scores(network, images, index), density), passes=len(index))
