"""What a claim covers, and at what cost, in words."""

import math

import numpy as np
import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement import paper
from sculpt.statistics.judgement.sides import CELL

_NAMES = {
    "lrr": "LRR",
    "lrr_equal": "LRR at equal epochs",
    "chosen": "SCULPT",
    "published": f"SCULPT from {number(paper.START)}",
}


def scope(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Masks, densities (with SCULPT's start) and cost: `erk at 0.02; equal epochs (20); 4.1 times the FLOPs`."""
    starts = ours.groupby(CELL)["start_density"].first()
    masks = []
    for mask, cells in starts[::-1].groupby(level="mask"):
        densities = [_with_start(number(density), start) for (_, density), start in cells.items()]
        masks.append(f"{mask} at {', '.join(densities)}")
    flops = ours["train_flops"].mean() / theirs["train_flops"].mean()
    return "; ".join([*masks, epochs(ours, theirs), f"{flops:.2g} times the FLOPs"])


def epochs(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Both frames hold the same cells and seeds in one order."""
    spent = [side["epochs"].tolist() for side in (ours, theirs)]
    spans = [" to ".join(map(str, sorted({min(side), max(side)}))) for side in spent]
    if spent[0] == spent[1]:
        return f"equal epochs ({spans[0]})"
    return f"unequal epochs ({spans[0]} against {spans[1]})"


def run_name(row: pd.Series) -> str:
    """A run in words: `sculpt, erk from 0.05, 4 cycles`."""
    mask = [_with_start(row["mask"], row["start_density"])] if isinstance(row["mask"], str) else []
    return ", ".join([row["method"], *mask, f"{row['cycle']} cycle{'s' if row['cycle'] > 1 else ''}"])


def in_flops(*costs: float) -> str:
    """`6.68 against 43.9 GFLOPs`: three digits, in the unit that fits the smallest."""
    power = max(0, min(5, int(math.log10(min(costs))) // 3))
    unit = ("", "K", "M", "G", "T", "P")[power]
    return f"{' against '.join(_three(cost / 1000**power) for cost in costs)} {unit}FLOPs"


def _three(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def nothing_shared(names: list[str], densest: float) -> str:
    """Why sides cannot be compared."""
    sides = [_NAMES.get(name, name) for name in names]
    where = "" if densest == 1 else f" of at most {number(densest)}"
    return f"{', '.join(sides[:-1])} and {sides[-1]} share no mask and density{where} with every seed"


def _with_start(text: str, start: float) -> str:
    return text if np.isnan(start) else f"{text} from {number(start)}"
