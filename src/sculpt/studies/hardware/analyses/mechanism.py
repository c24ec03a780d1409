"""Why groups differ: of each group the loss, its gradient and largest curvature, and how near the boundary it lies.

The gradient and the Hessian are those of the group's mean cross-entropy in all parameters that are not pruned, in
evaluation mode (`sculpt.models.frozen`), in float64. Norm and eigenvalue follow Tran et al. 2022 (arXiv
2205.13574); the rest are definitions of this project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.core.settings import Values
from sculpt.studies.hardware import sampled

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack

MEASURES = (
    *("loss", "accuracy", "gradient_norm", "eigenvalue", "eigenvalue_residual"),
    *("margin", "closeness", "boundary_distance"),
)


class Settings(sampled.Settings):
    pass


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per seed and group, all of whose numbers are of the same few images.

    Columns: node, seed, group (its number), images (how many), loss (mean cross-entropy), accuracy (percent),
    gradient_norm, eigenvalue (largest algebraic), eigenvalue_residual, margin, closeness, boundary_distance (means over
    the images). A group without images has empty values; boundary_distance is empty where an image has no finite one.
    """
    from functools import partial

    from sculpt.models.frozen import frozen, support
    from sculpt.studies.hardware.groups import of_groups

    still = frozen(network, node.weights)
    measured = partial(_measured, still, support(still, node.mask), node.seeds, settings["iterations"])
    return of_groups(node, images, network.shapes()["head.weight"][0], settings, MEASURES, measured)


def _measured(
    network: Stack, within: Tensor, seeds: list[int], iterations: int, x: Tensor, labels: Tensor, group: int
) -> Iterator[tuple]:
    """The MEASURES of each replicate."""
    import torch

    from sculpt.studies.hardware.boundary import boundary_distances, closeness, margins
    from sculpt.training.curvature import Curvature, largest_eigenvalues, start

    with torch.no_grad():
        logits = network(x)
    curvature = Curvature(network, within, x, labels)
    values, residuals, _ = largest_eigenvalues(
        curvature.product, start(within, "group curvature", seeds, group), iterations
    )
    columns = (
        curvature.losses.tolist(),
        (100 * (logits.argmax(2) == labels).double().mean(1)).tolist(),
        curvature.gradient.norm(dim=1).tolist(),
        values,
        residuals,
        margins(logits).mean(1).tolist(),
        closeness(logits).mean(1).tolist(),
        boundary_distances(network, x).mean(1).tolist(),
    )
    for of_seed in zip(*columns, strict=True):
        yield tuple(rounded(value) if isfinite(value) else None for value in of_seed)
