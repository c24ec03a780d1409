"""GraSP (Wang et al. 2020, arXiv 2002.07376): keep the weights whose removal lowers the gradient flow most.

The score is w * (H g), with H the Hessian and g the gradient of the loss; the largest are kept, which is the set that
the authors' code keeps by removing the largest of -w * (H g).
"""

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
TEMPERATURE = 200.0
"""Divides the logits (the authors' value)."""


class Settings(samples.Settings):
    pass


def keep(network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float, settings: Values) -> Drawn:
    from sculpt.pruning.choice import Drawn
    from sculpt.pruning.mask import keep_highest, within
    from sculpt.pruning.scoring import scoring_images

    index = scoring_images(images, seeds, settings["samples_per_class"])
    found = keep_highest(within(mask, scores(network, mask, images, index)), density)
    # A gradient, then a gradient with its graph and the pass back through both (three gradients' cost, as counted).
    return Drawn(found, passes=4 * len(index))


def scores(network: Stack, mask: Tensors, images: Images, index: Tensor) -> Tensors:
    """Scores (R, ...) per layer, float64, on the images at `index` (n, R); batch norm runs on the batch's statistics.

    mask: (R, ...); g is the gradient of the masked network, so it is zero where the mask is.
    """
    import torch

    from sculpt.pruning.scoring import in_float64, scoring_batches, total_loss

    network = in_float64(network)
    weights = network.prunable()
    flow = [torch.zeros_like(weight) for weight in weights.values()]
    product = [torch.zeros_like(weight) for weight in weights.values()]
    with network.batch_statistics():
        for x, labels in scoring_batches(images, index):
            loss = total_loss(network(x) / TEMPERATURE, labels, len(index))
            torch._foreach_add_(flow, torch.autograd.grad(loss, list(weights.values())))
        with torch.no_grad():
            torch._foreach_mul_(flow, list(network.stack(mask).values()))
        for x, labels in scoring_batches(images, index):
            loss = total_loss(network(x) / TEMPERATURE, labels, len(index))
            gradients = torch.autograd.grad(loss, list(weights.values()), create_graph=True)
            inner = sum((g * f).sum() for g, f in zip(gradients, flow, strict=True))
            torch._foreach_add_(product, torch.autograd.grad(inner, list(weights.values())))
    scored = {name: (w * h).detach().cpu() for (name, w), h in zip(weights.items(), product, strict=True)}
    return network.split(scored)
