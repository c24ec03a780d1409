"""Ratios of the trainer, each measured in one interleaved run on one thread, medians over its rounds.

    python benchmarks/training.py

stack: R seeds trained as one network against the same R trained one after the other, in one process.
mask: a masked step against a dense one.
"""

import statistics
import time
from collections.abc import Callable

import torch

from sculpt import models
from sculpt.data.augmentation import Images, epoch_draws, generator
from sculpt.models.stacked import Stack
from sculpt.training.execution import autocast, be_deterministic
from sculpt.training.step import Step, train_epoch

ROUNDS = 100
IMAGES, BATCH = 512, 64


def network(seeds: list[int]) -> Stack:
    net = models.build("resnet20", replicates=len(seeds), channels=1, classes=10, width=8)
    net.initialise([generator("benchmark", seed) for seed in seeds])
    return net.to(memory_format=torch.channels_last)


def images(replicates: int) -> Images:
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(17, (IMAGES, 1, 8, 8), generator=random, dtype=torch.uint8)
    labels = torch.randint(10, (IMAGES, 1), generator=random).repeat(1, replicates)
    return Images.place(pixels, labels, [0.0], [16.0], shift=1, device=torch.device("cpu"))


def epoch_of(seeds: list[int], density: float | None = None) -> Callable[[], None]:
    """A function that trains one epoch of the stack of `seeds`."""
    net, data = network(seeds), images(len(seeds))
    masks = []
    if density is not None:
        weights = list(net.prunable().values())
        random = torch.Generator().manual_seed(0)
        masks = [(torch.rand(w.shape, generator=random) < density).float() for w in weights]
        masks = [torch.empty_like(w).copy_(m) for w, m in zip(weights, masks, strict=True)]
    settings = {"batch_size": BATCH, "momentum": 0.9, "weight_decay": 5e-4, "label_smoothing": 0.0}
    precision = autocast({"precision": "float32"}, torch.device("cpu"))
    draws = epoch_draws(data, seeds, 0, BATCH, flip=False)
    step = Step(net, data, masks, settings, precision, draws)

    def run() -> None:
        train_epoch(step, step, draws, [0.01] * len(draws))

    return run


def interleaved(variants: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    """CPU seconds of each variant in each round, run in turn; the first two rounds warm up."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS + 2):
        for name, run in variants.items():
            start = time.process_time()
            run()
            times[name].append(time.process_time() - start)
    return {name: seconds[2:] for name, seconds in times.items()}


def ratio(one: list[float], other: list[float]) -> float:
    """The median over the rounds of one / other: what slows a whole round down cancels."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def main() -> None:
    be_deterministic()
    singles = [epoch_of([seed]) for seed in range(3)]
    found = interleaved(
        {
            "one after the other": lambda: [run() for run in singles],
            "stack of 3": epoch_of([0, 1, 2]),
            "stack of 3, masked": epoch_of([0, 1, 2], density=0.05),
        }
    )
    print(f"ResNet-20 of width 8, 8x8 images, batch {BATCH}, float32, one thread, {ROUNDS} rounds")
    print(f"a stack of 3 seeds trains {ratio(found['one after the other'], found['stack of 3']):.2f} times as fast")
    print(f"a masked step costs {ratio(found['stack of 3, masked'], found['stack of 3']):.3f} times a dense one")


if __name__ == "__main__":
    main()
