"""Does training under another execution profile change some groups more than others?"""

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.hardware import words
from sculpt.studies.hardware.against import violation_against

ID = "h2"
QUESTION = "Is training under another execution profile unequal to groups?"
TABLES = ("summary", "hardware", "profiles")
SENTENCE = Sentence(
    ID,
    words.OURS,
    "Training under another execution profile changes the accuracy of groups unequally, beyond its own repeat",
    words.FAMILY,
    unit=words.VIOLATION,
)


def judge(tables: Tables) -> list[Claim | str]:
    """The violation under profiles minus that of the training which was repeated under the reference."""
    return [violation_against(SENTENCE, tables, "floor")]
