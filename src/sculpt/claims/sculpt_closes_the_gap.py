"""How much of LRR's lead at high sparsity does SCULPT's one prune make up?"""

from functools import partial

import pandas as pd

from sculpt.statistics.judgement import caveats
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_7, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.scopes import nothing_shared, scope
from sculpt.statistics.judgement.sides import shared, sides
from sculpt.statistics.judgement.verdict import Claim, Sentence, rounded
from sculpt.statistics.ratio import Ratio
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import mean

ID = "c2"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; figures 7 and 8 in {REVIEWS}",
    "At high sparsity SCULPT, its start chosen on validation, closes the whole gap from cyclic training to LRR",
    FIGURE_7,
)
SIDES = ["chosen", "lrr", "cyclic"]
WHOLE = 100.0


def judge(tables: Tables) -> list[Claim | str]:
    """(SCULPT - cyclic) / (LRR - cyclic), in percent.

    There is no interval where the data do not bound the ratio. The threshold is the whole gap, so an exact match stays
    inconclusive.
    """
    found = shared(sides(tables.summary), SIDES, HIGH_SPARSITY, ID)
    sculpt, lrr, _ = found
    if sculpt.empty:
        return [SENTENCE.untested(nothing_shared(SIDES, HIGH_SPARSITY))]
    for side in found:
        refuse(side, ID)
    measure = partial(_share, tables)
    if (share := measure(*found)) is None:
        return [SENTENCE.untested("LRR is not ahead of cyclic training, there is no gap")]
    said = [caveats.CHOSEN, *caveats.more_epochs(sculpt, lrr)]
    return [SENTENCE.judged("percent; " + scope(sculpt, lrr), share, WHOLE, in_cells(found, measure), said)]


def _share(tables: Tables, sculpt: pd.DataFrame, lrr: pd.DataFrame, cyclic: pd.DataFrame) -> Ratio | None:
    """None where LRR is not ahead: the ratio would rise as SCULPT gets worse."""
    base = of_checked(cyclic, tables)
    gain, gap = 100 * (of_checked(sculpt, tables) - base), of_checked(lrr, tables) - base
    return Ratio(gain, gap) if rounded(mean(gap)) > 0 else None
