"""The paper's sentences as statistical checks on the summary table.

The unit is the seed: a seed's effect is its paired difference in test accuracy, averaged over the masks and
densities that the claim covers, and the interval is a paired t interval over seeds (95 %, n - 1 degrees of
freedom). It covers the randomness of training on this data split, not the draw of the test images, and
nothing corrects for the number of claims. What is chosen is chosen on the validation means of the same seeds,
so a chosen run keeps a part of the luck that it was chosen for; and no label of cost holds what the choice
cost.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from sculpt.recipe.tree import number
from sculpt.statistics.intervals import Interval, fieller, paired_t
from sculpt.statistics.results import ends

HIGH_SPARSITY = 0.02
"""Largest density of the claims on high sparsity, to two decimals: 0.0225, which is 0.8^17, is one of them."""
MARGIN = 1.0
"""How far below LRR still counts as reaching it, in points of accuracy."""
PAPER_START = 0.5
"""One of the paper's own start densities for SCULPT (0.8, 0.5, 0.3)."""

Claim = dict[str, Any]

_CELL = ["mask", "target_density"]
_NAMES = {"lrr": "LRR", "chosen": "SCULPT", "published": f"SCULPT from {number(PAPER_START)}"}
_RIVALS = ("single", "cyclic", "long", "sculpt", "imp", "wr")
_COSTS = {"epochs": "epochs", "flops": "train_flops"}
_ABSTRACT = "arXiv 2406.02773, abstract"
_REVIEWS = "public reviews of the ICLR version"
_TEXTS = {
    "a": (
        f"{_ABSTRACT}; figure 4 in {_REVIEWS}",
        "Cyclic training beats a single cycle",
    ),
    "b": (
        f"{_ABSTRACT}; figure 4 in {_REVIEWS}",
        "At high sparsity cyclic training alone falls behind LRR",
    ),
    "c1": (
        f"{_ABSTRACT}; figure 7 in {_REVIEWS}, which disagree on CIFAR-10",
        "At high sparsity SCULPT, its start chosen on validation, beats cyclic training",
    ),
    "c2": (
        f"{_ABSTRACT}; figures 7 and 8 in {_REVIEWS}",
        "At high sparsity SCULPT, its start chosen on validation, closes the whole gap from cyclic training to LRR",
    ),
    "c3": (
        f"{_ABSTRACT}; starts and figure 7 in {_REVIEWS}, which disagree on CIFAR-10",
        f"At high sparsity SCULPT from the paper's start {number(PAPER_START)} beats cyclic training",
    ),
    "d_epochs": (
        f"ours, after the claim for SCULPT of {_ABSTRACT}; 450 against 900 epochs in {_REVIEWS}",
        "A run chosen on validation costs fewer epochs than LRR and is within one point of it",
    ),
    "d_flops": (
        f"ours, after the claim for SCULPT of {_ABSTRACT}; FLOPs missed by {_REVIEWS}",
        "A run chosen on validation costs fewer FLOPs than LRR and is within one point of it",
    ),
    "e": (
        f"{_ABSTRACT}, which credits repeated schedules; control asked for by {_REVIEWS}",
        "Cyclic training beats one long schedule of as many epochs",
    ),
}


def evaluate(summary: pd.DataFrame) -> list[Claim]:
    """The claims that the rows of `summary` (one experiment's summary.csv) can test, in a fixed order.

    Each is {id, source, statement, scope, n_seeds, effect, ci_low, ci_high, verdict}. Effect and bounds are
    in points of test accuracy (c2: percent of the gap between cyclic training and LRR), rounded to 4 decimals
    before the verdict is read off them. Bounds are None with one seed, and for c2 where the data do not bound
    the ratio; the verdict is then inconclusive. supported and contradicted need the whole interval on one
    side of the threshold: 0, for c2 100 % (so an exact match stays inconclusive), for d_* one point below
    LRR.

    Only masks and densities count that both sides have for every seed of `summary`; the scope lists them. LRR
    has no mask and is compared with each. Where two ladders reach one density, LRR is the longer one.
    """
    return [result for result in _judge(summary) if isinstance(result, dict)]


def untested(summary: pd.DataFrame) -> list[str]:
    """What `evaluate` left out, and why: one line a claim."""
    return [result for result in _judge(summary) if isinstance(result, str)]


def _judge(summary: pd.DataFrame) -> list[Claim | str]:
    """Every claim, or the reason why it cannot be tested."""
    rows = summary.dropna(subset=["val_accuracy", "test_accuracy"])
    found = rows.groupby(["method", "node"])["seed"].transform("nunique")
    rows = rows[found == summary["seed"].nunique()]
    sides = _sides(rows)
    return [
        _difference("a", sides, "cyclic", "single"),
        _difference("b", sides, "cyclic", "lrr", sign=-1, densest=HIGH_SPARSITY),
        _difference("c1", sides, "chosen", "cyclic", densest=HIGH_SPARSITY),
        _closed_gap(sides),
        _difference("c3", sides, "published", "cyclic", densest=HIGH_SPARSITY),
        *_cheaper("epochs", rows),
        *_cheaper("flops", rows),
        _difference("e", sides, "cyclic", "long"),
    ]


def _sides(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The end results that are compared, one row a (mask, density, seed)."""
    results = ends(rows)
    method, masks = results["method"], results[["mask"]].dropna().drop_duplicates()
    return {
        **{name: results[method == name] for name in ("single", "cyclic", "long")},
        "chosen": results[(method == "sculpt") & results["selected"]],
        "published": results[(method == "sculpt") & (results["start_density"] == PAPER_START)],
        "lrr": _lrr(results).drop(columns="mask").merge(masks, how="cross"),
    }


def _lrr(rows: pd.DataFrame) -> pd.DataFrame:
    """LRR's rows, one a (density, seed)."""
    lrr = rows[rows["method"] == "lrr"].sort_values(["cycle", "node"])
    return lrr.drop_duplicates(["target_density", "seed"], keep="last")


def _shared(sides: dict[str, pd.DataFrame], names: list[str], densest: float) -> list[pd.DataFrame]:
    """The rows of each named side in the cells that all of them have, by cell."""
    tables = [sides[name].set_index(_CELL).sort_index(kind="stable") for name in names]
    cells = reduce(pd.Index.intersection, (table.index.unique() for table in tables))
    cells = cells[cells.get_level_values("target_density").to_numpy().round(2) <= densest]
    return [table[table.index.isin(cells)] for table in tables]


def _difference(
    id_: str, sides: dict[str, pd.DataFrame], subject: str, against: str, sign: int = 1, densest: float = 1.0
) -> Claim | str:
    """subject - against, times `sign`: positive where the claim holds."""
    ours, theirs = _shared(sides, [subject, against], densest)
    if ours.empty:
        return _nothing_shared(id_, [subject, against], densest)
    difference = sign * (_by_seed(ours) - _by_seed(theirs))
    return _result(id_, _scope(ours, theirs), difference.mean(), paired_t(difference), 0.0, len(difference))


def _closed_gap(sides: dict[str, pd.DataFrame]) -> Claim | str:
    """c2: (SCULPT - cyclic) / (LRR - cyclic), in percent."""
    names = ["chosen", "lrr", "cyclic"]
    sculpt, lrr, cyclic = _shared(sides, names, HIGH_SPARSITY)
    if sculpt.empty:
        return _nothing_shared("c2", names, HIGH_SPARSITY)
    gain, gap = (100 * (_by_seed(sculpt) - _by_seed(cyclic)), _by_seed(lrr) - _by_seed(cyclic))
    # With LRR behind, the ratio would rise as SCULPT gets worse.
    if _rounded(gap.mean()) <= 0:
        return f"c2 ({_TEXTS['c2'][1]}): LRR is not ahead of cyclic training, there is no gap"
    effect = gain.mean() / gap.mean()
    return _result("c2", "percent; " + _scope(sculpt, lrr), effect, fieller(gain, gap), 100.0, len(gap))


def _cheaper(cost: str, rows: pd.DataFrame) -> Iterator[Claim | str]:
    """d: at each density of LRR, the cheapest run within the margin on validation, else the best there."""
    text, column = f"d_{cost}", _COSTS[cost]
    ladder = _lrr(rows)
    if ladder.empty:
        yield f"{text} ({_TEXTS[text][1]}): LRR has no run with every seed"
    for density, lrr in sorted(ladder.groupby("target_density"), reverse=True):
        id_ = f"{text}_{number(density)}"
        rivals = rows[(rows["target_density"] == density) & rows["method"].isin(_RIVALS)]
        runs = rivals.groupby(["method", "node"])[[column, "val_accuracy"]].mean()
        runs = runs[runs[column] < lrr[column].mean()].reset_index()
        if runs.empty:
            yield f"{id_} ({_TEXTS[text][1]}): no run with every seed is cheaper than LRR"
            continue
        # Rounded, so that the last bit of a mean decides nothing.
        runs["behind"] = (lrr["val_accuracy"].mean() - runs["val_accuracy"]).round(6)
        runs["order"] = runs["method"].map(_RIVALS.index)
        near = runs["behind"] <= MARGIN
        first = [column, "behind"] if near.any() else ["behind", column]
        best = runs[near | ~near.any()].sort_values([*first, "order", "node"]).iloc[0]
        run = rivals[(rivals["method"] == best["method"]) & (rivals["node"] == best["node"])]

        scope = [f"density {number(density)}: {_run_name(run.iloc[0])}", _epochs(run, lrr)]
        if cost == "flops":
            scope.append(f"FLOPs {_short(run[column].mean())} against {_short(lrr[column].mean())}")
        if not near.any():
            scope.append("best on validation, yet not within one point there")
        difference = _by_seed(run) - _by_seed(lrr)
        interval = paired_t(difference)
        yield _result(id_, "; ".join(scope), difference.mean(), interval, -MARGIN, len(difference))


def _by_seed(rows: pd.DataFrame) -> np.ndarray:
    """Test accuracy of each seed, averaged over its rows."""
    return rows.groupby("seed")["test_accuracy"].mean().to_numpy()


def _result(id_: str, scope: str, effect: float, interval: Interval, threshold: float, seeds: int) -> Claim:
    source, statement = _TEXTS["_".join(id_.split("_")[:2])]
    low, high = map(_rounded, interval) if interval else (None, None)
    if interval and low > threshold:
        verdict = "supported"
    elif interval and high < threshold:
        verdict = "contradicted"
    else:
        verdict = "inconclusive"
    return {
        "id": id_,
        "source": source,
        "statement": statement,
        "scope": scope,
        "n_seeds": seeds,
        "effect": _rounded(effect),
        "ci_low": low,
        "ci_high": high,
        "verdict": verdict,
    }


def _rounded(value: float) -> float:
    """Four decimals; the sum turns -0.0 into 0.0."""
    return round(float(value), 4) + 0.0


def _nothing_shared(id_: str, names: list[str], densest: float) -> str:
    sides = [_NAMES.get(name, name) for name in names]
    where = "" if densest == 1 else f" of at most {number(densest)}"
    listed = f"{', '.join(sides[:-1])} and {sides[-1]}"
    return f"{id_} ({_TEXTS[id_][1]}): {listed} share no mask and density{where} with every seed"


def _scope(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Masks, densities (with SCULPT's start) and cost: `erk at 0.02; equal epochs (20); 4.1 times the FLOPs`."""
    starts = ours.groupby(_CELL)["start_density"].first()
    masks = []
    for mask, cells in starts[::-1].groupby(level="mask"):
        densities = [_with_start(number(density), start) for (_, density), start in cells.items()]
        masks.append(f"{mask} at {', '.join(densities)}")
    flops = ours["train_flops"].mean() / theirs["train_flops"].mean()
    return "; ".join([*masks, _epochs(ours, theirs), f"{flops:.2g} times the FLOPs"])


def _with_start(text: str, start: float) -> str:
    return text if np.isnan(start) else f"{text} from {number(start)}"


def _epochs(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Both frames hold the same cells and seeds in one order."""
    epochs = [side["epochs"].tolist() for side in (ours, theirs)]
    spans = [" to ".join(map(str, sorted({min(side), max(side)}))) for side in epochs]
    if epochs[0] == epochs[1]:
        return f"equal epochs ({spans[0]})"
    return f"unequal epochs ({spans[0]} against {spans[1]})"


def _run_name(row: pd.Series) -> str:
    """A run in words: `sculpt, erk from 0.05, 4 cycles`."""
    mask = [_with_start(row["mask"], row["start_density"])] if isinstance(row["mask"], str) else []
    return ", ".join([row["method"], *mask, f"{row['cycle']} cycle{'s' if row['cycle'] > 1 else ''}"])


def _short(flops: float) -> str:
    mantissa, exponent = f"{flops:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}"
