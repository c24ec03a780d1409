"""What a verdict does not say, in words; each claim carries those that concern it."""

import pandas as pd

from sculpt.statistics.judgement.verdict import Claim
from sculpt.statistics.pooling import pooled
from sculpt.statistics.results import ends, plain

CHOSEN = (
    "what is chosen, is chosen on the validation means of the same seeds, so it keeps a part of its luck; "
    "no cost holds what the choice cost"
)
LONGER = (
    "LRR trains for more epochs, as the scope says, so a lead of LRR is partly one of epochs; "
    "the claims with `LRR of as many epochs` are the control"
)
ALONE = "the verdict reads the interval of this claim alone; p_holm counts all claims of its family (Holm 1979)"
SHORT_BY = 1.0
"""How much better the dense network gets after its first cycle, in points, where training is called short."""


def more_epochs(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """Whether LRR (`theirs`) trains for longer. Both frames hold the same cells and seeds in one order."""
    return [LONGER] if (theirs["epochs"].to_numpy() > ours["epochs"].to_numpy()).any() else []


def of_interval(claim: Claim) -> str:
    """What the interval holds and what not."""
    data = "not the draw of the training and validation images"
    if claim["n_seeds"] == 1:
        return "one seed: there is no interval"
    if claim["n_images"] is None:
        return f"the interval holds the draw of {claim['n_seeds']} seeds, {data}"
    return f"the interval holds the draw of {claim['n_seeds']} seeds and of {claim['n_images']} test images, {data}"


def of_length(summary: pd.DataFrame) -> list[str]:
    """Whether training is short: the dense network then gains by further cycles, and so does whatever has more."""
    dense = plain(ends(summary))
    runs = dense.loc[dense["method"] == "dense", "run"].unique()
    rows = summary[summary["run"].isin(runs)]
    found = pooled(rows, ["run", "cycle"], "test_accuracy", "the caveat on short training").sort_values("cycle")
    if len(runs) != 1 or len(found) < 2:
        return []
    first, last = found.iloc[0], found.iloc[-1]
    if not last["test_accuracy_mean"] - first["test_accuracy_mean"] >= SHORT_BY:
        return []
    return [
        f"training is short: the dense network has {first['test_accuracy_mean']:.1f} % after its first cycle and "
        f"{last['test_accuracy_mean']:.1f} % after its last, so further epochs help by themselves"
    ]
