"""The engine against the project's torch step and a TurboPrune-like loop, as ratios of one interleaved run.

    python benchmarks/engine.py [PART ...] [--rounds N] [--smoke] [--out FOLDER]

On one thread of the CPU, with ERK masks. Parts: `wide` (ResNet-20 width 16, 32x32, batch 256), `digits` (width 8, 8x8,
batch 64, per seed, against a stack of three), `turboprune` (the loop, in float32), `resnet18` (width 64, batch 128).
An epoch has its draws in it, a step has not; both have the augmentation. Prints the table and writes it into a file
that is named by the machine's fingerprint.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: one thread a process, as the jobs run

import torch
import trainer
import turboprune_like
from arguments import parsed
from case import Case, Run
from rounds import HEADER, Row, interleaved, line, ratios, seconds_of, write
from torch import Tensor

from sculpt.data.augmentation import Images, epoch_draws
from sculpt.engine.network import Network
from sculpt.models.build import build
from sculpt.training.device.execution import be_deterministic, keep_memory
from sculpt.training.device.precision import autocast
from sculpt.training.step import Step, train_epoch

RESULTS = Path(__file__).parent / "results/engine"
WIDE = Case({"name": "resnet20", "width": 16}, size=32, batch=256, images=256)
DIGITS = Case({"name": "resnet20", "width": 8}, size=8, batch=64, images=640, channels=1, shift=1)
LARGE = Case({"name": "resnet18", "width": 64, "stem": "cifar"}, size=32, batch=128, images=128)
EPOCH = Case({"name": "resnet20", "width": 16}, size=32, batch=256, images=512)
CPU = torch.device("cpu")
UPDATE = {"momentum": 0.9, "weight_decay": 5e-4}
TRAINING = {"loss": {"name": "cross_entropy", "smoothing": 0.0}, "update": {"name": "sgd", **UPDATE}}
Work = Callable[[], float]


def prepared(case: Case, seeds: list[int], density: float):
    """Images, a stack of the seeds' networks with masked weights, and the masks."""
    be_deterministic()
    keep_memory()
    images = trainer.resident(case, seeds, CPU, shift=case.shift)
    stack = trainer.network_for(case, seeds, images)
    mask = trainer.erk(stack, images, seeds, density)
    with torch.no_grad():
        for name, kept in stack.stack(mask).items():
            stack.prunable()[name].mul_(kept)
    return images, stack, mask


def draws_of(case: Case, images: Images, seeds: list[int]) -> Tensor:
    return epoch_draws(images, seeds, 0, case.batch, flip=True)


def of_torch(case: Case, seeds: list[int], density: float, with_draws: bool) -> Work:
    """The steps of an epoch of the stack, by torch."""
    images, stack, mask = prepared(case, seeds, density)
    draws = draws_of(case, images, seeds)
    held = list(stack.stack({name: kept.float() for name, kept in mask.items()}).values()) if density < 1 else []
    step = Step(stack, images, held, TRAINING, autocast({"precision": "float32"}, CPU), draws)
    rates = [0.01] * len(draws)
    return seconds_of(
        lambda: train_epoch(step, step, draws_of(case, images, seeds) if with_draws else draws, rates), CPU
    )


def of_engine(case: Case, seeds: list[int], density: float, with_draws: bool) -> Work:
    """The same steps by the engine, seed after seed."""
    images, stack, mask = prepared(case, seeds, density)
    weights, model = stack.checkpoint(), build(case.model, 1, case.channels, case.classes)
    settings = {"batch_size": case.batch, "momentum": 0.9, "decay": 5e-4, "smoothing": 0.0}
    networks = [Network(model, images.shape, case.classes, **settings)]
    networks += [networks[0].another() for _ in seeds[1:]]
    for place, network in enumerate(networks):
        network.load(*({name: tensor[place] for name, tensor in tensors.items()} for tensors in (weights, mask)))
    draws = draws_of(case, images, seeds)
    rates = [0.01] * len(draws)

    def work() -> None:
        present = draws_of(case, images, seeds) if with_draws else draws
        for place, network in enumerate(networks):
            network.train(images, place, present, rates)

    return seconds_of(work, CPU)


def compared(
    run: Run, what: str, case: Case, seeds: list[int], bounds: dict[float, float | None], rounds: int, with_draws: bool
) -> Iterator[Row]:
    """A row for each density, each with the ratio that it is held to."""
    case = run.case(case)
    for density, bound in bounds.items():
        how = (case, seeds, density, with_draws)
        found = interleaved({"torch": partial(of_torch, *how), "engine": partial(of_engine, *how)}, run.rounds(rounds))
        steps = case.images // case.batch * len(seeds)
        name = f"{what}, density {density:g}"
        yield Row(f"{name}: torch against the engine", ratios(found["torch"], found["engine"]), at_least=bound)
        yield Row(f"{name}: torch, a step of a seed", [1e3 * seconds / steps for seconds in found["torch"]], "ms")
        yield Row(f"{name}: engine, a step of a seed", [1e3 * seconds / steps for seconds in found["engine"]], "ms")


def wide(run: Run, rounds: int | None) -> Iterator[Row]:
    bounds = {1: 1.15, 0.5: None, 0.2: None, 0.1: 3, 0.05: 4, 0.02: None, 0.01: 6}
    yield from compared(run, "a step, width 16, 32x32", WIDE, [0], bounds, rounds or 7, with_draws=False)


def digits(run: Run, rounds: int | None) -> Iterator[Row]:
    seeds, bounds = [0, 1, 2], {1: 2, 0.5: None, 0.2: None, 0.1: 7, 0.05: 10, 0.02: None, 0.01: 15}
    yield from compared(run, "a step, width 8, 8x8", DIGITS, seeds, bounds, rounds or 15, with_draws=False)
    bounds = {1: 1.9, 0.1: 5.5, 0.05: 8, 0.01: 11}
    yield from compared(run, "an epoch, width 8, 8x8", DIGITS, seeds, bounds, rounds or 15, with_draws=True)


def turboprune(run: Run, rounds: int | None) -> Iterator[Row]:
    case = run.case(EPOCH)
    for density, bound in {1: 1.6, 0.05: 5.5, 0.01: 8}.items():
        variants = {
            "loop": partial(turboprune_like.epoch, case, CPU, "float32", density),
            "engine": partial(of_engine, case, [0], density, True),
        }
        found = interleaved(variants, run.rounds(rounds or 7))
        what = f"a TurboPrune-like loop against the engine, density {density:g}"
        yield Row(what, ratios(found["loop"], found["engine"]), at_least=bound)


def resnet18(run: Run, rounds: int | None) -> Iterator[Row]:
    bounds = {0.1: 2, 0.02: 7}
    yield from compared(run, "a step, ResNet-18 width 64", LARGE, [0], bounds, rounds or 5, with_draws=False)


PARTS = {part.__name__: part for part in (wide, digits, turboprune, resnet18)}


def main() -> None:
    given = parsed(__doc__, "part", PARTS, RESULTS)
    run, rows = Run(CPU, given.smoke, compiled=False), []
    print(HEADER)
    for name in given.chosen:
        for row in PARTS[name](run, given.rounds):
            print(line(row), flush=True)
            rows.append(row)
    print(f"\nwritten to {write(rows, given.out, 'cpu')}")


if __name__ == "__main__":
    main()
