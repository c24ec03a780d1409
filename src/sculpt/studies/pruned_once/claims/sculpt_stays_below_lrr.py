"""Does SCULPT match LRR at any sparsity?"""

from dataclasses import replace

from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, entries
from sculpt.statistics.judgement.paper import FIGURE_7, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.pairs import beside, difference
from sculpt.studies.pruned_once.sides import chosen, lrr, sculpt, usual

ID = "i1"
QUESTION = "Does SCULPT stay below LRR at every density?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"figure 7a (CIFAR-10, ResNet-20) in {REVIEWS}, which agree that SCULPT does not match LRR at any sparsity there",
    "SCULPT, its start chosen on validation, stays below LRR",
    FIGURE_7,
)
LACKING = "no target of SCULPT is a rung of LRR"


def judge(tables: Tables) -> list[Claim | str]:
    """LRR minus SCULPT, a claim for each density, since the paper says it of every one."""
    ours, theirs = beside(usual(chosen(sculpt(tables.summary))), lrr(tables.summary), ["target_density"], ID)
    if ours.empty:
        added = entries.runs(tables.summary, lacking.sculpt(tables.summary), lacking.lrr(tables.summary))
        return [SENTENCE.untested(LACKING, added)]
    found = []
    for target in sorted(ours["target_density"].unique(), reverse=True):
        sides = ours[ours["target_density"] == target], theirs[theirs["target_density"] == target]
        said = [caveats.CHOSEN, *caveats.more_epochs(*sides)]
        sentence = replace(SENTENCE, id=f"{ID}_{number(target)}", part=f"density {number(target)}")
        found.append(difference(sentence, tables, sides, LACKING, sign=-1, said=said))
    return found
