"""Does SCULPT's one prune lead out of the basin of its trunk?"""

from sculpt.statistics.judgement.paper import FIGURE_3, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.landscape.on_heights import of_splits
from sculpt.studies.landscape.rows import consecutive

ID = "k5"
QUESTION = "Does SCULPT's one prune lead out of the basin of its trunk?"
TABLES = ("summary", "connectivity")
SENTENCE = Sentence(
    ID,
    f"ours; connectivity across SCULPT's prune was asked for by {REVIEWS}",
    "Error rises between the end of SCULPT's trunk and the end of the cycle after its prune",
    FIGURE_3,
)
BESIDE_LRR = Sentence(
    "k5b",
    f"ours; connectivity across SCULPT's prune was asked for by {REVIEWS}",
    "Error rises more across SCULPT's prune than across LRR's prune to the same density",
    FIGURE_3,
    decides=False,
)


def judge(tables: Tables) -> list[Claim | str]:
    """The signed height of the midpoint: positive where the claim holds; then less that of LRR at the same density."""
    rows = consecutive(tables)
    sculpt, lrr = (rows[rows["method"] == method] for method in ("sculpt", "lrr"))
    # LRR has neither mask nor start: it stands beside each that SCULPT has.
    starts = sculpt[["mask", "start_density"]].drop_duplicates()
    lrr = lrr.drop(columns=["mask", "start_density"]).merge(starts, how="cross")
    missing = "no run of SCULPT has a line across its prune"
    return [
        *of_splits(SENTENCE, tables, [(1, sculpt)], missing),
        *of_splits(BESIDE_LRR, tables, [(1, sculpt), (-1, lrr)], f"{missing} beside LRR's to the same density"),
    ]
