"""Is cyclic training alone enough at high sparsity?"""

from sculpt.statistics.judgement.differences import difference
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_4, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables

ID = "b"
QUESTION = "Does cyclic training alone fall behind LRR at high sparsity?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; figure 4 in {REVIEWS}",
    "At high sparsity cyclic training alone falls behind LRR",
    FIGURE_4,
)


def judge(tables: Tables) -> list[Claim | str]:
    """How far LRR is ahead; it has no mask, and is compared with each."""
    return [difference(SENTENCE, tables, "cyclic", "lrr", sign=-1, densest=HIGH_SPARSITY)]
