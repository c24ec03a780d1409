"""What a node tells of itself: a history row per epoch and seed, and a record per seed with the node's own cost."""

from math import isfinite
from typing import Any

from torch import Tensor

from sculpt.core import costs as cost
from sculpt.core.errors import SculptError
from sculpt.models.stacked import Stack
from sculpt.pruning.mask import densities
from sculpt.training.beginning import Begun


class TrainingError(SculptError):
    """Training cannot go on; the message says at which epoch."""


def history_rows(seeds: list[int], epoch: int, rate: float, losses: Tensor, accuracies: Tensor) -> list[dict[str, Any]]:
    """A row per seed for one epoch; losses and accuracies: (R,). Raises TrainingError on a loss that is not finite."""
    rows = []
    for seed, loss, accuracy in zip(seeds, losses.tolist(), accuracies.tolist(), strict=True):
        if not isfinite(loss):
            raise TrainingError(f"epoch {epoch}: the training loss of seed {seed} is {loss}")
        rows.append(
            {"seed": seed, "epoch": epoch, "learning_rate": rate, "train_loss": loss, "train_accuracy": accuracy}
        )
    return rows


def costs(network: Stack, begun: Begun, shape: tuple[int, int, int], samples: int) -> list[dict[str, Any]]:
    """Density and FLOPs of each replicate: of a prune's scores, and of training on `samples` images of `shape`."""
    positions = network.positions(shape)
    scored, trained = (cost.forward_flops(mask, positions) for mask in (begun.before, begun.mask))
    dense = cost.training_flops(cost.dense_forward_flops(begun.mask, positions), begun.passes + samples)
    return [
        {
            "density": density,
            "train_flops": cost.training_flops(before, begun.passes) + cost.training_flops(after, samples),
            "train_flops_dense": dense,
        }
        for density, before, after in zip(densities(begun.mask), scored, trained, strict=True)
    ]
