"""SynFlow (Tanaka et al. 2020, arXiv 2006.05467): |dR/dw * w|, R the summed outputs of the absolute network for ones.

Pruned in rounds of an exponential schedule, as in its paper; a deviation from Cyclic Sparse Training's code, which uses
one round. Rounds lose fewer layers than one prune, yet at densities of a few hundredths the residual branches of a
ResNet still come out empty: `keep_highest` then leaves the best weight of each layer, which no paper does.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sculpt.core.settings import Count, Section, Values

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.pruning.choice import Drawn


class Settings(Section):
    rounds: Annotated[Count, Field(le=10_000, description="prunes, each to the same share of what is left")]


def keep(network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float, settings: Values) -> Drawn:
    import torch

    from sculpt.pruning.choice import Drawn
    from sculpt.pruning.mask import keep_highest, kept_counts, within

    rounds = settings["rounds"]
    before = min(kept_counts(mask)) / sum(kept[0].numel() for kept in mask.values())
    absolute = absolute_network(network)
    weights = absolute.prunable()
    channels, height, width = images.shape
    image = torch.ones(1, len(seeds) * channels, height, width, dtype=torch.float64, device=images.device)
    for done in range(1, rounds + 1):
        after = before * (density / before) ** (done / rounds) if done < rounds else density
        mask = keep_highest(within(mask, scores(absolute, image)), after)
        with torch.no_grad():
            torch._foreach_mul_(list(weights.values()), list(absolute.stack(mask).values()))
    return Drawn(mask, passes=rounds)


def scores(absolute: Stack, image: Tensor) -> Tensors:
    """Synaptic saliency (R, ...) of an absolute network for `image` (1, R * channels, H, W)."""
    import torch

    weights = absolute.prunable()
    gradients = torch.autograd.grad(absolute(image).sum(), list(weights.values()))
    with torch.no_grad():
        scored = {
            name: gradient.mul_(weight).abs_().cpu()
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True)
        }
    return absolute.split(scored)


def absolute_network(network: Stack) -> Stack:
    """A float64 copy with every tensor replaced by its absolute value, in evaluation mode, laid out as its masks are.

    float64, since R grows exponentially with depth (1e34 for VGG-19) and overflows float32. ReLU6 loses its ceiling:
    scores are conserved for activations with f(x) = f'(x) x (the paper's section 4), and above the ceiling, where R
    soon is, all scores would be zero.
    """
    from copy import deepcopy

    import torch
    from torch import nn

    absolute = deepcopy(network).to(dtype=torch.float64, memory_format=torch.contiguous_format).eval()
    for layer in absolute.modules():
        if isinstance(layer, nn.ReLU6):
            layer.max_val = math.inf
    absolute.load({name: tensor.abs() for name, tensor in absolute.checkpoint().items()})
    return absolute
