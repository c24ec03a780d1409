"""What a node's training cost so far, epoch by epoch, since a rule between epochs may move its mask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sculpt.core import costs as cost
from sculpt.core.tensors import Tensors


@dataclass
class Spent:
    """FLOPs of each replicate.

    positions: of each prunable layer's output. train: so far, of the sparse network. samples: images trained on so far.
    passes: images so far on which the gradient of every weight was taken.
    """

    positions: Mapping[str, int]
    train: list[int]
    samples: int = 0
    passes: int = 0
    _forward: tuple[Tensors, list[int]] | None = field(default=None, repr=False)

    def epoch(self, mask: Tensors, samples: int) -> None:
        """So many images were trained on with this mask (R, ...)."""
        self._add(cost.training_flops(forward, samples) for forward in self._of(mask))
        self.samples += samples

    def gradient(self, mask: Tensors, passes: int) -> None:
        """The gradient of every weight was taken on so many images, under this mask."""
        dense = cost.dense_forward_flops(mask, self.positions)
        self._add(cost.dense_gradient_flops(forward, dense, passes) for forward in self._of(mask))
        self.passes += passes

    def so_far(self) -> dict[str, Any]:
        """To go on from in another process."""
        return {"train": self.train, "samples": self.samples, "passes": self.passes}

    def _add(self, flops: Iterable[int]) -> None:
        self.train = [before + more for before, more in zip(self.train, flops, strict=True)]

    def _of(self, mask: Tensors) -> list[int]:
        """FLOPs of a forward pass, counted once for a mask object."""
        if self._forward is None or self._forward[0] is not mask:
            self._forward = mask, cost.forward_flops(mask, self.positions)
        return self._forward[1]
