"""The rows of a CUDA device; the bounds are those of an H200."""

from collections.abc import Iterator
from functools import partial

import trainer
from case import Case, Run
from loops import DENSITY, common_rows, loops
from rounds import Row, interleaved, ratios

from sculpt.core import costs as cost

CIFAR10 = Case({"name": "resnet20", "width": 16}, size=32, batch=512, images=50_000)
CIFAR100 = Case({"name": "resnet18", "width": 64, "stem": "cifar"}, size=32, batch=512, images=50_000, classes=100)

BANDWIDTH, BFLOAT16 = 4.8e12, 989e12
"""Bytes, and dense bfloat16 operations, a second, by the vendor's table."""
CONV_OUTPUTS = 201_000
"""Of ResNet-20 for one image of 32x32; a training step reads or writes each of them 12 to 20 times."""


def on_cuda(run: Run) -> Iterator[Row]:
    times = loops(run, CIFAR10, rounds=5, main="bfloat16", turboprune=["float32", "bfloat16"])
    epoch, float32 = times["trainer bfloat16"], times["trainer float32"]
    other, other32 = times["TurboPrune-like bfloat16"], times["TurboPrune-like float32"]
    yield Row("ResNet-20, float32, against a TurboPrune-like loop in float32", ratios(other32, float32))
    yield Row("ResNet-20, bfloat16, against a TurboPrune-like loop in bfloat16", ratios(other, epoch), at_least=5)
    yield Row("bfloat16 against a bare loop", ratios(times["bare bfloat16"], epoch))
    yield from common_rows(times, "bfloat16")
    yield Row("an epoch of ResNet-20 on CIFAR-10's shapes, batch 512", epoch, "s", at_most=0.15)
    yield from _floors(epoch)
    yield _utilisation(run)
    yield from _stacks(run)  # last, and one by one: how long grouped convolutions take is not known


def _floors(epoch: list[float]) -> Iterator[Row]:
    """The epoch against the time that memory takes for it, at the highest and the lowest estimate of its traffic."""
    for passes, at_most in ((20, 1.5), (12, None)):
        floor = 2 * CONV_OUTPUTS * passes * CIFAR10.images / BANDWIDTH
        what = f"... against its memory-bandwidth floor ({passes} passes, {1000 * floor:.0f} ms)"
        yield Row(what, [seconds / floor for seconds in epoch], at_most=at_most)


def _stacks(run: Run) -> Iterator[Row]:
    case = run.case(CIFAR10)
    for size in (3, 8, 16):
        variants = {
            str(count): partial(trainer.epoch, case, list(range(count)), run.device, "bfloat16", DENSITY)
            for count in (1, size)
        }
        found = interleaved(variants, run.rounds(2))
        each = [seconds / size for seconds in found[str(size)]]
        at_most = 0.08 if size >= 8 else None
        yield Row(f"an epoch of each network of a stack of {size}", each, "s", at_most=at_most)
        yield Row(f"a stack of {size} against one after the other", ratios(found["1"], each))


def _utilisation(run: Run) -> Row:
    case = run.case(CIFAR100)
    found = interleaved({"epoch": partial(trainer.epoch, case, [0], run.device, "bfloat16")}, run.rounds(3))
    samples = case.images // case.batch * case.batch
    peak = cost.training_flops(trainer.forward_flops(case, run.device), samples) / BFLOAT16
    shares = [100 * peak / seconds for seconds in found["epoch"]]
    return Row("ResNet-18 on CIFAR-100's shapes, of the bfloat16 peak", shares, "%", at_least=35)
