"""One network in the trainer and in other training loops."""

from functools import partial

import bare
import trainer
import turboprune_like
from case import Case, Run
from rounds import Row, Times, interleaved, percent, ratios

DENSITY = 0.05


def loops(run: Run, case: Case, rounds: int, main: str, turboprune: list[str]) -> Times:
    """Seconds of an epoch in each loop, in both precisions.

    main: the precision in which the compiled loop, the dense one and the evaluation run. turboprune: the precisions in
    which the TurboPrune-like loop runs.
    """
    case, device = run.case(case), run.device
    variants = {}
    for precision in ("float32", "bfloat16"):
        if precision in turboprune:
            variants[f"TurboPrune-like {precision}"] = partial(turboprune_like.epoch, case, device, precision, DENSITY)
        variants[f"trainer {precision}"] = partial(trainer.epoch, case, [0], device, precision, DENSITY)
        if precision == main:
            variants["dense"] = partial(trainer.epoch, case, [0], device, main)
        variants[f"bare {precision}"] = partial(bare.epoch, case, device, precision)
    if run.compiled:
        variants["compiled"] = partial(bare.epoch, case, device, main, compiled=True)
    variants["data"] = partial(trainer.data_pipeline, case, [0], device)
    variants["evaluation"] = partial(trainer.evaluation, case, [0], device, main)
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
