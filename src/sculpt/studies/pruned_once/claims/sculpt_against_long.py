"""Does SCULPT do better than one long schedule, at equal epochs and within SCULPT's FLOPs?"""

from functools import partial

import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, entries, present
from sculpt.statistics.judgement.paper import FIGURE_7, HIGH_SPARSITY
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.budgets import best_within
from sculpt.studies.pruned_once.pairs import CELL, Sides, beside, difference
from sculpt.studies.pruned_once.sides import chosen, ended, sculpt, usual

ID = "i10"
QUESTION = "Does SCULPT beat one long schedule?"
TABLES = ("summary",)
_SOURCE = "ours, a control of this project: claim e, with SCULPT in the place of cyclic training"
EPOCHS = Sentence(
    f"{ID}_epochs",
    _SOURCE,
    "At high sparsity SCULPT, its start chosen on validation, beats one long schedule of as many epochs",
    FIGURE_7,
    part="at equal epochs",
)
FLOPS = Sentence(
    f"{ID}_flops",
    _SOURCE,
    "At high sparsity SCULPT beats one long schedule within SCULPT's FLOPs, its length chosen on validation",
    FIGURE_7,
    part="within SCULPT's FLOPs",
)


def judge(tables: Tables) -> list[Claim | str]:
    """SCULPT of C cycles minus `long` of as many epochs; and minus the best `long` within SCULPT's FLOPs.

    The rule of the second, a definition of this project: of the runs of `long`, of any length, at SCULPT's mask and
    target, whose FLOPs of kept weights are at most SCULPT's, the one of the best validation mean over all seeds. A mask
    and target count where a longer schedule than at equal epochs is among them, or where none would fit: else nothing
    spends what SCULPT does. Equal FLOPs are not to be had, so the scope says how many times the FLOPs SCULPT has.
    """
    ours, schedules = usual(chosen(sculpt(tables.summary))), ended(tables.summary, "long")
    at_epochs = beside(ours, usual(schedules), CELL, ID, HIGH_SPARSITY)
    spent = _spent(schedules, at_epochs)
    within = beside(ours, best_within(spent, ours, CELL, ID), CELL, ID, HIGH_SPARSITY)
    none = "SCULPT and one long schedule share no mask and target of high sparsity with every seed"
    unspent = "no schedule longer than SCULPT's epochs was run, and longer ones would stay within SCULPT's FLOPs"
    why = none if at_epochs[0].empty else unspent
    said = [caveats.CHOSEN]
    return [
        difference(EPOCHS, tables, at_epochs, none, said=said, entry=partial(_added, tables)),
        difference(
            FLOPS, tables, within, why, said=[*said, *_unspent(within)], entry=partial(_longer, tables, at_epochs)
        ),
    ]


def _fitting(at_epochs: Sides) -> pd.DataFrame:
    """By mask and target: how many cycles' epochs one schedule can have within SCULPT's FLOPs, and C."""
    ours, theirs = at_epochs
    costs = ours[CELL].assign(fits=theirs["cycles"] * ours["train_flops"] / theirs["train_flops"], C=theirs["cycles"])
    return costs.groupby(CELL).agg(fits=("fits", "mean"), C=("C", "first")).astype(int).reset_index()


def _spent(schedules: pd.DataFrame, at_epochs: Sides) -> pd.DataFrame:
    """The schedules at those masks and targets where one longer than C fits and was run, or where none fits."""
    cells = _fitting(at_epochs)
    rows = schedules.merge(cells, on=CELL)
    longer = (rows["cycles"] > rows["C"]) & (rows["cycles"] <= rows["fits"])
    counts = longer.groupby([rows[column] for column in CELL]).transform("any") | (rows["fits"] <= rows["C"])
    return rows[counts].drop(columns=["fits", "C"])


def _unspent(within: Sides) -> list[str]:
    """Whether a longer schedule than the one that is compared would fit: that none was run favours SCULPT."""
    if within[0].empty:
        return []
    cells = _fitting(within)  # of the compared schedule: its C is the length of that
    left = cells[cells["fits"] > cells["C"]]
    if left.empty:
        return []
    where = (f"{row.mask} at {number(row.target_density)}: {row.fits} for {row.C}" for row in left.itertuples())
    return [f"longer schedules would stay within SCULPT's FLOPs, which favours SCULPT; in cycles, {', '.join(where)}"]


def _added(tables: Tables, **more: int) -> str:
    cells = {**lacking.cyclic(tables.summary, HIGH_SPARSITY), "method": "long"}
    longer = [{**cells, **more}] if more else []
    return entries.runs(tables.summary, lacking.sculpt(tables.summary, HIGH_SPARSITY), cells, *longer)


def _longer(tables: Tables, at_epochs: Sides) -> str:
    """The entries of the longest schedules that fit; where there is none beside SCULPT, of that and of one longer."""
    if at_epochs[0].empty:
        return _added(tables, cycles=present.cycles(tables.summary) + 1)
    wanted = [
        {"method": "long", "mask": row.mask, "densities": [row.target_density], "cycles": row.fits}
        for row in _fitting(at_epochs).itertuples()
    ]
    return entries.runs(tables.summary, *wanted)
