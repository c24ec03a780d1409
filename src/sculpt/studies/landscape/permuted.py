"""The same function with other weights: hidden units of residual blocks, permuted.

The inner channels of a block are read by nothing but its next convolution, so their order means nothing. Here pairs of
them change places: what the first convolution and its batch norm give, and what the next convolution reads. Halfway to
this network both units of a pair have the mean of the two, so the midpoint is a network of half as many inner
channels, whose next convolution reads each with the sum of the pair's two means. A definition of this project.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Generator, Tensor

from sculpt.core.randomness import generator
from sculpt.core.tensors import Tensors
from sculpt.models.blocks import BasicBlock, Bottleneck
from sculpt.models.stacked import Stack

_INNER = {BasicBlock: (1,), Bottleneck: (1, 2)}
"""Of each kind of block, the convolutions whose outputs only the next one reads."""


def permuted(network: Stack, weights: Tensors, mask: Tensors, seed: int) -> tuple[Tensors, Tensors] | None:
    """Weights and mask of one seed with hidden units that have changed places; None where the model has no such block.

    network: tells where the blocks are. weights, mask: without the axis of replicates.
    """
    found = list(_inner(network))
    if not found:
        return None
    weights, mask = dict(weights), dict(mask)
    for place, (first, norm, following) in enumerate(found):
        index = swaps(len(weights[f"{first}.weight"]), generator("permute hidden units", seed, place))
        for name in (f"{first}.weight", *(name for name in weights if name.startswith(f"{norm}."))):
            weights[name] = weights[name][index]
        mask[f"{first}.weight"] = mask[f"{first}.weight"][index]
        for tensors in (weights, mask):
            tensors[f"{following}.weight"] = tensors[f"{following}.weight"][:, index]
    return weights, mask


def swaps(count: int, random: Generator) -> Tensor:
    """int64 (count,): a drawn permutation that is its own inverse; each place goes to another, but for one if odd."""
    drawn, index = torch.randperm(count, generator=random), torch.arange(count)
    ones, others = drawn[0 : count - 1 : 2], drawn[1::2]
    index[ones], index[others] = others, ones
    return index


def _inner(network: Stack) -> Iterator[tuple[str, str, str]]:
    """The names of a convolution, of its batch norm, and of the convolution that alone reads them."""
    for name, module in network.named_modules():
        for number in _INNER.get(type(module), ()):
            yield f"{name}.conv{number}", f"{name}.bn{number}", f"{name}.conv{number + 1}"
