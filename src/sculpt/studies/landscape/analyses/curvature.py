"""How sharp the minimum is: the largest Hessian eigenvalue of the training loss, within the mask.

The loss is the mean cross-entropy of the first training images, without augmentation, in evaluation mode and in
float32. Parameters are all that training changes: weights that the mask keeps, biases, and batch norm's weight and
bias. The eigenvalue is the largest algebraic one (Lanczos; `sculpt.training.curvature`), whose vectors are in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.rounding import rounded
from sculpt.core.settings import Count, Values
from sculpt.recipe.selection import Selection

if TYPE_CHECKING:
    from sculpt.core.checkpoint import Checkpoint
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack

MOST = 20
TOLERANCE = 1e-4


class Settings(Selection):
    images: Annotated[Count, Field(description="training images: the first ones; a smaller split has all it has")]


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per seed.

    Columns: node, seed, eigenvalue, residual (of its vector: an eigenvalue lies within that), iterations (products with
    the Hessian: until the residual is at most 1e-4 of the eigenvalue's size, at most 20), weight_norm_squared (of all
    parameters that take part), scaled (eigenvalue times that: the curvature of a step as long as the weights),
    train_loss (mean cross-entropy), gradient_norm. The last two are of the same images and parameters. Labels are the
    true ones, also where training had noisy ones.
    """
    import torch

    train = images("train")
    index = torch.arange(min(settings["images"], len(train)), device=train.pixels.device)
    x, labels = train.plain(index, 1)
    x, rows = x.contiguous(memory_format=torch.contiguous_format), []
    for r, seed in enumerate(node.seeds):
        parts = ({name: tensor[r : r + 1] for name, tensor in part.items()} for part in (node.weights, node.mask))
        rows.append({"node": node.key, "seed": seed} | _measured(network, *parts, seed, x, labels))
    return rows


def _measured(network: Stack, weights: Tensors, mask: Tensors, seed: int, x: Any, labels: Any) -> dict[str, Any]:
    """Of one replicate: weights and mask (1, ...), x (B, channels, H, W), labels (1, B)."""
    import torch

    from sculpt.models.frozen import frozen, parameters, support
    from sculpt.models.restacked import restacked
    from sculpt.training.curvature import Curvature, largest_eigenvalues, start

    still = frozen(restacked(network, 1), weights, torch.float32)
    within = support(still, mask)
    curvature = Curvature(still, within, x, labels)
    begin = start(within.double(), "largest eigenvalue", [seed])
    (value,), (residual,), products = largest_eigenvalues(
        lambda vector: curvature.product(vector.float()).double(), begin, MOST, TOLERANCE
    )
    norm_squared = float((parameters(still) * within).double().square().sum())
    return {
        "eigenvalue": rounded(value),
        "residual": rounded(residual),
        "iterations": products,
        "weight_norm_squared": rounded(norm_squared),
        "scaled": rounded(value * norm_squared),
        "train_loss": rounded(float(curvature.losses)),
        "gradient_norm": rounded(float(curvature.gradient.double().norm())),
    }
