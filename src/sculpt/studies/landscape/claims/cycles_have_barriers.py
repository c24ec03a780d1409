"""Does a cycle of cyclic training end in another basin than the one before?"""

from sculpt.statistics.judgement.paper import FIGURE_3, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.landscape.on_heights import of_splits
from sculpt.studies.landscape.rows import consecutive

ID = "k1"
QUESTION = "Does a cycle of cyclic training end in another basin than the one before?"
TABLES = ("summary", "connectivity")
SENTENCE = Sentence(
    ID,
    f"figure 3 in {REVIEWS}: cyclic training jumps between optima",
    "Error rises between the ends of consecutive cycles of cyclic training",
    FIGURE_3,
)


def judge(tables: Tables) -> list[Claim | str]:
    """The signed height of the midpoint, over all pairs of consecutive ends: positive where the claim holds."""
    rows = consecutive(tables)
    sides = [(1, rows[rows["method"] == "cyclic"])]
    return list(of_splits(SENTENCE, tables, sides, "no two consecutive ends of a cyclic run have a line"))
