"""A weighted sum of arms as a claim, over the densities that all of them have.

The unit is the seed, beside it the test image where the tables come with hits (`sculpt.statistics.two_way`): each arm's
accuracy is averaged over the densities within a seed, and the weighted sum of the arms is the effect of that seed.
"""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np
import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.scopes import epochs
from sculpt.statistics.judgement.verdict import Claim, Measured, Sentence
from sculpt.statistics.pooling import one_row_each
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate
from sculpt.studies.coupling.arms import Arm, arms, of_arm
from sculpt.studies.coupling.entries import entry_of

Terms = Sequence[tuple[int, Arm]]
"""Arms with their weights, the subject first; the weights sum to 0."""
OF_MASKS = (
    "epochs and FLOPs hold what a mask took, for LRR's its whole ladder; cycles on that mask are as many on each side"
)
WARMED = (
    "warm-up weights have the epochs of the dense warm-up behind them before the first cycle, which others have not"
)


def contrast(
    sentence: Sentence,
    tables: Tables,
    terms: Terms,
    caveats: Sequence[str] = (),
    reading: Callable[[Estimate], Measured] = lambda found: found,
) -> Claim | str:
    """The weighted sum of the arms in points of test accuracy, positive where the claim holds; or why there is none.

    Only densities count at which each arm has every seed; the scope lists them. reading: what the claim reads off the
    estimate, in the unit of the sentence. Raises PoolingError where an arm has two
    rows of one density and seed.
    """
    rows = arms(tables.summary)
    sides = [_side(rows, arm, terms[0][1], sentence.id) for _, arm in terms]
    if missing := [arm for (_, arm), side in zip(terms, sides, strict=True) if side.empty]:
        lacking = dict.fromkeys(arm.words for arm in missing)
        return sentence.untested(f"there is no run of {', none of '.join(lacking)}", _added(tables, terms))
    shared = reduce(np.intersect1d, [side["target_density"].unique() for side in sides])
    sides = [side[side["target_density"].isin(shared)] for side in sides]
    if sides[0].empty:
        return sentence.untested("its runs share no density with every seed", _added(tables, terms))

    def measure(*parts: pd.DataFrame) -> Measured:
        return reading(
            estimate(sum(weight * of_checked(part, tables) for (weight, _), part in zip(terms, parts, strict=True)))
        )

    return sentence.judged(
        _scope(terms, sides),
        measure(*sides),
        cells=in_cells(sides, measure),
        caveats=[OF_MASKS, *caveats],
    )


def _added(tables: Tables, terms: Terms) -> str:
    return entry_of(tables.summary, [arm for _, arm in terms])


def _side(rows: pd.DataFrame, arm: Arm, subject: Arm, reader: str) -> pd.DataFrame:
    """The rows of an arm under the subject's mask, so that the cells of all sides are the densities."""
    side = of_arm(rows, arm)
    one_row_each(side, ["target_density", "seed"], reader)
    refuse(side, reader)
    return side.assign(mask=subject.mask)


def _scope(terms: Terms, sides: list[pd.DataFrame]) -> str:
    """`LRR's mask on … minus a random mask on …; at 0.05, 0.02; cycle 4; equal epochs (55); 1 times the FLOPs`."""
    densities = ", ".join(number(density) for density in sides[0]["target_density"].unique())
    cycles = " and ".join(str(cycle) for cycle in sorted({int(cycle) for side in sides for cycle in side["cycle"]}))
    flops = sides[0]["train_flops"].mean() / sides[1]["train_flops"].mean()
    spent = [epochs(sides[0], sides[1]), f"{flops:.2g} times the FLOPs"]
    return "; ".join([_sum(terms), f"at {densities}", f"cycle {cycles}", *spent])


def _sum(terms: Terms) -> str:
    parts = [f"{f'{abs(weight)} times ' if abs(weight) > 1 else ''}{arm.words}" for weight, arm in terms]
    signs = [" plus " if weight > 0 else " minus " for weight, _ in terms[1:]]
    return parts[0] + "".join(sign + part for sign, part in zip(signs, parts[1:], strict=True))
