"""What an engine does: it trains and evaluates the network that it was started with (`sculpt.training.engines`)."""

from typing import Protocol

from torch import Tensor

from sculpt.core.engines import ENGINES, engine_of
from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.training.device.execution import DeviceError


class Engine(Protocol):
    """From `take` on, the engine has the weights and the batch-norm statistics that count, and the network a copy."""

    network: Stack

    def take(self, mask: Tensors | None = None) -> None:
        """Take up what the network holds. mask: (R, ...), of the weights to train; without it, those that are not 0.

        Weights outside the mask are zero already.
        """

    def change(self, mask: Tensors, weights: Tensors | None, at_rest: bool) -> None:
        """Go on after an epoch with another mask, as `moving.Changed` has it.

        Raises TrainingError where the update rule cannot forget what it keeps of single weights.
        """

    def give(self) -> None:
        """Copy weights and batch-norm statistics into the network."""

    def train(self, images: Images, draws: Tensor, rates: list[float]) -> tuple[Tensor, Tensor]:
        """One epoch, of batches from draws as `epoch_draws` returns them, with one learning rate per batch.

        Returns the mean loss and the accuracy (percent) of each replicate, (R,). A loss may be not finite. Raises
        TrainingError where training cannot go on.
        """

    def evaluate(self, images: Images) -> tuple[Tensor, Tensor]:
        """The loss and the predicted class of each image of a split, without augmentation: (R, N) each."""

    def estimate(self, images: Images) -> None:
        """Replace the batch-norm statistics by plain averages over the batches of a split, without augmentation."""

    def kept(self) -> list[Tensor]:
        """What the update rule keeps from step to step, to go on from in another process."""

    def go_on(self, kept: list[Tensor]) -> None:
        """Go on from what the update rule had kept, after `take` of the weights of that time."""


def must_compute(profile: Values) -> None:
    """Raises DeviceError where this machine lacks what the execution profile asks for.

    Its engine says so with a function `lacking`, if it has one. To be asked before anything computes, since PyTorch
    takes some instructions unchecked.
    """
    lacking = ENGINES.part(engine_of(profile), "lacking")
    if lacking is not None and (why := lacking(profile)):
        raise DeviceError(f"this machine lacks what the execution profile asks for: {why}")


def started(settings: Values, network: Stack, threads: int = 1) -> Engine:
    """The engine that the job's execution profile names. threads: of a CPU; its bits do not depend on them."""
    return ENGINES.load(engine_of(settings["profile"]))(settings, network, threads)
