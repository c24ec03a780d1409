"""Are the signs of the warm-up all that an iterative method's mask needs?"""

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.paper import FIGURE_8A, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.signs.arms import ARMS, beside_lrr
from sculpt.studies.signs.judged import ahead, as_good

ID = "m1"
QUESTION = "Are the signs of the warm-up all that an iterative mask needs, up to sparsity 90 %?"
TABLES = ("summary",)
UP_TO = 0.1
"""Sparsity 90 %, up to which the paper's figure has the two equal."""
SUFFICE = Sentence(
    "m1",
    f"figure 8a in {REVIEWS}",
    "Up to sparsity 90 %, signs of the warm-up with random magnitudes, trained in cycles on an iterative mask, "
    "are not worse than LRR by {margin} of accuracy",
    FIGURE_8A,
    part="as good as LRR up to 90 %",
)
BEYOND = Sentence(
    "m2",
    f"the other side of `up to 90 %` of figure 8a in {REVIEWS}, whose values there were not found",
    "Beyond sparsity 90 %, signs of the warm-up with random magnitudes on an iterative mask fall behind LRR",
    FIGURE_8A,
    decides=False,
)
MASK = (
    "the epochs and FLOPs of this arm hold those of the ladder whose mask it takes, so it costs more than LRR; "
    "it is a question of what the signs hold, not of a cheaper method"
)


def judge(tables: Tables) -> list[Claim | str]:
    """The arm after C cycles against LRR at the end of its longest ladder, at each mask and density that both have."""
    sides = beside_lrr(tables.summary, "signs")
    dense = [side[side["target_density"].round(2) >= UP_TO] for side in sides]
    sparse = [side[side["target_density"].round(2) < UP_TO] for side in sides]
    lacking = f"no run of C cycles on {ARMS['signs'].words} has a density of LRR's ladder with every seed"
    rungs = present.ladder(tables.summary)
    low = [rung for rung in rungs if round(rung, 2) >= UP_TO][-1:] or [UP_TO]
    high = [rung for rung in rungs if round(rung, 2) < UP_TO][:1] or [UP_TO / 2]
    return [
        SUFFICE.untested(f"{lacking} of at least {UP_TO}", _added(tables, low))
        if dense[0].empty
        else as_good(SUFFICE, tables, dense, [MASK]),
        BEYOND.untested(f"{lacking} below {UP_TO}", _added(tables, high))
        if sparse[0].empty
        else ahead(BEYOND, tables, sparse[::-1], [MASK]),
    ]


def _added(tables: Tables, targets: list[float]) -> str:
    ladder = {"method": "lrr", "ladder": present.ladder(tables.summary, to=targets)}
    return entries.runs(tables.summary, ladder, ARMS["signs"].entry(tables.summary, targets))
