"""The rows of one thread of the CPU."""

from collections.abc import Iterator
from functools import partial

import trainer
from case import Case, Run
from loops import DENSITY, common_rows, loops
from rounds import Row, interleaved, ratios

FULL = Case({"name": "resnet20", "width": 16}, size=32, batch=256, images=512)
DIGITS = Case({"name": "resnet20", "width": 8}, size=8, batch=64, images=512, channels=1, shift=1)
SLIM = Case({"name": "resnet20", "width": 4}, size=8, batch=64, images=512, channels=1, shift=1)
HALF = Case({"name": "resnet20", "width": 8}, size=16, batch=128, images=256)
WIDE = Case({"name": "resnet20", "width": 16}, size=32, batch=128, images=128)


def on_cpu(run: Run) -> Iterator[Row]:
    times = loops(run, FULL, rounds=7, main="float32", turboprune=["float32"])
    other, float32, bfloat16 = times["TurboPrune-like float32"], times["trainer float32"], times["trainer bfloat16"]
    yield Row("ResNet-20, float32, against a TurboPrune-like loop in float32", ratios(other, float32), at_least=1.8)
    yield Row("ResNet-20, bfloat16, against a TurboPrune-like loop in float32", ratios(other, bfloat16), at_least=3)
    yield Row("float32 against a bare loop", ratios(times["bare float32"], float32), at_least=0.95)
    yield Row("bfloat16 against a bare loop", ratios(times["bare bfloat16"], bfloat16), at_least=0.95)
    yield from common_rows(times, "float32")
    yield _masked(run)
    yield _stack(run, "width 8, 8x8", DIGITS, rounds=30, at_least=1.6)
    yield _stack(run, "width 4, 8x8", SLIM, rounds=30)
    yield _stack(run, "width 4, 8x8", SLIM, rounds=30, seeds=4, at_least=2.5)
    yield _stack(run, "width 8, 16x16", HALF, rounds=12)
    yield _stack(run, "width 16, 32x32", WIDE, rounds=6)


def _masked(run: Run) -> Row:
    of_case = partial(trainer.epoch, run.case(DIGITS), [0, 1, 2], run.device, "float32")
    found = interleaved({"masked": partial(of_case, DENSITY), "dense": of_case}, run.rounds(30))
    what = "a masked step against a dense one, stack of 3, width 8, 8x8"
    return Row(what, ratios(found["masked"], found["dense"]), at_most=1.03)


def _stack(run: Run, name: str, case: Case, rounds: int, seeds: int = 3, at_least: float | None = None) -> Row:
    how = (run.case(case), list(range(seeds)), run.device, "float32", DENSITY)
    variants = {
        "one after the other": partial(trainer.one_after_the_other, *how),
        "stack": partial(trainer.epoch, *how),
    }
    found = interleaved(variants, run.rounds(rounds))
    what = f"a stack of {seeds}, {name}, against one after the other"
    if trainer.is_stacked(run.case(case), run.device):
        what, at_least = f"{what} (jobs stack)", at_least or 1
    return Row(what, ratios(found["one after the other"], found["stack"]), at_least=at_least)
