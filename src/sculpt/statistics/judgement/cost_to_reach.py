"""What it costs to reach an accuracy: the cheapest of the runs that validation would choose."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from sculpt.statistics.judgement.verdict import bounds, rounded
from sculpt.statistics.two_way import Estimate


def frontier(runs: pd.DataFrame, cost: str) -> pd.DataFrame:
    """The runs that are better on validation than all that cost less, by rising cost.

    runs: one row each, with the column `cost` and val_accuracy, those first that are to be taken of equals.
    """
    order = runs.assign(val_accuracy=runs["val_accuracy"].round(6))  # the last bit of a mean decides nothing
    order = order.sort_values([cost, "val_accuracy"], ascending=[True, False], kind="stable")
    best_before = order["val_accuracy"].cummax().shift(fill_value=float("-inf"))
    return order[order["val_accuracy"] > best_before]


def cost_to_reach(
    runs: pd.DataFrame,
    cost: str,
    goal: float,
    ahead: Callable[[pd.Series], Estimate],
    words: Callable[[pd.Series], str],
) -> dict[str, Any]:
    """The cost of the cheapest run of `frontier` that reaches the goal on test, as a share of the goal's own cost.

    goal: that cost. ahead: how far a run is above the goal's accuracy. A run reaches it where its mean is not below.
    The bounds are the cheapest runs of which the 95 % interval does not lie below the goal's accuracy, and of which it
    does not reach below it: the costs at which a test at 95 % does not say otherwise. None: no run does so, the
    dearest of which costs `up_to`.
    """
    steps = frontier(runs, cost)
    found = [(rounded(row[cost] / goal), words(row), ahead(row)) for _, row in steps.iterrows()]
    limits = [(share, *bounds(estimate.interval())) for share, _, estimate in found]
    share, run = next(((s, run) for s, run, estimate in found if rounded(estimate.effect) >= 0), (None, None))
    return {
        "unit": cost,
        "share": share,
        "ci_low": next((s for s, _, high in limits if high is not None and high >= 0), None),
        "ci_high": next((s for s, low, _ in limits if low is not None and low >= 0), None),
        "run": run,
        "up_to": rounded(runs[cost].max() / goal),
    }
