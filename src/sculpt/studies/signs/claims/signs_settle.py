"""Do signs flip early, and does LRR then settle on them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.recipe.node import number
from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.results import ends, plain
from sculpt.statistics.two_way import estimate
from sculpt.studies.signs.companion import ABSTRACT, FAMILY
from sculpt.studies.signs.flips import in_percent, of_seeds

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from sculpt.statistics.tables import Tables

ID = "m5"
QUESTION = "Does LRR flip signs early in training, and settle?"
TABLES = ("summary", "signs")
UNIT = "percent of kept weights"
EARLY = Sentence(
    "m5_lrr",
    f"{ABSTRACT}: LRR flips signs early",
    "LRR flips more signs in its first cycle than in its last",
    FAMILY,
    unit=UNIT,
)
SETTLES = Sentence(
    "m5_pruned",
    "ours, the control of claim m5_lrr: the first cycle, from random weights, is dense training's as well",
    "LRR flips more signs in the cycle after its first prune than in its last",
    FAMILY,
    decides=False,
    unit=UNIT,
)
IMP = Sentence(
    "m5_imp",
    "ours, the control of claim m5_lrr: IMP starts each level from the initial weights",
    "In its last cycle LRR flips fewer signs than IMP",
    FAMILY,
    decides=False,
    unit=UNIT,
)
CYCLIC = Sentence(
    "m5_cyclic",
    "ours, after the sign flips that a public review of arXiv 2406.02773 lists among its analyses",
    "Cyclic training flips more signs in its first cycle than in its last",
    FAMILY,
    decides=False,
    unit=UNIT,
)
LAST_RUNG = "of the weights that a cycle keeps, so the last cycle counts far fewer weights than the first"


def judge(tables: Tables) -> list[Claim | str]:
    """Differences of shares of kept weights, in points; the unit is the seed.

    LRR and IMP: the longest ladder of each, at its sparsest rung. Cyclic training: the longest run of the first mask
    method, at its lowest density.
    """
    runs, flips, seeds = plain(ends(tables.summary)), in_percent(tables), tables.summary["seed"].nunique()
    pairs = [
        (EARLY, ("lrr", 1), ("lrr", None), [LAST_RUNG]),
        (SETTLES, ("lrr", 2), ("lrr", None), [LAST_RUNG]),
        (IMP, ("imp", None), ("lrr", None), []),
        (CYCLIC, ("cyclic", 1), ("cyclic", None), []),
    ]
    return [_judged(sentence, sides, runs, flips, seeds, said, tables.summary) for sentence, *sides, said in pairs]


def _longest(runs: DataFrame, method: str) -> Series | None:
    found = runs[runs["method"] == method]
    first = found["mask"].dropna().unique()[:1]
    found = found[found["mask"].isna() | found["mask"].isin(first)]
    order = found.sort_values(["cycles", "target_density"], ascending=[False, True], kind="stable")
    return None if order.empty else order.iloc[0]


def _judged(
    sentence: Sentence,
    sides: list[tuple[str, int | None]],
    runs: DataFrame,
    flips: DataFrame,
    seeds: int,
    said: list[str],
    summary: DataFrame,
) -> Claim | str:
    """The first side minus the second, each a method and one of its cycles; a cycle of None is the last."""
    found, where = [], []
    for method, cycle in sides:
        run = _longest(runs, method)
        if run is None:
            return sentence.untested(f"there is no run of {method}", _added(summary, method))
        cycle = run["cycles"] if cycle is None else cycle
        rows = of_seeds(flips, run["run"], cycle, seeds)
        if rows is None:
            return sentence.untested(
                f"the analysis has no cycle {cycle} of {run['run']} for every seed", entries.analyses("signs")
            )
        found.append(rows["percent"].to_numpy())
        mask = f", {run['mask']}" if isinstance(run["mask"], str) else ""
        where.append(f"cycle {cycle} of {method}{mask} at {number(run['target_density'])}")
    if where[0] == where[1]:
        return sentence.untested(f"{where[0]} is its only cycle")
    what = " against ".join(where)
    return sentence.judged(what, estimate(found[0] - found[1]), caveats=said)


def _added(summary: DataFrame, method: str) -> str:
    """A run of a method, and the analysis of every run."""
    masked = {"mask": present.mask(summary), "densities": present.densities(summary)}
    run = {"method": method, **(masked if method == "cyclic" else {"ladder": present.ladder(summary, method)})}
    return entries.joined(entries.runs(summary, run), entries.analyses("signs"))
