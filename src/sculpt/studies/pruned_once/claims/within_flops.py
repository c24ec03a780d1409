"""Does SCULPT do better than others at no more FLOPs?"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from sculpt.statistics.judgement import caveats, entries
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_8, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.budgets import best_within
from sculpt.studies.pruned_once.pairs import CELL, beside, difference
from sculpt.studies.pruned_once.sides import chosen, cyclic, lrr, sculpt, usual

ID = "i8"
QUESTION = "Does SCULPT beat LRR within LRR's FLOPs?"
TABLES = ("summary",)
_SOURCE = f"ours, after the claim for SCULPT of {ABSTRACT}; FLOPs missed by {REVIEWS}"
LRR = Sentence(
    f"{ID}_lrr",
    _SOURCE,
    "At high sparsity SCULPT within LRR's FLOPs, start and cycles chosen on validation, beats LRR",
    FIGURE_8,
)
CYCLIC = Sentence(
    f"{ID}_cyclic",
    _SOURCE,
    "At high sparsity SCULPT beats cyclic training within SCULPT's FLOPs, its cycles chosen on validation",
    FIGURE_8,
    "Does SCULPT beat cyclic training?",
    decides=False,
)
UNSPENT = (
    "cyclic training of more cycles than were run would stay within SCULPT's FLOPs at one density at least, and is no "
    "candidate: this favours SCULPT, and the scope says how many times the FLOPs it has"
)


def judge(tables: Tables) -> list[Claim | str]:
    """SCULPT minus LRR within LRR's FLOPs; and SCULPT minus cyclic training of any number of cycles within SCULPT's.

    FLOPs are those of kept weights. Runs of exactly equal FLOPs are not to be had, so a side stays within those of the
    other, and the scope says how far.
    """
    ours, ladder = sculpt(tables.summary), lrr(tables.summary)
    usual_ones, cycles = usual(chosen(ours)), cyclic(tables.summary)
    within = beside(best_within(ours, ladder, ["target_density"], ID), ladder, ["target_density"], ID, HIGH_SPARSITY)
    against = beside(usual_ones, best_within(cycles, usual_ones, CELL, ID), CELL, ID, HIGH_SPARSITY)
    no_lrr = "SCULPT has fewer FLOPs than LRR nowhere at high sparsity"
    no_cyclic = "no target of SCULPT of high sparsity has cyclic training beside it"
    with_lrr, with_cyclic = (partial(_beside, tables, other) for other in (lacking.lrr, lacking.cyclic))
    said = [caveats.CHOSEN]
    favoured = [UNSPENT] if _more_would_fit(cycles, usual_ones) else []
    return [
        difference(LRR, tables, within, no_lrr, said=[*said, *caveats.more_epochs(*within)], entry=with_lrr),
        difference(CYCLIC, tables, against, no_cyclic, said=[*said, *favoured], entry=with_cyclic),
    ]


def _beside(tables: Tables, other: Callable[[pd.DataFrame, float], dict[str, Any]]) -> str:
    wanted = lacking.sculpt(tables.summary, HIGH_SPARSITY), other(tables.summary, HIGH_SPARSITY)
    return entries.runs(tables.summary, *wanted)


def _more_would_fit(cycles: pd.DataFrame, budget: pd.DataFrame) -> bool:
    """Whether one cycle more than the longest cyclic run costs no more than `budget`, at a density of high sparsity."""
    longest = cycles[cycles["cycle"] == cycles.groupby(CELL)["cycle"].transform("max")]
    one_more = (longest["train_flops"] * (longest["cycle"] + 1) / longest["cycle"]).groupby([longest[c] for c in CELL])
    bound = budget[budget["target_density"].round(2) <= HIGH_SPARSITY].groupby(CELL)["train_flops"].mean()
    both = pd.concat([one_more.mean().rename("cost"), bound.rename("bound")], axis=1).dropna()
    return bool((both["cost"] <= both["bound"]).any())
