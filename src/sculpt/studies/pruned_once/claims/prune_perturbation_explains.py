"""Why SCULPT falls short: what its prune takes at once, beside LRR's, over targets, and over starts."""

import numpy as np
import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, entries, present
from sculpt.statistics.judgement.paper import FIGURE_7, HIGH_SPARSITY, REVIEWS, START
from sculpt.statistics.judgement.sides import longest_ladder
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate, mean
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.pairs import CELL, STARTED, beside, in_cells, where
from sculpt.studies.pruned_once.perturbation import perturbations
from sculpt.studies.pruned_once.ranks import rank_correlations
from sculpt.studies.pruned_once.sides import chosen, lrr, usual

ID = "i9"
QUESTION = "Does what SCULPT's prune takes at once explain where it falls short?"
TABLES = ("summary", "history")
_SOURCE = f"ours; {REVIEWS} ask that the accuracy lost at the prune explain ResNet-20"
UNIT = "points of validation accuracy taken by the prune"
STEP = Sentence(
    f"{ID}_step",
    _SOURCE,
    "At high sparsity SCULPT's one prune takes more accuracy at once than LRR's last",
    FIGURE_7,
    part="more taken than by LRR's last prune",
    unit=UNIT,
)
DEEPER = Sentence(
    f"{ID}_deeper",
    _SOURCE,
    "SCULPT's prune to its lowest target takes more than that to its highest",
    FIGURE_7,
    decides=False,
    unit=UNIT,
)
TARGETS = Sentence(
    f"{ID}_targets",
    _SOURCE,
    "From one start, SCULPT ends further below LRR at targets whose prune takes more",
    FIGURE_7,
    part="correlation over targets",
    unit="of rank correlation",
)
STARTS = Sentence(
    f"{ID}_starts",
    _SOURCE,
    "To one target, SCULPT ends lower from starts whose prune takes more",
    FIGURE_7,
    part="correlation over starts",
    unit="of rank correlation",
)
LEAST = 3
"""Targets of one start, or starts to one target, of which a rank correlation is taken."""
_DEPTH = "a deeper prune takes more almost by construction: this is a check of what is measured, no finding of its own"
_CUT = "SCULPT cuts from its start, LRR from the rung above: a part of the difference is how deep each cuts"


def judge(tables: Tables) -> list[Claim | str]:
    """The unit is the seed. A correlation is Spearman's (1904), averaged over masks and starts, or targets, in a seed.

    step: what SCULPT's prune takes, from the chosen start, minus what LRR's does at the same density. deeper: at the
    lowest target minus at the highest, from the same start. targets: the correlation, over the targets of one start, of
    what the prune takes with how far below LRR the run ends on test; both rise with sparsity. So starts: the same over
    the starts to one target, where LRR, equal for all, changes no rank; a lower start also trains fewer weights.
    """
    rows = perturbations(tables.summary, tables.history)
    ours, ladder = usual(rows[rows["method"] == "sculpt"]), longest_ladder(rows)
    return [
        _step(tables, ours, ladder),
        _deeper(tables, ours),
        _targets(tables, ours, lrr(tables.summary)),
        _starts(tables, ours),
    ]


def _step(tables: Tables, ours: pd.DataFrame, ladder: pd.DataFrame) -> Claim | str:
    sides = beside(chosen(ours), ladder, ["target_density"], ID, HIGH_SPARSITY)
    if sides[0].empty:
        summary = tables.summary
        added = entries.runs(summary, lacking.sculpt(summary, HIGH_SPARSITY), lacking.lrr(summary, HIGH_SPARSITY))
        return STEP.untested("SCULPT and LRR share no density of high sparsity at which both prune a network", added)
    taken = " against ".join(f"{side['taken'].mean():.1f}" for side in sides)
    carried = " against ".join(f"{(side['before'] - side['carried']).mean():.1f}" for side in sides)
    scope = [*where(sides[0]), f"taken with batch norm estimated anew {taken}; with carried batch norm {carried}"]
    said = [caveats.CHOSEN, _CUT]
    return STEP.judged("; ".join(scope), _more(*sides), cells=in_cells(sides, _more), caveats=said)


def _deeper(tables: Tables, ours: pd.DataFrame) -> Claim | str:
    of_start = ours.groupby(["mask", "start_density"])["target_density"]
    lowest, highest = of_start.transform("min"), of_start.transform("max")
    several = lowest < highest
    low, high = (
        ours[several & (ours["target_density"] == end)].sort_values([*STARTED, "seed"], kind="stable")
        for end in (lowest, highest)
    )
    if low.empty:
        return DEEPER.untested("no start of SCULPT has two targets", _more_targets(tables, 2))
    scope = f"batch norm estimated anew; the lowest target against the highest; {_starts_in_words(low)}"
    high = high.assign(target_density=low["target_density"].to_numpy())  # the one cell of both is the start
    return DEEPER.judged(scope, _more(low, high), cells=in_cells([low, high], _more), caveats=[_DEPTH])


def _targets(tables: Tables, ours: pd.DataFrame, ladder: pd.DataFrame) -> Claim | str:
    ours, theirs = beside(ours, ladder, ["target_density"], ID)
    ours = ours.assign(gap=theirs["test_accuracy"] - ours["test_accuracy"])
    found = rank_correlations(ours, STARTED[:2], "taken", "gap", LEAST)
    if found.empty:
        return TARGETS.untested(
            f"no start of SCULPT has {LEAST} targets that are rungs of LRR", _more_targets(tables, LEAST)
        )
    lowest = found.assign(target_density=ours["target_density"].min())  # a cell has one, and these are over all
    return TARGETS.judged(_starts_in_words(found), _mean(lowest), cells=in_cells([lowest], _mean))


def _starts(tables: Tables, ours: pd.DataFrame) -> Claim | str:
    found = rank_correlations(ours.assign(lost=-ours["test_accuracy"]), CELL, "taken", "lost", LEAST)
    if found.empty:
        return STARTS.untested(
            f"no target of SCULPT has {LEAST} starts whose prunes do not all take as much", _more_starts(tables)
        )
    found = found.assign(start_density=np.nan)
    return STARTS.judged(" and ".join(where(found)), _mean(found), cells=in_cells([found], _mean))


def _more_targets(tables: Tables, count: int) -> str:
    """SCULPT from one start to so many targets at least, and LRR through them."""
    wanted, rungs = lacking.sculpt(tables.summary), present.ladder(tables.summary)
    below = sorted({*wanted["targets"], *(rung for rung in rungs if rung < wanted["start"])})[:count]
    targets = sorted({*wanted["targets"], *below}, reverse=True)
    ladder = {"method": "lrr", "ladder": present.ladder(tables.summary, to=targets)}
    return entries.runs(tables.summary, {**wanted, "targets": targets}, ladder)


def _more_starts(tables: Tables) -> str:
    """SCULPT to its lowest target from the paper's starts."""
    wanted = lacking.sculpt(tables.summary, targets=[min(lacking.sculpt(tables.summary)["targets"])])
    return entries.runs(tables.summary, *({**wanted, "start": start} for start in (0.8, START, 0.3)))


def _starts_in_words(rows: pd.DataFrame) -> str:
    """`erk from 0.5, 0.2; synflow from 0.2`."""
    starts = rows.groupby("mask")["start_density"].unique()
    return "; ".join(f"{mask} from {', '.join(map(number, sorted(of, reverse=True)))}" for mask, of in starts.items())


def _more(ours: pd.DataFrame, theirs: pd.DataFrame) -> Estimate:
    return estimate(_of_seeds(ours, "taken") - _of_seeds(theirs, "taken"))


def _mean(rows: pd.DataFrame) -> Estimate:
    return estimate(_of_seeds(rows, "correlation"))


def _of_seeds(rows: pd.DataFrame, column: str) -> np.ndarray:
    """The mean of each seed over masks, starts and targets, which are the same for every seed."""
    seeds, values = rows["seed"].to_numpy(), rows[column].to_numpy(float)
    return np.array([mean(values[seeds == seed]) for seed in np.unique(seeds)])
