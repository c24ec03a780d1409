"""Is a change of execution profile more unequal to groups than a change of seed?"""

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.hardware import words
from sculpt.studies.hardware.against import violation_against

ID = "h3"
QUESTION = "Is training under another execution profile unequal to groups?"
TABLES = ("summary", "hardware", "profiles")
SENTENCE = Sentence(
    ID,
    f"{words.CONTROL} h2",
    "Training under another execution profile is more unequal to groups than training from another seed",
    words.FAMILY,
    decides=False,
    unit=words.VIOLATION,
)


def judge(tables: Tables) -> list[Claim | str]:
    """The violation under profiles minus that of a change of seed alone."""
    return [violation_against(SENTENCE, tables, "seed")]
