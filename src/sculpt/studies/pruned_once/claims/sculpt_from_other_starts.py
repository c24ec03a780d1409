"""Does SCULPT's one prune help from the paper's other starts, and at densities that are not low?"""

from functools import partial

from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, entries, present
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_7, HIGH_SPARSITY, REVIEWS, START
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.pairs import CELL, beside, difference
from sculpt.studies.pruned_once.sides import chosen, cycles_of, cyclic, sculpt, usual

ID = "i2"
QUESTION = "Does SCULPT beat cyclic training?"
TABLES = ("summary",)
STARTS = (0.8, 0.3)
"""Beside 0.5, which is that of claim c3; all three are the paper's."""
_SOURCE = f"{ABSTRACT}; starts and figure 7 in {REVIEWS}, which disagree on CIFAR-10"
DENSER = Sentence(
    f"{ID}_denser",
    _SOURCE,
    f"Above density {number(HIGH_SPARSITY)} SCULPT, its start chosen on validation, beats cyclic training",
    FIGURE_7,
    part=f"its start chosen above density {number(HIGH_SPARSITY)}",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The differences at equal epochs: from each start at high sparsity, and of the chosen start above it."""
    ours = usual(sculpt(tables.summary))
    ends = cyclic(tables.summary)
    ends = ends[ends["cycle"] == cycles_of(tables.summary)]
    found = []
    for start in STARTS:
        sentence = Sentence(
            f"{ID}_{number(start)}",
            _SOURCE,
            f"At high sparsity SCULPT from the paper's start {number(start)} beats cyclic training",
            FIGURE_7,
            part=f"start {number(start)} at high sparsity",
        )
        sides = beside(ours[ours["start_density"] == start], ends, CELL, ID, HIGH_SPARSITY)
        none = "no run from this start has cyclic training beside it"
        found.append(difference(sentence, tables, sides, none, entry=partial(_from, tables, start)))
    denser = chosen(ours)
    sides = beside(denser[denser["target_density"].round(2) > HIGH_SPARSITY], ends, CELL, ID)
    none = f"SCULPT and cyclic training share no density above {number(HIGH_SPARSITY)}"
    return [*found, difference(DENSER, tables, sides, none, said=[caveats.CHOSEN], entry=partial(_denser, tables))]


def _from(tables: Tables, start: float) -> str:
    wanted = lacking.sculpt(tables.summary, HIGH_SPARSITY, start=start)
    return entries.runs(tables.summary, wanted, lacking.cyclic(tables.summary, HIGH_SPARSITY))


def _denser(tables: Tables) -> str:
    above = present.densities(tables.summary, START / 2, HIGH_SPARSITY)
    wanted = lacking.sculpt(tables.summary, start=max(START, lacking.start(tables.summary)), targets=above)
    return entries.runs(tables.summary, wanted, lacking.cyclic(tables.summary, densities=above))
