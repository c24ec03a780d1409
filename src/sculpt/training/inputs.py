"""What one node is trained from: tensors of a seed block, of which one seed's part can be had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images

Progress = Callable[[int, int, float], None]
"""Called after every epoch with the epochs done, the epochs in all, and the mean loss."""


@dataclass(frozen=True)
class Start:
    """Where a node begins.

    weights: where training starts, (R, ...). mask: of the node before, (R, ...), of which a prune keeps a part.
    scored: the weights that a prune scores, None for a node without one.
    """

    weights: Tensors
    mask: Tensors
    scored: Tensors | None = None

    def one(self, replicate: int) -> Start:
        scored = None if self.scored is None else _one(self.scored, replicate)
        return Start(_one(self.weights, replicate), _one(self.mask, replicate), scored)


@dataclass(frozen=True)
class Data:
    """What a node is trained on, and what it is evaluated on at its end."""

    images: Images
    validation: Images

    def one(self, replicate: int) -> Data:
        part = slice(replicate, replicate + 1)
        return Data(*(replace(split, labels=split.labels[:, part]) for split in (self.images, self.validation)))


def _one(tensors: Tensors, replicate: int) -> Tensors:
    return {name: tensor[replicate : replicate + 1] for name, tensor in tensors.items()}
