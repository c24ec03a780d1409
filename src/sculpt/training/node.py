"""One node: place weights and a mask, prune where the recipe says so, train one schedule, evaluate on validation."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

import torch
from torch import Tensor

from sculpt.core import costs as cost
from sculpt.core.errors import SculptError
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images, epoch_draws
from sculpt.models.stacked import Stack
from sculpt.pruning.mask import densities, prune_by_magnitude
from sculpt.training.evaluation import accuracy_and_loss, plain_batches
from sculpt.training.execution import autocast
from sculpt.training.graph import captured
from sculpt.training.rates import learning_rates
from sculpt.training.resume import EpochCheckpoints, Reached
from sculpt.training.step import Step, train_epoch


class TrainingError(SculptError):
    """Training cannot go on; the message says at which epoch."""


@dataclass(frozen=True)
class Trained:
    """What a node leaves: checkpoint and mask (R, ...), a history row an epoch and seed, a record a seed."""

    weights: Tensors
    mask: Tensors
    history: list[dict[str, Any]]
    records: list[dict[str, Any]]


def train(
    settings: dict[str, Any],
    network: Stack,
    weights: Tensors,
    mask: Tensors,
    scored: Tensors | None,
    before: list[dict[str, Any]],
    images: Images,
    validation: Images,
    progress: Callable[[int, int, float], None],
    checkpoints: EpochCheckpoints | None = None,
) -> Trained:
    """Train one node.

    settings: the canonical settings of the job (`workflow.jobs`). network: a model of their shape. weights: where
    training starts, (R, ...). mask: (R, ...), of the node before; with settings["prune"] the new mask is made from it
    and from the magnitudes of `scored`. before: the records of the node before, whose epochs and FLOPs this node adds
    to. progress(epochs done, epochs in all, mean loss) is called after every epoch. checkpoints: from which training
    goes on, and where epochs are kept. Raises TrainingError on a loss that is not finite.
    """
    seeds, batch_size = settings["seeds"], settings["batch_size"]
    if settings["prune"] is not None:
        mask = prune_by_magnitude(scored, mask, settings["prune"])
    network.load(weights)
    dense = all(bool(kept.all()) for kept in mask.values())
    held = [] if dense else list(network.stack(mask).values())
    if held:
        with torch.no_grad():
            torch._foreach_mul_(list(network.prunable().values()), held)
    precision = autocast(settings["profile"], images.device)

    def validate() -> list[dict[str, float]]:
        return accuracy_and_loss(network, validation, precision)

    steps = len(images) // batch_size

    def draws(done: int) -> Tensor:
        return epoch_draws(images, seeds, settings["first_epoch"] + done, batch_size, settings["flip"])

    reached = checkpoints.latest(seeds) if checkpoints else None
    start, last = reached.done if reached else 0, settings["stop_epoch"] or settings["epochs"]
    upcoming = draws(start)
    step = Step(network, images, held, settings, precision, upcoming)
    if reached:
        step.go_on(reached.weights, reached.velocity)
        rows, after_prune = reached.history, reached.after_prune
    else:
        rows = []
        after_prune = _just_after_prune(network, images, validate, precision) if settings["prune"] is not None else None
    advance = captured(step) if images.pixels.is_cuda else step
    epochs = settings["epochs"]
    rates = learning_rates(settings["schedule"], settings["learning_rate"], epochs, steps * epochs, settings["stretch"])
    for done in range(start, last):
        epoch = settings["first_epoch"] + done
        epoch_rates = rates[done * steps : (done + 1) * steps]
        losses, accuracies = train_epoch(step, advance, upcoming, epoch_rates)
        upcoming = draws(done + 1)  # while a CUDA device still works
        rows += _history_rows(seeds, epoch + 1, epoch_rates[-1], losses, accuracies)
        if checkpoints and checkpoints.due(done + 1, last):
            checkpoints.keep(seeds, Reached(done + 1, network.checkpoint(), step.optimizer.velocity, rows, after_prune))
        progress(done + 1, last, float(losses.mean()))
    evaluated = validate()
    for seed, found in zip(seeds, evaluated, strict=True):
        if not isfinite(found["loss"]):
            epoch = settings["first_epoch"] + last
            raise TrainingError(f"epoch {epoch}: the validation loss of seed {seed} is {found['loss']}")
    samples = last * steps * batch_size
    records = _records(network, mask, images, before, samples, last, rows, evaluated, after_prune, seeds)
    return Trained(network.checkpoint(), mask, rows, records)


def _just_after_prune(
    network: Stack, images: Images, validate: Callable[[], list[dict[str, float]]], precision: Any
) -> list[dict[str, dict[str, float]]]:
    """Validation right after the prune, with the carried batch-norm statistics and with re-estimated ones.

    The carried statistics belong to the weights before the prune, so alone they say little about the new mask.
    """
    before = network.checkpoint()
    carried = validate()
    layers = [layer for layer in network.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    momentum = [layer.momentum for layer in layers]
    network.train()
    with torch.no_grad(), precision:
        for i, (x, _) in enumerate(plain_batches(images, network.replicates), start=1):
            for layer in layers:
                layer.momentum = 1 / i  # the plain average over the batches
            network(x)
    estimated = validate()
    for layer, value in zip(layers, momentum, strict=True):
        layer.momentum = value
    network.load(before)
    return [{"carried": c, "reestimated": e} for c, e in zip(carried, estimated, strict=True)]


def _history_rows(
    seeds: list[int], epoch: int, rate: float, losses: Tensor, accuracies: Tensor
) -> list[dict[str, Any]]:
    rows = []
    for seed, loss, accuracy in zip(seeds, losses.tolist(), accuracies.tolist(), strict=True):
        if not isfinite(loss):
            raise TrainingError(f"epoch {epoch}: the training loss of seed {seed} is {loss}")
        rows.append(
            {"seed": seed, "epoch": epoch, "learning_rate": rate, "train_loss": loss, "train_accuracy": accuracy}
        )
    return rows


def _records(
    network: Stack,
    mask: Tensors,
    images: Images,
    before: list[dict[str, Any]],
    samples: int,
    epochs: int,
    rows: list[dict[str, Any]],
    validation: list[dict[str, float]],
    after_prune: list[dict[str, Any]] | None,
    seeds: list[int],
) -> list[dict[str, Any]]:
    positions = network.positions(images.shape)
    sparse = cost.forward_flops(mask, positions)
    dense = cost.dense_forward_flops(mask, positions)
    kept = densities(mask)
    records = []
    for replicate, (seed, previous) in enumerate(zip(seeds, before, strict=True)):
        record = {
            "seed": seed,
            "density": kept[replicate],
            "epochs": previous["epochs"] + epochs,
            "train_flops": previous["train_flops"] + cost.training_flops(sparse[replicate], samples),
            "train_flops_dense": previous["train_flops_dense"] + cost.training_flops(dense, samples),
            "train_loss": rows[replicate - len(seeds)]["train_loss"],
            "validation": validation[replicate],
        }
        if after_prune is not None:
            record["after_prune"] = after_prune[replicate]
        records.append(record)
    return records
