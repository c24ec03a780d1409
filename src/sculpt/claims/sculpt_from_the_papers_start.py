"""Does SCULPT's one prune help at high sparsity, from a start of the paper?"""

from sculpt.recipe.node import number
from sculpt.statistics.judgement.differences import difference
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_7, HIGH_SPARSITY, REVIEWS, START
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables

ID = "c3"
QUESTION = "Does SCULPT beat cyclic training?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}; starts and figure 7 in {REVIEWS}, which disagree on CIFAR-10",
    f"At high sparsity SCULPT from the paper's start {number(START)} beats cyclic training",
    FIGURE_7,
    part=f"start {number(START)} at high sparsity",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at equal epochs."""
    return [difference(SENTENCE, tables, "published", "cyclic", densest=HIGH_SPARSITY)]
