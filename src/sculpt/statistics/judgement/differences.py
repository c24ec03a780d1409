"""The paired difference of two sides, as a claim.

The unit is the seed. A seed's effect is its paired difference in test accuracy, averaged over the masks and densities
that the claim covers. The interval is a paired t interval over seeds (95 %, n - 1 degrees of freedom). It covers the
randomness of training on this data split, and not the draw of the test images. Nothing corrects for the number of
claims. What is chosen is chosen on the validation means of the same seeds, so a chosen run keeps a part of its luck. No
label of cost holds what the choice cost.
"""

import pandas as pd

from sculpt.statistics.intervals import paired_t
from sculpt.statistics.judgement.scopes import nothing_shared, scope
from sculpt.statistics.judgement.sides import by_seed, shared, sides
from sculpt.statistics.judgement.verdict import Claim, Sentence


def difference(
    sentence: Sentence, summary: pd.DataFrame, subject: str, against: str, sign: int = 1, densest: float = 1.0
) -> Claim | str:
    """The side `subject` minus the side `against`, times `sign`: positive where the claim holds; or why there is none.

    Points of test accuracy. Only masks and densities count, up to `densest`, that both sides have for every seed; the
    scope lists them.
    """
    ours, theirs = shared(sides(summary), [subject, against], densest, sentence.id)
    if ours.empty:
        return sentence.untested(nothing_shared([subject, against], densest))
    effect = sign * (by_seed(ours, sentence.id) - by_seed(theirs, sentence.id))
    return sentence.judged(scope(ours, theirs), effect.mean(), paired_t(effect), len(effect))
