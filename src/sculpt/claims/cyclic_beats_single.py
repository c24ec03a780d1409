"""Is repeating the schedule worth its epochs?"""

from sculpt.statistics.judgement.differences import difference
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_4, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables

ID = "a"
QUESTION = "Does cyclic training beat a single cycle?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; figure 4 in {REVIEWS}",
    "Cyclic training beats a single cycle",
    FIGURE_4,
    part="all masks together",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at every mask and density that both have; the epochs are unequal."""
    return [difference(SENTENCE, tables, "cyclic", "single")]
