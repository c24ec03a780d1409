"""How much of LRR's lead at high sparsity does SCULPT's one prune make up?"""

from sculpt.statistics.intervals import fieller
from sculpt.statistics.judgement.paper import ABSTRACT, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.scopes import nothing_shared, scope
from sculpt.statistics.judgement.sides import by_seed, shared, sides
from sculpt.statistics.judgement.verdict import Claim, Sentence, rounded
from sculpt.statistics.tables import Tables

ID = "c2"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; figures 7 and 8 in {REVIEWS}",
    "At high sparsity SCULPT, its start chosen on validation, closes the whole gap from cyclic training to LRR",
)
SIDES = ["chosen", "lrr", "cyclic"]
WHOLE = 100.0


def judge(tables: Tables) -> list[Claim | str]:
    """(SCULPT - cyclic) / (LRR - cyclic), in percent.

    There is no interval where the data do not bound the ratio. The threshold is the whole gap, so an exact match stays
    inconclusive.
    """
    sculpt, lrr, cyclic = shared(sides(tables.summary), SIDES, HIGH_SPARSITY, ID)
    if sculpt.empty:
        return [SENTENCE.untested(nothing_shared(SIDES, HIGH_SPARSITY))]
    base = by_seed(cyclic, ID)
    gain, gap = 100 * (by_seed(sculpt, ID) - base), by_seed(lrr, ID) - base
    # With LRR behind, the ratio would rise as SCULPT gets worse.
    if rounded(gap.mean()) <= 0:
        return [SENTENCE.untested("LRR is not ahead of cyclic training, there is no gap")]
    effect = gain.mean() / gap.mean()
    return [SENTENCE.judged("percent; " + scope(sculpt, lrr), effect, fieller(gain, gap), len(gap), WHOLE)]
