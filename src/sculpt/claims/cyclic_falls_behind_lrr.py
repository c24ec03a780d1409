"""Is cyclic training alone enough at high sparsity?"""

from sculpt.statistics.differences import difference
from sculpt.statistics.paper import ABSTRACT, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.tables import Tables
from sculpt.statistics.verdict import Claim, Sentence

ID = "b"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; figure 4 in {REVIEWS}",
    "At high sparsity cyclic training alone falls behind LRR",
)


def judge(tables: Tables) -> list[Claim | str]:
    """How far LRR is ahead; it has no mask, and is compared with each."""
    return [difference(SENTENCE, tables.summary, "cyclic", "lrr", sign=-1, densest=HIGH_SPARSITY)]
