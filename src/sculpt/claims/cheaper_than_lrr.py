"""Is there a run that costs less than LRR and is as good?"""

from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, entries, scopes, wanted
from sculpt.statistics.judgement.cost_to_reach import cost_to_reach
from sculpt.statistics.judgement.equivalence import against_margin
from sculpt.statistics.judgement.outcomes import of_checked
from sculpt.statistics.judgement.paper import ABSTRACT, REVIEWS
from sculpt.statistics.judgement.sides import judged_rows, longest_ladder
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.pooling import one_row_each, pooled
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate

ID = "d"
TABLES = ("summary",)
MARGIN = 1.0
"""How far below LRR still counts as as good, in points of accuracy, where params.yaml says nothing (claims.margin)."""
FAMILY = "accuracy against cost"
EPOCHS = Sentence(
    "d_epochs",
    f"ours, after the claim for SCULPT of {ABSTRACT}; 450 against 900 epochs in {REVIEWS}",
    "A run chosen on validation costs fewer epochs than LRR and is not worse by {margin} of accuracy",
    FAMILY,
    "Is a run of fewer epochs than LRR as good as LRR?",
)
FLOPS = Sentence(
    "d_flops",
    f"ours, after the claim for SCULPT of {ABSTRACT}; FLOPs missed by {REVIEWS}",
    "A run chosen on validation costs fewer FLOPs than LRR and is not worse by {margin} of accuracy",
    FAMILY,
    "Is a run of fewer FLOPs than LRR as good as LRR?",
)
NOT_RIVALS = ("lrr", "lrr_equal", "dense")
PLAINER_FIRST = ("single", "cyclic", "long", "sculpt", "imp", "wr")
"""Decides between runs that cost as much and are as good; any other method comes after these, by its name."""


def judge(tables: Tables) -> list[Claim | str]:
    """At each density of LRR, the cheapest run within the margin on validation, else the best there.

    Any cycle of any run counts, trunks as well. The threshold is the margin below LRR. Each claim also holds the tests
    of non-inferiority and equivalence, and the cost at which any run reaches LRR's accuracy.
    """
    rows, margin = judged_rows(tables.summary), tables.settings.get("margin", MARGIN)
    ladder, means = longest_ladder(rows), _means(rows)
    one_row_each(ladder, ["target_density", "seed"], ID)
    found: list[Claim | str] = []
    for general, cost in ((EPOCHS, "epochs"), (FLOPS, "train_flops")):
        asked = _Question(general, cost, margin, tables, rows)
        if ladder.empty:
            added = wanted.of_sides(tables.summary, ["lrr", "cyclic"])
            found.append(asked.sentence.untested("LRR has no run with every seed", added))
        for density, lrr in sorted(ladder.groupby("target_density"), reverse=True):
            runs = means[(means["target_density"] == density) & ~means["method"].isin(NOT_RIVALS)]
            goal = means[(means["run"] == lrr["run"].iloc[0]) & (means["cycle"] == lrr["cycle"].iloc[0])]
            found.append(_against(asked, density, runs, goal.iloc[0]))
    return found


@dataclass(frozen=True)
class _Question:
    """general: the sentence of all densities, without its margin. cost: a column of the summary. margin: in points."""

    general: Sentence
    cost: str
    margin: float
    tables: Tables
    rows: pd.DataFrame

    @property
    def points(self) -> str:
        return "one point" if self.margin == 1 else f"{number(self.margin)} points"

    @property
    def sentence(self) -> Sentence:
        return replace(self.general, statement=self.general.statement.format(margin=self.points))

    def rows_of(self, run: pd.Series) -> pd.DataFrame:
        """Of one run at one cycle, a seed each."""
        return self.rows[(self.rows["run"] == run["run"]) & (self.rows["cycle"] == run["cycle"])]

    def words(self, run: pd.Series) -> str:
        return scopes.run_name(self.rows_of(run).iloc[0])

    def ahead(self, run: pd.Series, goal: pd.Series) -> Estimate:
        ours, theirs = (of_checked(self.rows_of(side), self.tables) for side in (run, goal))
        return estimate(ours - theirs)


def _against(asked: _Question, density: float, runs: pd.DataFrame, goal: pd.Series) -> Claim | str:
    """One density. runs: costs and validation means of the rivals; goal: of LRR."""
    sentence = replace(asked.sentence, id=f"{asked.general.id}_{number(density)}", part=f"density {number(density)}")
    cost = asked.cost
    cheaper = runs[runs[cost] < goal[cost]]
    if cheaper.empty:
        added = entries.runs(
            asked.tables.summary, {**wanted.of_side(asked.tables.summary, "cyclic"), "densities": [density]}
        )
        return sentence.untested("no run with every seed is cheaper than LRR", added)
    best, near = _chosen(cheaper, goal, cost, asked.margin)
    run, lrr = asked.rows_of(best), asked.rows_of(goal)
    scope = [f"density {number(density)}: {asked.words(best)}", scopes.epochs(run, lrr)]
    if cost == "train_flops":
        scope.append(f"{best[cost] / goal[cost]:.2g} times the FLOPs ({scopes.in_flops(best[cost], goal[cost])})")
    if not near:
        scope.append(f"no run came within {asked.points} of LRR on validation; the closest is shown")
    found = asked.ahead(best, goal)
    reached = cost_to_reach(_plainer_first(runs), cost, goal[cost], partial(asked.ahead, goal=goal), asked.words)
    said = [caveats.CHOSEN, *caveats.more_epochs(run, lrr)]
    more = {**against_margin(found, asked.margin), "cost_to_reach": reached}
    return sentence.judged("; ".join(scope), found, -asked.margin, caveats=said, **more)


def _chosen(runs: pd.DataFrame, goal: pd.Series, cost: str, margin: float) -> tuple[pd.Series, bool]:
    """The cheapest within the margin on validation, else the best there; and whether it is within the margin."""
    # Rounded, so that the last bit of a mean decides nothing.
    runs = _plainer_first(runs.assign(behind=(goal["val_accuracy"] - runs["val_accuracy"]).round(6)))
    near = runs["behind"] <= margin
    if near.any():
        return runs[near].sort_values([cost, "behind"], kind="stable").iloc[0], True
    return runs.sort_values(["behind", cost], kind="stable").iloc[0], False


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    """Costs and validation accuracy of each (run, cycle), each a mean over seeds."""
    by, values = ["method", "run", "cycle", "node", "target_density"], ["epochs", "train_flops", "val_accuracy"]
    means = [pooled(rows, by, value, ID).rename(columns={f"{value}_mean": value})[[*by, value]] for value in values]
    return means[0].assign(**{value: table[value] for value, table in zip(values[1:], means[1:], strict=True)})


def _plainer_first(runs: pd.DataFrame) -> pd.DataFrame:
    ranks = {method: rank for rank, method in enumerate(PLAINER_FIRST)}
    order = runs["method"].map(lambda method: ranks.get(method, len(ranks)))
    return runs.assign(order=order).sort_values(["order", "method", "node"], kind="stable")
