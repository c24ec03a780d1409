"""Do more cycles before SCULPT's prune help?"""

from functools import partial

import pandas as pd

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.paper import FIGURE_7, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.pairs import STARTED, beside, difference
from sculpt.studies.pruned_once.sides import sculpt

ID = "i4"
QUESTION = "Do more cycles before SCULPT's prune help?"
TABLES = ("summary",)
LEAST = 3
"""Lengths that a start and target need; two would be the same claim twice."""
_SOURCE = f"ours; the paper has no rule for the number of cycles, and {REVIEWS} ask for one"
MORE = Sentence(
    ID,
    _SOURCE,
    "SCULPT with the most cycles before its prune beats SCULPT with the fewest",
    FIGURE_7,
    part="the most against the fewest",
)
FURTHER = Sentence(
    f"{ID}_further",
    _SOURCE,
    "SCULPT with the most cycles before its prune beats SCULPT with C - 1",
    FIGURE_7,
    part="the most against C - 1",
)
LACKING = f"no start and target has {LEAST} numbers of cycles, more than C among them"


def judge(tables: Tables) -> list[Claim | str]:
    """The longest minus the shortest, and minus the run of C cycles; the epochs are unequal."""
    rows = sculpt(tables.summary)
    rows = rows[rows.groupby(STARTED)["cycles"].transform("nunique") >= LEAST]
    of_run = rows.groupby(STARTED)["cycles"]
    longest, shortest = rows[rows["cycles"] == of_run.transform("max")], rows[rows["cycles"] == of_run.transform("min")]
    usual = rows[rows["length"].isna()]
    further = longest[longest["length"].notna()]
    return [
        difference(sentence, tables, sides, LACKING, lead=_cycles(*sides), entry=partial(_added, tables))
        for sentence, sides in (
            (MORE, beside(longest, shortest, STARTED, ID)),
            (FURTHER, beside(further, usual, STARTED, ID)),
        )
    ]


def _cycles(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """`7 cycles in all against 2`."""
    counts = [" and ".join(map(str, sorted(side["cycles"].unique()))) for side in (ours, theirs)]
    return ["{} cycles in all against {}".format(*counts)]


def _added(tables: Tables) -> str:
    """SCULPT of C cycles, of one more, and of one less or two more."""
    wanted, usually = lacking.sculpt(tables.summary, HIGH_SPARSITY), present.cycles(tables.summary)
    others = (usually - 1 if usually > LEAST - 1 else usually + 2, usually + 1)
    return entries.runs(tables.summary, wanted, *({**wanted, "cycles": cycles} for cycles in others))
