"""The training step: one batch from resident images to updated and masked weights, and an epoch of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from sculpt.core.kinds import LOSSES, UPDATES
from sculpt.data.augmentation import Images, augmented
from sculpt.models.stacked import Stack
from sculpt.training.device.scaling import LossScaling
from sculpt.training.records import TrainingError


class Step:
    """Each call trains on the next batch of an epoch and goes back to the first batch after the last.

    All that a call reads and changes are tensors that stay in place, the learning rates and the count of batches among
    them, and nothing in it waits for the device that the images are on. So a CUDA graph can replay it
    (`graph.captured`).

    masks: 0 and 1 in the dtype and layout of the prunable weights, in their order, or empty for a dense network.
    Multiplying the weights after the update equals a mask in the forward pass exactly, for SGD with momentum and weight
    decay, and costs one fused product; the weights must be masked before the first call. settings: those of `training`;
    they name the loss and the update rule. autocast: the context of the forward pass. draws: of one epoch, as
    `epoch_draws` returns them; those of each later epoch take their place. scaling: of the loss, None where its
    gradients need none. A loss whose module says READS_GROUPS is also given the groups of the batch's images.
    """

    def __init__(
        self,
        network: Stack,
        images: Images,
        masks: list[Tensor],
        settings: dict[str, Any],
        autocast: Any,
        draws: Tensor,
        scaling: LossScaling | None = None,
    ):
        self.network, self.images, self.masks, self.autocast, self.scaling = network, images, masks, autocast, scaling
        name = settings["loss"]["name"]
        self.loss = partial(LOSSES.load(name), settings=settings["loss"])
        self.reads_groups = LOSSES.constant(name, "READS_GROUPS", False)
        self.weights, self.parameters = list(network.prunable().values()), list(network.parameters())
        self.update = UPDATES.load(settings["update"]["name"])(self.parameters, settings["update"])
        weight, home = self.weights[0], images.pixels.device
        self.draws = draws.clone(memory_format=torch.contiguous_format).to(home)
        self.rates = torch.zeros(len(draws), dtype=weight.dtype, device=home)
        self.position = torch.zeros(1, dtype=torch.int64, device=home)
        self.loss_sum, self.accuracy_sum = weight.new_zeros(2, network.replicates)

    def state(self) -> list[Tensor]:
        """Every tensor that a call changes."""
        return [*self._network_state(), *self.kept(), self.position, self.loss_sum, self.accuracy_sum]

    def kept(self) -> list[Tensor]:
        """What goes on from epoch to epoch beside the network."""
        return [*self.update.state, *(self.scaling.state if self.scaling else ())]

    def change(self, masks: list[Tensor], at_rest: bool) -> None:
        """Take other masks, laid out as the present ones, in their place; a new weight begins without momentum.

        Weights outside the masks become zero. at_rest: the update rule forgets all that it keeps.
        """
        if not hasattr(self.update, "forget"):
            raise TrainingError("training.between: needs an update rule that has a function `forget`")
        kept = [torch.zeros_like(p) if at_rest else torch.ones_like(p) for p in self.parameters]
        with torch.no_grad():
            places = {id(weight): i for i, weight in enumerate(self.parameters)}
            for weight, before, after in zip(self.weights, self.masks, masks, strict=True):
                kept[places[id(weight)]].mul_(before * after)
                before.copy_(after)
            self.update.forget(kept)
            torch._foreach_mul_(self.weights, self.masks)

    def __call__(self) -> None:
        draws = self.draws.index_select(0, self.position)[0]
        before = [tensor.detach().clone() for tensor in self._trained()] if self.scaling else []
        images, labels = augmented(self.images, draws)
        with self.autocast:
            logits = self.network(images)
        per_replicate = self._losses(logits, labels, draws[0]).mean(1)
        scaled = per_replicate * self.scaling.scale if self.scaling else per_replicate
        gradients = torch.autograd.grad(scaled.sum(), self.parameters)
        with torch.no_grad():
            # Draws, rates and position are where the pixels are: on the host where those do not fit on the device.
            rate = self.rates.index_select(0, self.position)[0].to(logits.device, non_blocking=True)
            if self.scaling:
                gradients, finite = self.scaling.unscaled(gradients)
            self.update.step(gradients, rate)
            if self.scaling:
                self.scaling.settle(self._trained(), before, finite)
            if self.masks:
                torch._foreach_mul_(self.weights, self.masks)
            self.loss_sum += per_replicate
            self.accuracy_sum += 100 * (logits.argmax(2) == labels).float().mean(1)
            self.position.add_(1).remainder_(len(self.rates))

    def _losses(self, logits: Tensor, labels: Tensor, index: Tensor) -> Tensor:
        """The loss of each image, (R, B); index: (B, R), which images they are."""
        if self.reads_groups:
            return self.loss(logits, labels, groups=self.images.groups_at(index))
        return self.loss(logits, labels)

    def _network_state(self) -> list[Tensor]:
        return [*self.network.parameters(), *self.network.buffers()]

    def _trained(self) -> list[Tensor]:
        """What a skipped step leaves as it was."""
        return [*self._network_state(), *self.update.state]


def train_epoch(step: Step, advance: Callable[[], None], draws: Tensor, rates: list[float]) -> tuple[Tensor, Tensor]:
    """Train on batches from draws as `epoch_draws` returns them, one learning rate a batch.

    advance: `step` itself, or its replay. Returns the mean loss and the accuracy (percent) of each replicate, (R,),
    still on the device: nothing in here waits for it.
    """
    step.draws.copy_(draws)
    step.rates.copy_(torch.tensor(rates, dtype=step.rates.dtype))
    step.loss_sum.zero_()
    step.accuracy_sum.zero_()
    step.network.train()
    for _ in rates:
        advance()
    return step.loss_sum / len(rates), step.accuracy_sum / len(rates)
