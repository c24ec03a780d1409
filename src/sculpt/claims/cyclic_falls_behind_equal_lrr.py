"""Does LRR's lead at high sparsity remain where it has no epoch more?"""

from sculpt.statistics.judgement.differences import difference
from sculpt.statistics.judgement.paper import FIGURE_4, HIGH_SPARSITY
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables

ID = "b2"
QUESTION = "Does cyclic training alone fall behind LRR at high sparsity?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    "ours, the control of claim b: LRR down a ladder of as many cycles",
    "At high sparsity cyclic training alone falls behind LRR of as many epochs",
    FIGURE_4,
    decides=False,
)


def judge(tables: Tables) -> list[Claim | str]:
    """How far LRR is ahead at equal epochs; it has no mask, and is compared with each."""
    return [difference(SENTENCE, tables, "cyclic", "lrr_equal", sign=-1, densest=HIGH_SPARSITY)]
