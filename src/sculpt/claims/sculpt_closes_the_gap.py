"""How much of LRR's lead at high sparsity does SCULPT's one prune make up?"""

from functools import partial

import pandas as pd

from sculpt.statistics.judgement import caveats, wanted
from sculpt.statistics.judgement.answers import plain
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_7, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.scopes import nothing_shared, scope
from sculpt.statistics.judgement.sides import shared, sides
from sculpt.statistics.judgement.verdict import Claim, Sentence, rounded
from sculpt.statistics.ratio import Ratio
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate

ID = "c2"
QUESTION = "Does SCULPT reach LRR at high sparsity?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; figures 7 and 8 in {REVIEWS}",
    "At high sparsity SCULPT, its start chosen on validation, closes the whole gap from cyclic training to LRR",
    FIGURE_7,
    unit="percent of the gap",
)
SIDES = ["chosen", "lrr", "cyclic"]
WHOLE = 100.0


def judge(tables: Tables) -> list[Claim | str]:
    """(SCULPT - cyclic) / (LRR - cyclic), in percent, averaged over masks and densities before the ratio is taken.

    Where LRR is not shown to be ahead of cyclic training there is no gap to close, and no percentage: such a mask and
    density has none by itself, and the claim is untested where it holds for their mean. The threshold is the whole gap,
    so an exact match stays inconclusive.
    """
    found = shared(sides(tables.summary), SIDES, HIGH_SPARSITY, ID)
    sculpt, lrr, _ = found
    if sculpt.empty:
        added = wanted.of_sides(tables.summary, SIDES, HIGH_SPARSITY)
        return [SENTENCE.untested(nothing_shared(SIDES, HIGH_SPARSITY), added)]
    for side in found:
        refuse(side, ID)
    measure = partial(_share, tables)
    if (share := measure(*found)) is None:
        return [SENTENCE.untested(_no_gap(tables, *found))]
    said = [caveats.CHOSEN, *caveats.more_epochs(sculpt, lrr)]
    return [SENTENCE.judged(scope(sculpt, lrr), share, WHOLE, in_cells(found, measure), said)]


def _share(tables: Tables, sculpt: pd.DataFrame, lrr: pd.DataFrame, cyclic: pd.DataFrame) -> Ratio | None:
    """None where there is no gap: the ratio would be of noise, or rise as SCULPT gets worse."""
    base = of_checked(cyclic, tables)
    gain, gap = 100 * (of_checked(sculpt, tables) - base), of_checked(lrr, tables) - base
    return Ratio(gain, gap) if _is_gap(estimate(gap)) else None


def _is_gap(lead: Estimate) -> bool:
    """Whether the 95 % interval of LRR's lead lies above 0; with one seed, which has none, whether the lead does."""
    interval = lead.interval()
    return rounded(lead.effect if interval is None else interval[0]) > 0


def _no_gap(tables: Tables, sculpt: pd.DataFrame, lrr: pd.DataFrame, cyclic: pd.DataFrame) -> str:
    lead = estimate(of_checked(lrr, tables) - of_checked(cyclic, tables))
    interval = lead.interval()
    within = "" if interval is None else f" (95 % interval {plain(interval[0])} to {plain(interval[1])})"
    ahead = f"LRR's lead over cyclic training is {plain(lead.effect)} points{within}"
    return f"no gap to close: {ahead}; {scope(sculpt, lrr)}"
