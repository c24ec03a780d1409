"""Is there a run that costs less than LRR and is as good?"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.intervals import paired_t
from sculpt.statistics.judgement import scopes
from sculpt.statistics.judgement.paper import ABSTRACT, REVIEWS
from sculpt.statistics.judgement.sides import by_seed, judged_rows, longest_ladder
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.pooling import one_row_each, pooled
from sculpt.statistics.tables import Tables

ID = "d"
TABLES = ("summary",)
MARGIN = 1.0
"""How far below LRR still counts as reaching it, in points of accuracy."""
EPOCHS = Sentence(
    "d_epochs",
    f"ours, after the claim for SCULPT of {ABSTRACT}; 450 against 900 epochs in {REVIEWS}",
    "A run chosen on validation costs fewer epochs than LRR and is within one point of it",
)
FLOPS = Sentence(
    "d_flops",
    f"ours, after the claim for SCULPT of {ABSTRACT}; FLOPs missed by {REVIEWS}",
    "A run chosen on validation costs fewer FLOPs than LRR and is within one point of it",
)
NOT_RIVALS = ("lrr", "dense")
PLAINER_FIRST = ("single", "cyclic", "long", "sculpt", "imp", "wr")
"""Decides between runs that cost as much and are as good; any other method comes after these, by its name."""


def judge(tables: Tables) -> list[Claim | str]:
    """At each density of LRR, the cheapest run within the margin on validation, else the best there.

    Any cycle of any run counts, trunks as well. The threshold is the margin below LRR.
    """
    rows = judged_rows(tables.summary)
    return [*_cheaper(EPOCHS, rows, "epochs"), *_cheaper(FLOPS, rows, "train_flops")]


def _cheaper(general: Sentence, rows: pd.DataFrame, cost: str) -> Iterator[Claim | str]:
    ladder = longest_ladder(rows)
    one_row_each(ladder, ["target_density", "seed"], ID)
    if ladder.empty:
        yield general.untested("LRR has no run with every seed")
    for density, lrr in sorted(ladder.groupby("target_density"), reverse=True):
        sentence = replace(general, id=f"{general.id}_{number(density)}")
        rivals = rows[(rows["target_density"] == density) & ~rows["method"].isin(NOT_RIVALS)]
        runs, goal = _means(rivals, cost), _means(lrr, cost).iloc[0]
        runs = runs[runs[cost] < goal[cost]]
        if runs.empty:
            yield sentence.untested("no run with every seed is cheaper than LRR")
            continue
        # Rounded, so that the last bit of a mean decides nothing.
        runs = runs.assign(behind=(goal["val_accuracy"] - runs["val_accuracy"]).round(6))
        near = runs["behind"] <= MARGIN
        best = _first(runs[near], [cost, "behind"]) if near.any() else _first(runs, ["behind", cost])
        run = rivals[(rivals["run"] == best["run"]) & (rivals["cycle"] == best["cycle"])]

        scope = [f"density {number(density)}: {scopes.run_name(run.iloc[0])}", scopes.epochs(run, lrr)]
        if cost == "train_flops":
            scope.append(f"FLOPs {scopes.short(best[cost])} against {scopes.short(goal[cost])}")
        if not near.any():
            scope.append("best on validation, yet not within one point there")
        effect = by_seed(run, sentence.id) - by_seed(lrr, sentence.id)
        yield sentence.judged("; ".join(scope), effect.mean(), paired_t(effect), len(effect), -MARGIN)


def _means(rows: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Cost and validation accuracy of each (run, cycle), each a mean over seeds."""
    by = ["method", "run", "cycle", "node"]
    means = pooled(rows, by, cost, ID).assign(val=pooled(rows, by, "val_accuracy", ID)["val_accuracy_mean"])
    return means[[*by, f"{cost}_mean", "val"]].rename(columns={f"{cost}_mean": cost, "val": "val_accuracy"})


def _first(runs: pd.DataFrame, by: list[str]) -> pd.Series:
    ranks = {method: rank for rank, method in enumerate(PLAINER_FIRST)}
    order = runs["method"].map(lambda method: ranks.get(method, len(ranks)))
    return runs.assign(order=order).sort_values([*by, "order", "method", "node"]).iloc[0]
