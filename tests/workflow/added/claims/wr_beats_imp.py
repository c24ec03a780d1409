"""Is an early epoch a better place to go back to than the initial weights?"""

from sculpt.statistics.judgement.outcomes import outcomes
from sculpt.statistics.judgement.sides import judged_rows
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.results import ends
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate

ID = "wr"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    "Frankle et al. 2020, arXiv 1912.05671",
    "Going back to an early epoch after each prune beats going back to the initial weights",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference of WR and IMP at every density that both have."""
    rows = ends(judged_rows(tables.summary))
    wr, imp = (rows[rows["method"] == method] for method in ("wr", "imp"))
    densities = sorted({*wr["target_density"]} & {*imp["target_density"]})
    if not densities:
        return [SENTENCE.untested("WR and IMP share no density with every seed")]
    ours, theirs = (outcomes(side[side["target_density"].isin(densities)], tables, ID) for side in (wr, imp))
    scope = f"density {', '.join(map(str, densities))}"
    return [SENTENCE.judged(scope, estimate(ours - theirs))]
