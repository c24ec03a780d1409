"""Is there coupling without cycling? The control that a reviewer asked for: the same arms after one cycle."""

from sculpt.statistics.judgement.paper import FIGURE_5, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.coupling.arms import FRESH, LRR, RANDOM, SHUFFLED, WARM_UP, Arm
from sculpt.studies.coupling.contrasts import WARMED, contrast

ID = "j4"
QUESTION = "Without repeated cycles, do LRR's mask and its weights belong together?"
TABLES = ("summary",)
_SOURCE = f"ours; {REVIEWS} ask for figure 5 without cycles"
SHUFFLE = Sentence(
    ID,
    _SOURCE,
    "On warm-up weights and without cycles, LRR's mask beats its own version shuffled within its layers",
    FIGURE_5,
    part="against its shuffled version",
)
COUPLED = Sentence(
    "j4_weights",
    _SOURCE,
    "Without cycles, LRR's mask does better on warm-up weights than on fresh ones",
    FIGURE_5,
    part="against fresh weights",
)
CHANCE = Sentence(
    "j4_random",
    _SOURCE,
    "On fresh weights and without cycles, LRR's mask beats a random mask",
    FIGURE_5,
    decides=False,
)


def judge(tables: Tables) -> list[Claim | str]:
    """The claims j1, j2 and j3 at the end of the first cycle."""
    warm, fresh = Arm(LRR, WARM_UP, False), Arm(LRR, FRESH, False)
    return [
        contrast(SHUFFLE, tables, [(1, warm), (-1, Arm(SHUFFLED, WARM_UP, False))]),
        contrast(COUPLED, tables, [(1, warm), (-1, fresh)], [WARMED]),
        contrast(CHANCE, tables, [(1, fresh), (-1, Arm(RANDOM, FRESH, False))]),
    ]
