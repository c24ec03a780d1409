"""The paired difference of two sides, as a claim.

The effect of a seed on a test image is its paired difference, averaged over the masks and densities that the claim
covers: 0 or plus or minus 100 points in one cell. The interval is that of a two-way layout of seeds and images
(`sculpt.statistics.two_way`); without the images' bits it is the paired t interval over seeds. It does not hold the
draw of the training and validation images. What it leaves open is said in the claim's caveats.
"""

from collections.abc import Callable, Sequence

import pandas as pd

from sculpt.statistics.judgement import caveats, wanted
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.scopes import nothing_shared, scope
from sculpt.statistics.judgement.sides import shared, sides
from sculpt.statistics.judgement.verdict import Claim, Measured, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate


def difference(
    sentence: Sentence, tables: Tables, subject: str, against: str, sign: int = 1, densest: float = 1.0
) -> Claim | str:
    """The side `subject` minus the side `against`, times `sign`: positive where the claim holds; or why there is none.

    Points of test accuracy. Only masks and densities count, up to `densest`, that both sides have for every seed; the
    scope lists them.
    """
    ours, theirs = shared(sides(tables.summary), [subject, against], densest, sentence.id)
    if ours.empty:
        return sentence.untested(
            nothing_shared([subject, against], densest), wanted.of_sides(tables.summary, [subject, against], densest)
        )
    said = [caveats.CHOSEN] if "chosen" in (subject, against) else []
    said += caveats.more_epochs(ours, theirs) if against == "lrr" else []
    return paired(sentence, tables, ours, theirs, sign, said=said)


def paired(
    sentence: Sentence,
    tables: Tables,
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    sign: int = 1,
    threshold: float = 0.0,
    told: Sequence[str] = (),
    said: Sequence[str] = (),
    reading: Callable[[Estimate], Measured] = lambda found: found,
) -> Claim:
    """The claim on `ours` minus `theirs`, times `sign`, in points of test accuracy; both hold the same cells.

    told: what is added to the scope. said: caveats. reading: what the claim reads off the estimate, in the unit of the
    sentence. Raises PoolingError where rows of a seed differ in anything but mask, density and SCULPT's start.
    """
    for side in (ours, theirs):
        refuse(side, sentence.id)

    def measure(ours: pd.DataFrame, theirs: pd.DataFrame) -> Measured:
        return reading(estimate(sign * (of_checked(ours, tables) - of_checked(theirs, tables))))

    where = "; ".join([scope(ours, theirs), *told])
    cells = in_cells([ours, theirs], measure)
    return sentence.judged(where, measure(ours, theirs), threshold, cells, said)
