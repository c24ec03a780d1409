"""GraSP (Wang et al. 2020, arXiv 2002.07376): keep the weights whose removal lowers the gradient flow most.

The score is w * (H g), with H the Hessian and g the gradient of the loss; the largest are kept, which is the set that
the authors' code keeps by removing the largest of -w * (H g).
"""

import torch

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.criteria import Drawn
from sculpt.pruning.mask import keep_highest
from sculpt.pruning.scoring import scoring_batches, scoring_images, total_loss

TEMPERATURE = 200.0
"""Divides the logits (the authors' value)."""


def scores(network: Stack, images: Images, index: torch.Tensor) -> dict[str, torch.Tensor]:
    """Scores (R, ...) a layer, on the images at `index` (n, R); batch norm runs on the batch's statistics."""
    weights = network.prunable()
    flow = [torch.zeros_like(weight) for weight in weights.values()]
    product = [torch.zeros_like(weight) for weight in weights.values()]
    with network.batch_statistics():
        for x, labels in scoring_batches(images, index):
            loss = total_loss(network(x) / TEMPERATURE, labels, len(index))
            torch._foreach_add_(flow, torch.autograd.grad(loss, list(weights.values())))
        for x, labels in scoring_batches(images, index):
            loss = total_loss(network(x) / TEMPERATURE, labels, len(index))
            gradients = torch.autograd.grad(loss, list(weights.values()), create_graph=True)
            inner = sum((g * f).sum() for g, f in zip(gradients, flow, strict=True))
            torch._foreach_add_(product, torch.autograd.grad(inner, list(weights.values())))
    scored = {name: (w * h).detach().cpu() for (name, w), h in zip(weights.items(), product, strict=True)}
    return network.split(scored)


def draw(network: Stack, images: Images, seeds: list[int], density: float, samples_per_class: int) -> Drawn:
    index = scoring_images(images, seeds, samples_per_class)
    # A gradient, then a gradient with its graph and the pass back through both (three gradients' cost, as counted).
    return Drawn(keep_highest(scores(network, images, index), density), passes=4 * len(index))
