"""One node: place weights and a mask, prune where the recipe says so, train one schedule, evaluate on validation.

Between two epochs, a rule of the settings may change weights and mask; the last mask is the node's.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from torch import Tensor

from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import epoch_draws
from sculpt.training.after_prune import just_after_prune
from sculpt.training.beginning import begin
from sculpt.training.engine import Engine
from sculpt.training.evaluation import accuracy_and_loss
from sculpt.training.inputs import Data, Progress, Start
from sculpt.training.moving import moved, must_be_possible, must_have_density
from sculpt.training.rates import learning_rates
from sculpt.training.records import TrainingError, costs, history_rows
from sculpt.training.resume import Checkpoints, Reached
from sculpt.training.spending import Spent


@dataclass(frozen=True)
class Trained:
    """What a node leaves: checkpoint and mask (R, ...), a history row per epoch and seed, a record per seed."""

    weights: Tensors
    mask: Tensors
    history: list[dict[str, Any]]
    records: list[dict[str, Any]]


def train(
    settings: Values, engine: Engine, start: Start, data: Data, progress: Progress, checkpoints: Checkpoints = None
) -> Trained:
    """Train one node.

    settings: those of the job. engine: started with a model of their shape. checkpoints: from which training goes on,
    and where epochs are kept. Raises TrainingError on a loss that is not finite, and on fewer images than a batch has.
    """
    seeds, training, cycle = settings["seeds"], settings["training"], settings["cycle"]
    images, batch_size, network = data.images, training["batch_size"], engine.network
    if batch_size > len(images):  # of a long tail params.yaml tells the number only nearly
        raise TrainingError(f"training.batch_size: {batch_size}; allowed: at most the training images ({len(images)})")
    must_be_possible(start.mask, cycle.get("density"))
    begun = begin(settings, network, start, images)

    def validate() -> list[dict[str, float]]:
        return accuracy_and_loss(engine, data.validation)

    def draws(done: int) -> Tensor:
        return epoch_draws(images, seeds, cycle["first_epoch"] + done, batch_size, training["flip"])

    reached = checkpoints.latest(seeds) if checkpoints else None
    mask, positions = begun.mask, network.positions(images.shape)
    if reached:
        mask = {name: reached.mask[name] for name in mask}
        network.load(reached.weights)
        engine.take(mask)
        engine.go_on(reached.update)
        rows, after_prune, spent = reached.history, reached.after_prune, Spent(positions, **reached.spent)
    else:
        engine.take(mask)
        rows, spent = [], Spent(positions, [0] * len(seeds))
        after_prune = just_after_prune(engine, mask, images, validate) if "prune" in settings else None
    first, last = reached.done if reached else 0, cycle.get("stop_epoch") or cycle["epochs"]
    steps = len(images) // batch_size
    rates = learning_rates(
        training["schedule"], training["learning_rate"], cycle["epochs"], steps * cycle["epochs"], cycle["stretch"]
    )
    upcoming = draws(first)
    for done in range(first, last):
        epoch = cycle["first_epoch"] + done
        epoch_rates = rates[done * steps : (done + 1) * steps]
        losses, accuracies = engine.train(images, upcoming, epoch_rates)
        if done + 1 < last:
            upcoming = draws(done + 1)  # while a CUDA device still works
        rows += history_rows(seeds, epoch + 1, epoch_rates[-1], losses, accuracies)
        spent.epoch(mask, steps * batch_size)
        if "between" in training and done + 1 < last:
            engine.give()
            if changed := moved(settings, network, mask, images, done + 1):
                spent.gradient(mask, changed.passes)
                mask = changed.mask
                engine.change(mask, changed.weights, changed.at_rest)
        if checkpoints and checkpoints.due(done + 1, last):
            engine.give()
            kept = network.checkpoint(), engine.kept(), rows, after_prune, mask, spent.so_far()
            checkpoints.keep(seeds, Reached(done + 1, *kept))
        progress(done + 1, last, float(losses.mean()))
    engine.give()
    must_have_density(mask, cycle.get("density"))
    records = []
    for i, (seed, cost, found) in enumerate(zip(seeds, costs(begun, mask, spent), validate(), strict=True)):
        if not isfinite(found["loss"]):
            epoch = cycle["first_epoch"] + last
            raise TrainingError(f"epoch {epoch}: the validation loss of seed {seed} is {found['loss']}")
        loss = rows[i - len(seeds)]["train_loss"]
        records.append({"seed": seed, "epochs": last, **cost, "train_loss": loss, "validation": found})
        if after_prune is not None:
            records[-1]["after_prune"] = after_prune[i]
    return Trained(network.checkpoint(), mask, rows, records)
