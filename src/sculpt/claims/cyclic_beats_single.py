"""Is repeating the schedule worth its epochs?"""

from sculpt.statistics.differences import difference
from sculpt.statistics.paper import ABSTRACT, REVIEWS
from sculpt.statistics.tables import Tables
from sculpt.statistics.verdict import Claim, Sentence

ID = "a"
TABLES = ("summary",)
SENTENCE = Sentence(ID, f"{ABSTRACT}; figure 4 in {REVIEWS}", "Cyclic training beats a single cycle")


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at every mask and density that both have; the epochs are unequal."""
    return [difference(SENTENCE, tables.summary, "cyclic", "single")]
