"""What a node tells of itself: a history row per epoch and seed, and a record per seed with the node's own cost."""

from math import isfinite
from typing import Any

from torch import Tensor

from sculpt.core import costs as cost
from sculpt.core.errors import SculptError
from sculpt.core.tensors import Tensors
from sculpt.pruning.mask import densities
from sculpt.training.beginning import Begun
from sculpt.training.spending import Spent


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


def costs(begun: Begun, mask: Tensors, spent: Spent) -> list[dict[str, Any]]:
    """Density and FLOPs of each replicate: of a prune's scores, and of training. mask: (R, ...), at the end."""
    scored = cost.forward_flops(begun.before, spent.positions)
    passes = begun.passes + spent.samples + spent.passes
    dense = cost.training_flops(cost.dense_forward_flops(mask, spent.positions), passes)
    return [
        {
            "density": density,
            "train_flops": cost.training_flops(before, begun.passes) + trained,
            "train_flops_dense": dense,
        }
        for density, before, trained in zip(densities(mask), scored, spent.train, strict=True)
    ]
