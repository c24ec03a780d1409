"""Does LRR stay in one basin from rung to rung?"""

from sculpt.statistics.judgement.paper import FIGURE_3, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.landscape.judging import MARGIN
from sculpt.studies.landscape.on_heights import NOT_HIGHER, of_splits
from sculpt.studies.landscape.rows import consecutive

ID = "k4"
QUESTION = "Does LRR stay in one basin from rung to rung?"
TABLES = ("summary", "connectivity")
SENTENCE = Sentence(
    ID,
    f"ours, beside figure 3; LRR's masks are coupled to their weights, and coupling has no barriers, in {REVIEWS}",
    f"From one rung of LRR to the next error rises by less than {MARGIN:g} points",
    FIGURE_3,
)


def judge(tables: Tables) -> list[Claim | str]:
    """The signed height of the midpoint across LRR's prunes, negated, against minus the margin."""
    rows = consecutive(tables)
    sides = [(-1, rows[rows["method"] == "lrr"])]
    return list(of_splits(SENTENCE, tables, sides, "no rung of LRR has a line to the one above", NOT_HIGHER, -MARGIN))
