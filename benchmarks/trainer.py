"""How the benchmarks call the trainer: the one file of theirs that knows its signatures."""

from collections.abc import Callable

import torch
from case import Case
from rounds import clock, seconds_of

from sculpt.core import costs as cost
from sculpt.core.randomness import generator
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images, augmented, epoch_draws
from sculpt.models.stacked import Stack
from sculpt.pruning.choice import choose
from sculpt.training.device.execution import be_deterministic, keep_memory, place_model
from sculpt.training.engine import started
from sculpt.training.evaluation import accuracy_and_loss
from sculpt.training.inputs import Data, Start
from sculpt.training.node import train
from sculpt.training.stacking import STACKED_FLOPS


def resident(case: Case, seeds: list[int], device: torch.device, count: int | None = None, shift: int = 0) -> Images:
    """Made-up images as a job holds them: `count` of them, or all of the case."""
    count = count or case.images
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (count, case.channels, case.size, case.size), generator=random, dtype=torch.uint8)
    labels = torch.randint(case.classes, (count, 1), generator=random).repeat(1, len(seeds))
    return Images.place(pixels, labels, [127.0] * case.channels, [64.0] * case.channels, shift, device)


def network_for(case: Case, seeds: list[int], images: Images) -> Stack:
    network = place_model({**case.model, "classes": case.classes}, len(seeds), images)
    network.initialise([generator("initial weights", seed) for seed in seeds])
    return network


def epoch(
    case: Case, seeds: list[int], device: torch.device, precision: str, density: float = 1.0
) -> Callable[[], float]:
    """A function that gives the seconds of one epoch of `training.node.train` on an ERK mask.

    It is the second epoch of a node, so what a node does once (loading, capturing a graph, evaluating) is outside.
    """
    be_deterministic()
    keep_memory()
    images = resident(case, seeds, device, shift=case.shift)
    validation = resident(case, seeds, device, count=case.classes)
    network = network_for(case, seeds, images)
    weights = {name: tensor.cpu() for name, tensor in network.checkpoint().items()}
    mask = erk(network, images, seeds, density)
    settings = {
        "seeds": seeds,
        "training": {
            "batch_size": case.batch,
            "schedule": {"name": "constant", "warmup": 0.0},
            "learning_rate": 0.01,
            "loss": {"name": "cross_entropy", "smoothing": 0.0},
            "update": {"name": "sgd", "momentum": 0.9, "weight_decay": 5e-4},
            "flip": True,
        },
        "profile": {"device": device.type, "precision": precision},
        "cycle": {"epochs": 2, "first_epoch": 0, "stretch": 1},
    }
    start, data = Start(weights, mask), Data(images, validation)

    def run() -> float:
        ends: list[float] = []
        train(settings, started(settings, network), start, data, lambda *_: ends.append(clock(device)))
        return ends[1] - ends[0]

    return run


def erk(network: Stack, images: Images, seeds: list[int], density: float) -> Tensors:
    return choose({"name": "erk"}, network, network.everything(), images, seeds, density).mask


def one_after_the_other(
    case: Case, seeds: list[int], device: torch.device, precision: str, density: float = 1.0
) -> Callable[[], float]:
    """As `epoch`, of one network a seed, in one process."""
    epochs = [epoch(case, [seed], device, precision, density) for seed in seeds]
    return lambda: sum(seconds() for seconds in epochs)


def data_pipeline(case: Case, seeds: list[int], device: torch.device) -> Callable[[], float]:
    """A function that makes the augmented batches of one epoch and gives the seconds that takes."""
    be_deterministic()
    keep_memory()
    images = resident(case, seeds, device, shift=case.shift)

    def work() -> None:
        for draws in epoch_draws(images, seeds, 0, case.batch, flip=True).to(device):
            augmented(images, draws)

    return seconds_of(work, device)


def evaluation(case: Case, seeds: list[int], device: torch.device, precision: str) -> Callable[[], float]:
    """A function that evaluates as many images as an epoch trains on and gives the seconds that takes."""
    be_deterministic()
    keep_memory()
    images = resident(case, seeds, device)
    network = network_for(case, seeds, images)
    engine = started({"profile": {"precision": precision}}, network)
    return seconds_of(lambda: accuracy_and_loss(engine, images), device)


def forward_flops(case: Case, device: torch.device) -> int:
    """FLOPs of one image through one dense network, as `sculpt.core.costs` counts them."""
    images = resident(case, [0], device, count=case.classes)
    network = network_for(case, [0], images)
    return cost.dense_forward_flops(network.everything(), network.positions(images.shape))


def is_stacked(case: Case, device: torch.device) -> bool:
    """Whether a job trains the seeds of this case as one stack."""
    return case.batch * forward_flops(case, device) <= STACKED_FLOPS
