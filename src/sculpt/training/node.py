"""One node: place weights and a mask, prune where the recipe says so, train one schedule, evaluate on validation."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from torch import Tensor

from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import epoch_draws
from sculpt.models.stacked import Stack
from sculpt.training.after_prune import just_after_prune
from sculpt.training.beginning import begin
from sculpt.training.device.execution import autocast
from sculpt.training.device.graph import captured
from sculpt.training.evaluation import accuracy_and_loss
from sculpt.training.inputs import Data, Progress, Start
from sculpt.training.rates import learning_rates
from sculpt.training.records import TrainingError, costs, history_rows
from sculpt.training.resume import Checkpoints, Reached
from sculpt.training.step import Step, train_epoch


@dataclass(frozen=True)
class Trained:
    """What a node leaves: checkpoint and mask (R, ...), a history row per epoch and seed, a record per seed."""

    weights: Tensors
    mask: Tensors
    history: list[dict[str, Any]]
    records: list[dict[str, Any]]


def train(
    settings: Values, network: Stack, start: Start, data: Data, progress: Progress, checkpoints: Checkpoints = None
) -> Trained:
    """Train one node.

    settings: those of the job. network: a model of their shape. checkpoints: from which training goes on, and where
    epochs are kept. Raises TrainingError on a loss that is not finite.
    """
    seeds, training, cycle = settings["seeds"], settings["training"], settings["cycle"]
    images, batch_size = data.images, training["batch_size"]
    begun = begin(settings, network, start, images)
    precision = autocast(settings["profile"], images.device)

    def validate() -> list[dict[str, float]]:
        return accuracy_and_loss(network, data.validation, precision)

    def draws(done: int) -> Tensor:
        return epoch_draws(images, seeds, cycle["first_epoch"] + done, batch_size, training["flip"])

    reached = checkpoints.latest(seeds) if checkpoints else None
    first, last = reached.done if reached else 0, cycle.get("stop_epoch") or cycle["epochs"]
    upcoming = draws(first)
    step = Step(network, images, begun.held, training, precision, upcoming)
    if reached:
        step.go_on(reached.weights, reached.update)
        rows, after_prune = reached.history, reached.after_prune
    else:
        rows = []
        after_prune = just_after_prune(network, images, validate, precision) if "prune" in settings else None
    advance = captured(step) if images.pixels.is_cuda else step
    steps = len(images) // batch_size
    rates = learning_rates(
        training["schedule"], training["learning_rate"], cycle["epochs"], steps * cycle["epochs"], cycle["stretch"]
    )
    for done in range(first, last):
        epoch = cycle["first_epoch"] + done
        epoch_rates = rates[done * steps : (done + 1) * steps]
        losses, accuracies = train_epoch(step, advance, upcoming, epoch_rates)
        upcoming = draws(done + 1)  # while a CUDA device still works
        rows += history_rows(seeds, epoch + 1, epoch_rates[-1], losses, accuracies)
        if checkpoints and checkpoints.due(done + 1, last):
            checkpoints.keep(seeds, Reached(done + 1, network.checkpoint(), step.update.state, rows, after_prune))
        progress(done + 1, last, float(losses.mean()))
    records = []
    for i, (seed, cost, found) in enumerate(
        zip(seeds, costs(network, begun, images.shape, last * steps * batch_size), validate(), strict=True)
    ):
        if not isfinite(found["loss"]):
            epoch = cycle["first_epoch"] + last
            raise TrainingError(f"epoch {epoch}: the validation loss of seed {seed} is {found['loss']}")
        loss = rows[i - len(seeds)]["train_loss"]
        records.append({"seed": seed, "epochs": last, **cost, "train_loss": loss, "validation": found})
        if after_prune is not None:
            records[-1]["after_prune"] = after_prune[i]
    return Trained(network.checkpoint(), begun.mask, rows, records)
