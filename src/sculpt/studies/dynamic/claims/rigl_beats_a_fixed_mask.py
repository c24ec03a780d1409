"""Does moving the mask help, where a fixed one trains for as many epochs?"""

from sculpt.statistics.judgement.paper import REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.dynamic.comparing import at_equal_epochs
from sculpt.studies.dynamic.rules import FAMILY

ID = "n1"
QUESTION = "Does RigL beat a fixed mask of as many epochs?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"arXiv 1911.11134 (RigL), its comparison with static masks; baseline missed by {REVIEWS}",
    "RigL beats a fixed mask that trains one schedule of as many epochs",
    FAMILY,
)


def judge(tables: Tables) -> list[Claim | str]:
    """RigL minus `long` on the mask that RigL starts with."""
    return [at_equal_epochs(SENTENCE, tables, "rigl", "long")]
