"""How many bytes a network takes on a disk, in three forms without names and shapes. Definitions of this project."""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np

from sculpt.core.tensors import Tensors

LEVEL = 9
"""Of zlib."""


class Sizes(NamedTuple):
    """Bytes. dense: every number as float32. packed: one bit per prunable weight, then the kept ones and all other
    numbers as float32. compressed: what zlib makes of the packed form."""

    dense: int
    packed: int
    compressed: int


def sizes(weights: Tensors, mask: Tensors) -> Sizes:
    """Of one network: every tensor that it is evaluated with, and the mask of the prunable ones, without replicates."""
    dense = sum(4 * tensor.numel() for tensor in weights.values())
    bits = np.concatenate([kept.cpu().numpy().ravel() for kept in mask.values()])
    values = [weights[name].cpu()[kept.cpu()] for name, kept in mask.items()]
    values += [tensor.cpu().flatten() for name, tensor in weights.items() if name not in mask]
    numbers = np.concatenate([value.numpy() for value in values]).astype("<f4")
    packed = np.packbits(bits).tobytes() + numbers.tobytes()
    return Sizes(dense, len(packed), len(zlib.compress(packed, LEVEL)))


def density(mask: Tensors) -> float:
    """The kept share of all prunable weights."""
    return sum(int(kept.sum()) for kept in mask.values()) / sum(kept.numel() for kept in mask.values())
