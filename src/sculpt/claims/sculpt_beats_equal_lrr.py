"""Does SCULPT's one prune do better than the steps of LRR, where neither has an epoch more?"""

from sculpt.statistics.judgement.differences import difference
from sculpt.statistics.judgement.paper import FIGURE_7, HIGH_SPARSITY
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables

ID = "c4"
QUESTION = "Does SCULPT reach LRR at high sparsity?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    "ours, the control of claim c2: LRR down a ladder of as many cycles",
    "At high sparsity SCULPT, its start chosen on validation, beats LRR of as many epochs",
    FIGURE_7,
    decides=False,
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at equal epochs; LRR has no mask, and is compared with each."""
    return [difference(SENTENCE, tables, "chosen", "lrr_equal", densest=HIGH_SPARSITY)]
