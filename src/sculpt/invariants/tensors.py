"""What holds in weights and masks, whose first axis is the seed."""

import hashlib

import torch

from sculpt.core.tensors import Tensors
from sculpt.invariants.schema import Reasons
from sculpt.pruning.allocation import kept_count
from sculpt.recipe.node import number


def fits(tensors: Tensors, shapes: dict[str, torch.Size], dtype: torch.dtype) -> Reasons:
    """The model's tensors, each (R, ...) with R the seeds of the block."""
    if tensors.keys() != shapes.keys():
        differing = ", ".join(sorted(tensors.keys() ^ shapes.keys())[:3])
        yield f"does not fit the model: only one of the two has {differing}"
        return
    for name, tensor in tensors.items():
        if tensor.shape != shapes[name]:
            yield f"{name} is {tuple(tensor.shape)}, the model's {tuple(shapes[name])}"
        elif tensor.dtype != dtype:
            yield f"{name} is {tensor.dtype}, expected {dtype}"


def finite(tensors: Tensors) -> Reasons:
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            yield f"{name} holds a value that is not finite"


def zero_outside(weights: Tensors, mask: Tensors | None) -> Reasons:
    """Weights that the mask does not keep are exactly zero."""
    for name, kept in (mask or {}).items():
        if left := int(weights[name][~kept].count_nonzero()):
            yield f"{name}: {left} weights outside the mask are not zero"


def kept_exactly(mask: Tensors, density: float) -> Reasons:
    """Every replicate keeps round(density * N) of its N weights."""
    wanted = kept_count(sum(kept[0].numel() for kept in mask.values()), density)
    counts = sum(kept.flatten(1).sum(1) for kept in mask.values()).tolist()
    if any(count != wanted for count in counts):
        yield f"keeps {', '.join(map(str, counts))} weights of its replicates, density {number(density)} is {wanted}"


def within(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """No weight is kept that the mask of the node before had pruned."""
    for layer, before in (parent or {}).items():
        if regrown := int((mask[layer] & ~before).sum()):
            yield f"{layer}: {regrown} weights are kept that {name} had pruned"


def no_layer_lost(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """A layer keeps a weight where it had one before, as long as there is one for each layer."""
    if sum(kept[0].sum() for kept in mask.values()) < len(mask):  # each replicate keeps as many
        return
    for layer, before in (parent or {}).items():
        if (before.flatten(1).any(1) & ~mask[layer].flatten(1).any(1)).any():
            yield f"{layer}: no weight is left, {name} had some"


def unpruned(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """A node that prunes nothing has the mask that it was given."""
    for layer, before in (parent or {}).items():
        if not torch.equal(mask[layer], before):
            yield f"{layer}: is not the mask of {name}, and its job prunes nothing"


def rewired(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """Each layer of each replicate has as many weights as in the mask that it was given, whichever they are."""
    for layer, before in (parent or {}).items():
        counts, given = (kept.flatten(1).sum(1).tolist() for kept in (mask[layer], before))
        for r, (count, wanted) in enumerate(zip(counts, given, strict=True)):
            if count != wanted:
                yield f"{layer}: replicate {r} keeps {count} weights, in {name} it had {wanted}"


def digests(tensors: Tensors) -> list[str]:
    """A digest of all tensors per replicate: two seeds of one are not independent."""
    replicates = len(next(iter(tensors.values())))
    contents = (b"".join(tensor[i].numpy().tobytes() for tensor in tensors.values()) for i in range(replicates))
    return [hashlib.sha256(content).hexdigest() for content in contents]
