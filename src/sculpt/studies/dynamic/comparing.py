"""Paired differences between a dynamic rule and another method: at equal epochs, and at equal FLOPs."""

import math

import numpy as np
import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, entries, paper, present
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.scopes import in_flops
from sculpt.statistics.judgement.sides import CELL, shared
from sculpt.statistics.judgement.verdict import Claim, Sentence, bounds, rounded
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate
from sculpt.studies.dynamic.rules import RULES, entry, name
from sculpt.studies.dynamic.sides import sides, starts

TARGET = 0.05
"""Density of the entries that are proposed: sparser ones are lost by AC/DC in short cycles."""


def at_equal_epochs(sentence: Sentence, tables: Tables, subject: str, against: str) -> Claim | str:
    """`subject` minus `against` in points of test accuracy, over the masks and densities that both have.

    Rows are compared only where both trained for equally many epochs.
    """
    found = sides(tables.summary)
    if missing := _missing(found, subject, against):
        return sentence.untested(missing, _added(tables.summary, subject, against))
    pair = shared(found, [subject, against], 1.0, sentence.id)
    ours, theirs = _of_equal_epochs(*pair)
    if ours.empty:
        named = f"{_called(subject)} and {_called(against)}"
        why = f"{named} share no mask and density at equal epochs with every seed"
        return sentence.untested(why, _added(tables.summary, subject, against))
    said = [caveats.CHOSEN] if "chosen" in (subject, against) else []
    return paired(sentence, tables, ours, theirs, said=said)


def at_equal_flops(sentence: Sentence, tables: Tables, rule: str) -> Claim | str:
    """SCULPT minus a rule in points of test accuracy, where SCULPT costs as many FLOPs of kept weights.

    At each mask and density, SCULPT's runs from its starts cost different FLOPs for equal epochs. Of the two starts
    whose costs (means over seeds) lie next to the rule's, every seed's outcomes are interpolated linearly in the
    logarithm of the cost: a definition of this project. Where the rule costs less than SCULPT from its lowest start, or
    more than from its highest, there is nothing to interpolate, and that density is left out.
    """
    found = sides(tables.summary)
    if missing := _missing(found, "chosen", rule):
        return sentence.untested(missing, _added(tables.summary, "chosen", rule))
    sculpt, outside, parts, cells = starts(tables.summary), [], [], []
    of_masks = found[rule][found[rule]["mask"].isin(sculpt["mask"].unique())]
    by_cell = dict(list(of_masks.groupby(CELL)))  # a rule without a mask stands beside those of SCULPT alone
    for mask, density in sorted(by_cell, key=lambda cell: (cell[0], -cell[1])):
        rows = by_cell[mask, density].sort_values("seed", kind="stable")
        refuse(rows, sentence.id)
        of_cell = sculpt[(sculpt["mask"] == mask) & (sculpt["target_density"] == density)]
        cost = rows["train_flops"].mean()
        beside = _bracket(of_cell, cost)
        where = f"{mask} at {number(density)}"
        if beside is None:
            outside.append(f"{where}{_range(of_cell, cost)}")
            continue
        low, high, share = beside
        ours = (1 - share) * of_checked(low, tables) + share * of_checked(high, tables)
        difference = ours - of_checked(rows, tables)
        between = " and ".join(number(side["start_density"].iloc[0]) for side in (low, high))
        parts.append((f"{where}, between the starts {between}, at {in_flops(cost)}", difference))
        cells.append(_cell(mask, density, estimate(difference)))
    if not parts:
        why = "no two runs of SCULPT cost less and more than it" + (f": {'; '.join(outside)}" if outside else "")
        return sentence.untested(f"{why}; starts around its cost would do, if there are any")
    said = [f"not compared, for want of runs that cost less and more: {'; '.join(outside)}"] if outside else []
    effect = estimate(np.mean([difference for _, difference in parts], axis=0))
    return sentence.judged("; ".join(where for where, _ in parts), effect, cells=cells, caveats=said)


def _of_equal_epochs(ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of those cells in which both sides have the same epochs."""
    epochs = [side.groupby(CELL)["epochs"].agg(["min", "max"]) for side in (ours, theirs)]
    same = (epochs[0] == epochs[1]).all(axis=1) & (epochs[0]["min"] == epochs[0]["max"])
    cells = same.index[same.to_numpy()]
    return tuple(side[pd.MultiIndex.from_frame(side[CELL]).isin(cells)] for side in (ours, theirs))


def _bracket(sculpt: pd.DataFrame, cost: float) -> tuple[pd.DataFrame, pd.DataFrame, float] | None:
    """The rows of the two starts next to a cost, and how far from the cheaper one it lies (0 to 1)."""
    means = sculpt.groupby("start_density")["train_flops"].mean().sort_values()
    below, above = means[means <= cost], means[means >= cost]
    if below.empty or above.empty:
        return None
    low, high = below.index[-1], above.index[0]
    rows = [sculpt[sculpt["start_density"] == start].sort_values("seed", kind="stable") for start in (low, high)]
    if low == high:
        return *rows, 0.0
    share = math.log(cost / means[low]) / math.log(means[high] / means[low])
    return *rows, rounded(share)


def _range(sculpt: pd.DataFrame, cost: float) -> str:
    if sculpt.empty:
        return ", where SCULPT has no run"
    means = sculpt.groupby("start_density")["train_flops"].mean()
    return f" ({in_flops(cost)}; SCULPT {in_flops(means.min())} to {in_flops(means.max())})"


def _cell(mask: str, density: float, found: Estimate) -> dict:
    low, high = bounds(found.interval())
    effect = rounded(found.effect)
    return {"mask": mask, "density": float(density), "start": None, "effect": effect, "ci_low": low, "ci_high": high}


def _missing(found: dict[str, pd.DataFrame], *names: str) -> str:
    """Why a comparison cannot be made; empty where it can."""
    return next((f"{_called(side)} has no run with every seed" for side in names if found[side].empty), "")


def _added(summary: pd.DataFrame, *names: str) -> str:
    """The entries of both sides, on one mask, at the least sparse density of at most TARGET that the experiment has."""
    targets, mask = present.densities(summary, TARGET)[:1], present.mask(summary)
    sides = {"long": {"method": "long", "mask": mask, "densities": targets}}
    sides["chosen"] = {"method": "sculpt", "mask": mask, "start": paper.START, "targets": targets}
    return entries.runs(summary, *(entry(side, mask, targets) if side in RULES else sides[side] for side in names))


def _called(side: str) -> str:
    return "SCULPT" if side == "chosen" else name(side)
