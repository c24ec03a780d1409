"""One network in the trainer and in other training loops, and several in a stack and one after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bare
import torch
import trainer
import turboprune_like
from rounds import Row, Times, interleaved, percent, ratios, seconds_of
from trainer import Case, Run

from sculpt.training.execution import autocast, be_deterministic

DENSITY = 0.05


def loops(run: Run, case: Case, rounds: int, main: str, turboprune: list[str]) -> Times:
    """Seconds of an epoch in each loop, in both precisions.

    main: the precision in which the compiled loop, the dense one and the evaluation run. turboprune: the precisions in
    which the TurboPrune-like loop runs.
    """
    case, device = run.case(case), run.device
    random = torch.Generator().manual_seed(0)
    shape = (case.images, case.channels, case.size, case.size)
    images = torch.randn(shape, generator=random).to(device)
    labels = torch.randint(case.classes, (case.images,), generator=random).to(device)
    width = case.model["width"]

    def precision(name: str):
        return autocast({"precision": name}, device)

    variants = {
        "dense": trainer.epoch(case, [0], device, main),
        "data": seconds_of(trainer.data_pipeline(case, [0], device), device),
        "evaluation": seconds_of(trainer.evaluation(case, [0], device, main), device),
    }
    for name in ("float32", "bfloat16"):
        variants[f"trainer {name}"] = trainer.epoch(case, [0], device, name, DENSITY)
        variants[f"bare {name}"] = _free(bare.epoch(images, labels, case.batch, width, precision(name)), device)
    for name in turboprune:
        work = turboprune_like.epoch(images, labels, case.batch, case.shift, width, DENSITY, precision(name))
        variants[f"TurboPrune-like {name}"] = _free(work, device)
    if run.compiled:
        work = bare.epoch(images, labels, case.batch, width, precision(main), compiled=True)
        variants["compiled"] = _free(work, device)
    return interleaved(variants, run.rounds(rounds))


def common_rows(times: Times, main: str) -> list[Row]:
    """The rows of `loops` that read alike on every device."""
    epoch = times[f"trainer {main}"]
    rows = [
        Row("a masked step against a dense one", ratios(epoch, times["dense"]), at_most=1.03),
        Row("the data pipeline alone, of the epoch", percent(times["data"], epoch), "%"),
        Row("evaluating as many images, of the epoch", percent(times["evaluation"], epoch), "%"),
    ]
    if "compiled" in times:
        rows.append(Row(f"{main} against a bare loop through torch.compile", ratios(times["compiled"], epoch)))
    return rows


def stacking(run: Run, case: Case, seeds: int, precision: str, rounds: int) -> list[float]:
    """How many times as fast a stack of seeds trains as the same seeds one after the other, in each round."""
    case = run.case(case)
    singles = [trainer.epoch(case, [seed], run.device, precision) for seed in range(seeds)]
    found = interleaved(
        {
            "one after the other": lambda: sum(seconds() for seconds in singles),
            "stack": trainer.epoch(case, list(range(seeds)), run.device, precision),
        },
        run.rounds(rounds),
    )
    return ratios(found["one after the other"], found["stack"])


def _free(work: Callable[[], object], device: torch.device) -> Callable[[], float]:
    """The seconds of `work` with the kernels that it is fastest with: the others are not held to the same bits."""

    def freely() -> float:
        with _any_kernel():
            return seconds_of(work, device)()

    return freely


@contextmanager
def _any_kernel() -> Iterator[None]:
    torch.set_deterministic_debug_mode("default")
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = True
    try:
        yield
    finally:
        be_deterministic()
