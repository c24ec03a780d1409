"""How far Taylor's second order explains what training under another profile did to each group's loss.

A node of a variant that has an execution profile stands beside the node of the plain run; theta are the plain run's
parameters, d the step to the other's. Batch norm's running statistics are no parameters: the expansion is of a step
that leaves them as the plain run has them, and what they add to the change stands beside it. The bound is
`sculpt.studies.hardware.expansion`'s, a definition of this project. It is told whether it holds; that it does for such
steps is not claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.core.settings import Values
from sculpt.studies.hardware import sampled

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack

BESIDE = "plain"
MEASURES = (
    *("distance", "gradient_norm", "eigenvalue", "eigenvalue_residual"),
    *("bound", "change", "change_held", "remainder", "holds"),
)


class Settings(sampled.Settings):
    pass


def analyse(
    node: Checkpoint, before: Checkpoint, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per seed and group; before: the node of the plain run.

    Columns: node, seed, group (its number), images (how many of it), plain (key of the plain run's node), distance |d|,
    gradient_norm |g|, eigenvalue (largest algebraic of H), eigenvalue_residual, bound |g| |d| + max(eigenvalue, 0)
    |d|^2 / 2, change (of the mean cross-entropy, from one network to the other), change_held (the same, with the plain
    run's running statistics in both), remainder change_held - (g.d + d'Hd / 2), holds (bound >= change). g and H are at
    theta, on weights that either node keeps: where the masks differ, d leads out of the plain run's mask, and only
    within both masks together does it end at the other's parameters. A group without images has empty values.
    """
    from functools import partial

    from sculpt.models.frozen import frozen, held, parameters, support
    from sculpt.studies.hardware.groups import of_groups

    plain, other = frozen(network, before.weights), frozen(network, node.weights)
    ends = (other, held(network, node.weights, before.weights))
    within = support(plain, {name: mask | before.mask[name] for name, mask in node.mask.items()})
    step = parameters(other) - parameters(plain)
    measured = partial(_measured, plain, ends, within, step, node.seeds, settings["iterations"])
    rows = of_groups(node, images, network.shapes()["head.weight"][0], settings, MEASURES, measured)
    return [row | {"plain": before.key} for row in rows]


def _measured(
    plain: Stack,
    ends: tuple[Stack, Stack],
    within: Tensor,
    step: Tensor,
    seeds: list[int],
    iterations: int,
    x: Tensor,
    labels: Tensor,
    group: int,
) -> Iterator[tuple]:
    """The MEASURES of each replicate."""
    import torch

    from sculpt.studies.hardware.expansion import Expansion
    from sculpt.training.curvature import Curvature, largest_eigenvalues, mean_losses, start

    with torch.no_grad():
        there = [mean_losses(end, x, labels) for end in ends]
    curvature = Curvature(plain, within, x, labels)
    values, residuals, _ = largest_eigenvalues(
        curvature.product, start(within, "group curvature", seeds, group), iterations
    )
    expansion = Expansion.along(curvature, step)
    change, change_held = (losses - curvature.losses for losses in there)
    bound = expansion.bound(torch.tensor(values, dtype=step.dtype, device=step.device))
    columns = (
        *(expansion.distance.tolist(), expansion.gradient_norm.tolist(), values, residuals),
        *(bound.tolist(), change.tolist(), change_held.tolist(), expansion.remainder(change_held).tolist()),
    )
    for of_seed, holds in zip(zip(*columns, strict=True), (bound >= change).tolist(), strict=True):
        yield *map(rounded, of_seed), holds
