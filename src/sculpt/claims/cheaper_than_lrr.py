"""Is there a run that costs less than LRR and is as good?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, scopes
from sculpt.statistics.judgement.cost_to_reach import cost_to_reach
from sculpt.statistics.judgement.equivalence import against_margin
from sculpt.statistics.judgement.outcomes import outcomes
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
)
FLOPS = Sentence(
    "d_flops",
    f"ours, after the claim for SCULPT of {ABSTRACT}; FLOPs missed by {REVIEWS}",
    "A run chosen on validation costs fewer FLOPs than LRR and is not worse by {margin} of accuracy",
    FAMILY,
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
    sides = ((EPOCHS, "epochs"), (FLOPS, "train_flops"))
    return [found for general, cost in sides for found in _cheaper(_Question(general, cost, margin, tables), rows)]


@dataclass(frozen=True)
class _Question:
    """general: the sentence of all densities, without its margin. cost: a column of the summary. margin: in points."""

    general: Sentence
    cost: str
    margin: float
    tables: Tables

    @property
    def points(self) -> str:
        return "one point" if self.margin == 1 else f"{number(self.margin)} points"

    @property
    def sentence(self) -> Sentence:
        return replace(self.general, statement=self.general.statement.format(margin=self.points))

    def ahead(self, rows: pd.DataFrame, lrr: pd.DataFrame) -> Estimate:
        return estimate(outcomes(rows, self.tables, ID) - outcomes(lrr, self.tables, ID))


def _cheaper(asked: _Question, rows: pd.DataFrame) -> Iterator[Claim | str]:
    ladder = longest_ladder(rows)
    one_row_each(ladder, ["target_density", "seed"], ID)
    if ladder.empty:
        yield asked.sentence.untested("LRR has no run with every seed")
    for density, lrr in sorted(ladder.groupby("target_density"), reverse=True):
        sentence = replace(asked.sentence, id=f"{asked.general.id}_{number(density)}")
        rivals = rows[(rows["target_density"] == density) & ~rows["method"].isin(NOT_RIVALS)]
        runs, goal = _means(rivals, asked.cost), _means(lrr, asked.cost).iloc[0]
        if (runs[asked.cost] < goal[asked.cost]).any():
            yield _against(asked, sentence, rivals, lrr, runs, goal)
        else:
            yield sentence.untested("no run with every seed is cheaper than LRR")


def _against(
    asked: _Question, sentence: Sentence, rivals: pd.DataFrame, lrr: pd.DataFrame, runs: pd.DataFrame, goal: pd.Series
) -> Claim:
    """One density. runs: costs and validation means of the rivals; goal: of LRR."""
    cost = asked.cost
    best, near = _chosen(runs[runs[cost] < goal[cost]], goal, cost, asked.margin)

    def rows_of(run: pd.Series) -> pd.DataFrame:
        return rivals[(rivals["run"] == run["run"]) & (rivals["cycle"] == run["cycle"])]

    run = rows_of(best)
    scope = [f"density {number(lrr['target_density'].iloc[0])}: {scopes.run_name(run.iloc[0])}"]
    scope.append(scopes.epochs(run, lrr))
    if cost == "train_flops":
        scope.append(f"FLOPs {scopes.short(best[cost])} against {scopes.short(goal[cost])}")
    if not near:
        scope.append(f"best on validation, yet not within {asked.points} there")
    found = asked.ahead(run, lrr)
    reached = cost_to_reach(
        _plainer_first(runs),
        cost,
        goal[cost],
        lambda step: asked.ahead(rows_of(step), lrr),
        lambda step: scopes.run_name(rows_of(step).iloc[0]),
    )
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


def _means(rows: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Cost and validation accuracy of each (run, cycle), each a mean over seeds."""
    by = ["method", "run", "cycle", "node"]
    means = pooled(rows, by, cost, ID).assign(val=pooled(rows, by, "val_accuracy", ID)["val_accuracy_mean"])
    return means[[*by, f"{cost}_mean", "val"]].rename(columns={f"{cost}_mean": cost, "val": "val_accuracy"})


def _plainer_first(runs: pd.DataFrame) -> pd.DataFrame:
    ranks = {method: rank for rank, method in enumerate(PLAINER_FIRST)}
    order = runs["method"].map(lambda method: ranks.get(method, len(ranks)))
    return runs.assign(order=order).sort_values(["order", "method", "node"], kind="stable")
