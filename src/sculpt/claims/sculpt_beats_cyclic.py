"""Does SCULPT's one prune help at high sparsity, from its best start?"""

from sculpt.statistics.judgement.differences import difference
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_7, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables

ID = "c1"
QUESTION = "Does SCULPT beat cyclic training?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; figure 7 in {REVIEWS}, which disagree on CIFAR-10",
    "At high sparsity SCULPT, its start chosen on validation, beats cyclic training",
    FIGURE_7,
    part="its start chosen at high sparsity",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at equal epochs."""
    return [difference(SENTENCE, tables, "chosen", "cyclic", densest=HIGH_SPARSITY)]
