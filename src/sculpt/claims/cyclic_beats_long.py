"""Is it the repeated schedule that helps, or are more epochs enough?"""

from sculpt.statistics.judgement.differences import difference
from sculpt.statistics.judgement.paper import ABSTRACT, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables

ID = "e"
QUESTION = "Does cyclic training beat one long schedule of as many epochs?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}, which credits repeated schedules; control asked for by {REVIEWS}",
    "Cyclic training beats one long schedule of as many epochs",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at equal epochs, at every mask and density that both have."""
    return [difference(SENTENCE, tables, "cyclic", "long")]
