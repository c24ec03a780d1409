"""The beginning of a node: the mask is pruned, the starting weights transformed, and both go into the network."""

from dataclasses import dataclass
from typing import Any

import torch

from sculpt.core.kinds import TRANSFORMS
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.choice import choose
from sculpt.training.inputs import Start


@dataclass(frozen=True)
class Begun:
    """A node before its first step.

    mask: (R, ...). before: the mask before the prune. passes: what a prune's scores cost, in forward and backward
    passes of one image through the network before it.
    """

    mask: Tensors
    before: Tensors
    passes: int


def begin(settings: dict[str, Any], network: Stack, start: Start, images: Images) -> Begun:
    """Fill the network with the masked weights that training starts from."""
    seeds, mask, passes = settings["seeds"], start.mask, 0
    if "prune" in settings:
        prune = settings["prune"]
        fill(network, start.scored, mask)
        drawn = choose(prune["criterion"], network, mask, images, seeds, prune["density"])
        mask, passes = drawn.mask, drawn.passes
    weights = start.weights
    if "transform" in settings:
        transform = settings["transform"]
        more = [network] if TRANSFORMS.constant(transform["name"], "READS_NETWORK", False) else []
        weights = TRANSFORMS.load(transform["name"])(weights, mask, seeds, transform, *more)
    fill(network, weights, mask)
    return Begun(mask, start.mask, passes)


def fill(network: Stack, weights: Tensors, mask: Tensors) -> None:
    """Load the weights and set those outside the mask to zero."""
    network.load(weights)
    with torch.no_grad():
        torch._foreach_mul_(list(network.prunable().values()), list(network.stack(mask).values()))
