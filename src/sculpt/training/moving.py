"""What a rule between epochs does to a node, held to what it promises."""

from dataclasses import dataclass

import torch

from sculpt.core.errors import SculptError
from sculpt.core.kinds import BETWEEN
from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.allocation import count_to_keep
from sculpt.pruning.mask import kept_counts


class MovingError(SculptError):
    """A rule between epochs did what it does not promise; the message names it."""


@dataclass(frozen=True)
class When:
    """The end of an epoch, never the last one of a node.

    done: epochs of this node that have ended, from 1. epochs: of its whole schedule. epoch: those that have ended on
    the path of the run, so that random draws of two nodes differ.
    """

    done: int
    epochs: int
    epoch: int


@dataclass(frozen=True)
class Changed:
    """What goes on after an epoch.

    mask: (R, ...), bool, on the CPU. weights: every tensor of a checkpoint (R, ...), in place of those that there are;
    None keeps them. Either way weights outside the mask become zero. A weight that both masks keep goes on with its
    momentum; one that is new begins with none, and at zero where `weights` is None. at_rest: the update rule forgets
    all that it keeps, of every parameter. passes: images on which the gradient of every weight, cut ones too, was
    taken.
    """

    mask: Tensors
    weights: Tensors | None = None
    at_rest: bool = False
    passes: int = 0


def moved(settings: Values, network: Stack, mask: Tensors, images: Images, done: int) -> Changed | None:
    """What the rule of a job's settings changes after `done` epochs; None where nothing changes.

    network: holds the weights. Raises MovingError where the mask is moved otherwise than the rule's constant MOVES says
    (no such constant: not at all; "rewires": each layer keeps its number of weights; "thins": no cut weight comes back;
    "alternates": anyhow).
    """
    rule, cycle = settings["training"].get("between"), settings["cycle"]
    if rule is None:
        return None
    when = When(done, cycle["epochs"], cycle["first_epoch"] + done)
    found = BETWEEN.load(rule["name"])(network, mask, images, settings["seeds"], when, cycle.get("density"), rule)
    if found is not None:
        _keeps_its_word(rule["name"], mask, found.mask)
    return found


def must_be_possible(mask: Tensors, density: float | None) -> None:
    """Raises DensityError, before training, where a mask cannot be moved to a density; None asks for nothing."""
    if density is not None:
        count_to_keep(_sizes(mask), density)


def must_have_density(mask: Tensors, density: float | None) -> None:
    """Raises MovingError where a mask that was moved does not end at its density; None asks for nothing."""
    if density is None:
        return
    wanted = count_to_keep(_sizes(mask), density)
    if (counts := kept_counts(mask)) != [wanted] * len(counts):
        raise MovingError(f"training.between ends with {counts[0]} weights, density {density:g} is {wanted}")


def _sizes(mask: Tensors) -> list[int]:
    return [kept[0].numel() for kept in mask.values()]


def _keeps_its_word(name: str, before: Tensors, after: Tensors) -> None:
    way = BETWEEN.constant(name, "MOVES")
    for layer, kept in before.items():
        if after[layer].dtype != torch.bool or after[layer].shape != kept.shape:
            raise MovingError(f"{name} returns no mask of {layer}")
        if way is None and not torch.equal(after[layer], kept):
            raise MovingError(f"{name} moves the mask of {layer}; allowed: with a constant MOVES")
        if way == "rewires" and not torch.equal(after[layer].flatten(1).sum(1), kept.flatten(1).sum(1)):
            raise MovingError(f"{name} rewires, and {layer} keeps another number of weights")
        if way == "thins" and (after[layer] & ~kept).any():
            raise MovingError(f"{name} thins, and weights of {layer} come back")
