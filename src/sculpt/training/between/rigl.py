"""RigL (Evci et al. 2020, arXiv 1911.11134): drop each layer's smallest weights, grow where the gradient is largest.

The gradient is that of the cross-entropy on training images without augmentation, in float64, for all weights that the
drop leaves cut. New weights begin at zero. RigL takes the batch of its current step; ours is one of its own, whose cost
is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sculpt.core.settings import Count, Fraction
from sculpt.training import until

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.settings import Values
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.training.moving import Changed, When

MOVES = "rewires"


class Settings(until.Settings):
    drop: Annotated[Fraction, Field(gt=0, description="share of a layer's weights that is replaced at the start")]
    samples: Annotated[Count, Field(description="training images for the gradient; all where there are fewer")]


too_short = until.too_short_to_rewire


def after_epoch(
    network: Stack, mask: Tensors, images: Images, seeds: list[int], when: When, density: float, settings: Values
) -> Changed | None:
    """Of which images the gradient is taken depends on seed and epoch alone."""
    import torch

    from sculpt.core.randomness import generator
    from sculpt.training.moving import Changed
    from sculpt.training.rewiring import drop_share, rewired

    share = drop_share(settings["drop"], settings["until"], when)
    if not share:
        return None
    draws = [torch.randperm(len(images), generator=generator("rigl images", seed, when.epoch)) for seed in seeds]
    index = torch.stack([order[: settings["samples"]] for order in draws], 1).to(images.pixels.device)
    grow = {name: gradient.abs() for name, gradient in dense_gradient(network, images, index).items()}
    return Changed(rewired(network, mask, grow, share), passes=len(index))


def dense_gradient(network: Stack, images: Images, index: Tensor) -> Tensors:
    """The gradient of each prunable weight, cut ones too, (R, ...) per layer, on the images at `index` (n, R).

    float64 on the CPU, rounded to 32 significant bits (`round_scores`), so that it ranks alike on every processor.
    Batch norm runs on the batch's statistics, as in training, and the network stays as it is.
    """
    import torch

    from sculpt.pruning.rounding import round_scores
    from sculpt.pruning.scoring import in_float64, scoring_batches, total_loss

    network = in_float64(network)
    weights = network.prunable()
    total = [torch.zeros_like(weight) for weight in weights.values()]
    with network.batch_statistics():
        for x, labels in scoring_batches(images, index):
            gradients = torch.autograd.grad(
                total_loss(network(x), labels, len(index)),
                list(weights.values()),
            )
            torch._foreach_add_(total, gradients)
    found = {name: gradient.detach().cpu().contiguous() for name, gradient in zip(weights, total, strict=True)}
    return network.split({name: round_scores(gradient) for name, gradient in found.items()})
