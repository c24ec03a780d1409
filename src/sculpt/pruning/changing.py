"""Apply a mask change, and hold it to its contract."""

import torch

from sculpt.core.errors import SculptError
from sculpt.core.kinds import MASK_CHANGES
from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.pruning.mask import kept_counts


class ChangeError(SculptError):
    """A mask change returns something else than a mask of as many weights; the message names it."""


def changed(change: Values, mask: Tensors, seeds: list[int]) -> Tensors:
    """The mask (R, ...) after the change called `name`.

    Raises ChangeError where the result has other tensors, another number of weights of a replicate, or, taken over all
    replicates, other numbers of weights of a layer.
    """
    found = MASK_CHANGES.load(change["name"])(mask, seeds)
    if {name: (kept.shape, kept.dtype) for name, kept in found.items()} != {
        name: (kept.shape, torch.bool) for name, kept in mask.items()
    }:
        raise ChangeError(f"mask change {change['name']}: its tensors are not those of the mask")
    if kept_counts(found) != kept_counts(mask):
        wanted, got = kept_counts(mask), kept_counts(found)
        raise ChangeError(f"mask change {change['name']}: keeps {got} weights of its replicates, the mask {wanted}")
    for name in other_layer_counts(found, mask):
        raise ChangeError(f"mask change {change['name']}: keeps other numbers of weights of {name} than the mask")
    return found


def other_layer_counts(mask: Tensors, before: Tensors) -> list[str]:
    """The layers of which the replicates, in any order, keep other numbers of weights than before."""
    counts = {name: sorted(kept.flatten(1).sum(1).tolist()) for name, kept in before.items()}
    return [name for name, kept in mask.items() if sorted(kept.flatten(1).sum(1).tolist()) != counts[name]]
