"""Does the gradient tell better where to grow than chance?"""

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.dynamic.comparing import at_equal_epochs
from sculpt.studies.dynamic.rules import FAMILY

ID = "n2"
QUESTION = "Does growing by the gradient (RigL) beat growing at random (SET)?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    "arXiv 1911.11134 (RigL), its comparison with SET",
    "RigL, which grows by the gradient, beats SET, which grows at random",
    FAMILY,
)


def judge(tables: Tables) -> list[Claim | str]:
    """RigL minus SET at equal epochs, from the same first masks."""
    return [at_equal_epochs(SENTENCE, tables, "rigl", "set")]
