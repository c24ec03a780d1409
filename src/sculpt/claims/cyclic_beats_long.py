"""Is it the repeated schedule that helps, or are more epochs enough?"""

from sculpt.statistics.differences import difference
from sculpt.statistics.paper import ABSTRACT, REVIEWS
from sculpt.statistics.tables import Tables
from sculpt.statistics.verdict import Claim, Sentence

ID = "e"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}, which credits repeated schedules; control asked for by {REVIEWS}",
    "Cyclic training beats one long schedule of as many epochs",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at equal epochs, at every mask and density that both have."""
    return [difference(SENTENCE, tables.summary, "cyclic", "long")]
