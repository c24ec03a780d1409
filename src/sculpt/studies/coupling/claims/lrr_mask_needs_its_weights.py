"""Are mask and weights coupled: does an LRR mask lose where the weights are not those that it was found on?"""

from sculpt.statistics.judgement.paper import FIGURE_5, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.coupling.arms import FRESH, INITIAL, LRR, SHUFFLED, WARM_UP, Arm
from sculpt.studies.coupling.contrasts import WARMED, contrast

ID = "j2"
QUESTION = "Does LRR's mask need the weights that it was found on?"
TABLES = ("summary",)
COUPLED = Sentence(
    ID,
    f"figure 5 in {REVIEWS}",
    "With cycles, LRR's mask does better on warm-up weights than on fresh ones",
    FIGURE_5,
    part="against fresh weights",
)
BEYOND = Sentence(
    "j2_shuffled",
    "ours, the control of claim j2",
    "LRR's mask loses more by fresh weights than its version shuffled within its layers does",
    FIGURE_5,
    decides=False,
)
START = Sentence(
    "j2_initial",
    f"figure 5 in {REVIEWS}, which leave open whether random weights are of another seed",
    "With cycles, LRR's mask does better on warm-up weights than on the initial ones",
    FIGURE_5,
    part="against the initial weights",
)
_OWN, _SHUFFLED = Arm(LRR, WARM_UP), Arm(SHUFFLED, WARM_UP)


def judge(tables: Tables) -> list[Claim | str]:
    """The second is the difference of two differences: warm-up weights may be better for any mask."""
    fresh = Arm(LRR, FRESH)
    control = [(1, _OWN), (-1, fresh), (-1, _SHUFFLED), (1, Arm(SHUFFLED, FRESH))]
    return [
        contrast(COUPLED, tables, [(1, _OWN), (-1, fresh)], [WARMED]),
        contrast(BEYOND, tables, control),
        contrast(START, tables, [(1, _OWN), (-1, Arm(LRR, INITIAL))], [WARMED]),
    ]
