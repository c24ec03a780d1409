"""Random masks: an exact number of weights in each layer, drawn by lot."""

from collections.abc import Callable

import torch
from torch import Tensor

from sculpt.core.randomness import generator
from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.models.stacked import Stack
from sculpt.pruning.allocation import DensityError, allocate, allocate_at_least, count_to_keep
from sculpt.pruning.choice import Correction, Drawn
from sculpt.pruning.flow import Layer
from sculpt.pruning.mask import kept_counts, must_be_left


def draw_at_random(
    criterion: str,
    mask: Tensors,
    share: Callable[[torch.Size], float],
    density: float,
    seeds: list[int],
    groups: dict[str, int] | None,
) -> Drawn:
    """Some of the weights that `mask` keeps, with an exact number in each layer, in proportion to `share` of its shape.

    mask: (R, ...). share: of the shape of one replicate's layer. groups: of each layer, whose channels flow correction
    then connects (`sculpt.pruning.flow`); None leaves it out. A layer that is given fewer weights than it needs gets as
    many as it needs, and the others share the rest.

    What a seed keeps depends on the criterion, the seed and the seed's own mask alone. A layer's weights have one order
    at every density, so a layer that keeps its first ones lies within one that keeps more. Masks of two densities may
    differ by more where the correction moves weights, and where a layer is allocated fewer at the greater density.

    Raises DensityError where there are fewer weights to keep than layers, or than connect every channel; ScoreError
    where fewer weights are left than asked for.
    """
    shapes = {name: kept.shape[1:] for name, kept in mask.items()}
    shares, size = [share(shape) for shape in shapes.values()], sum(shape.numel() for shape in shapes.values())
    total = count_to_keep([shape.numel() for shape in shapes.values()], density)
    must_be_left(min(kept_counts(mask)), total, density)
    drawn = {name: torch.zeros_like(kept).flatten(1) for name, kept in mask.items()}
    corrections = []
    for replicate, seed in enumerate(seeds):
        orders = _orders(criterion, seed, {name: kept[replicate] for name, kept in mask.items()})
        room = [len(order) for order in orders.values()]
        counts = allocate(shares, room, total)
        chosen = [torch.arange(count) for count in counts]
        if groups is not None:
            layers = [Layer.of(order.numpy(), shapes[name], groups[name]) for name, order in orders.items()]
            least = [layer.fewest() for layer in layers]
            if sum(least) > total:
                raise DensityError(
                    f"density {density:g} is {total} weights, and seed {seed} needs {sum(least)} for an input and an "
                    f"output of every unit; the smallest usable density is {sum(least) / size:.6g} "
                    f"(or flow_correction: false)"
                )
            raised = allocate_at_least(shares, room, least, total)
            chosen = [torch.from_numpy(layer.kept(count)) for layer, count in zip(layers, raised, strict=True)]
            corrections.append(_correction(list(orders), counts, least, chosen))
        for (name, order), places in zip(orders.items(), chosen, strict=True):
            drawn[name][replicate, order[places]] = True
    found = {name: chosen.reshape(mask[name].shape) for name, chosen in drawn.items()}
    return Drawn(found, passes=0, corrections=None if groups is None else corrections)


def groups_to_connect(network: Stack, settings: Values) -> dict[str, int] | None:
    """The groups of each layer of one replicate; None where the criterion's settings leave out the flow correction."""
    if settings.get("flow_correction") is False:
        return None
    layers = {name: network.get_submodule(name.removesuffix(".weight")) for name in network.prunable()}
    return {name: getattr(layer, "groups", network.replicates) // network.replicates for name, layer in layers.items()}


def _orders(criterion: str, seed: int, mask: Tensors) -> Tensors:
    """What one replicate's mask keeps of each layer, as flat indices in a random order."""
    random = generator(criterion, seed)
    orders = {}
    for name, kept in mask.items():
        order = torch.randperm(kept.numel(), generator=random)
        orders[name] = order[kept.flatten()[order]]
    return orders


def _correction(names: list[str], counts: list[int], least: list[int], chosen: list[Tensor]) -> Correction:
    """counts: before the correction, whose mask is that many of the first of each layer."""
    moved = sum(int((places >= count).sum()) for places, count in zip(chosen, counts, strict=True))
    layers = zip(names, counts, least, strict=True)
    return Correction(moved, {name: need - count for name, count, need in layers if count < need})
