"""Is an LRR mask more than its layers' densities: does it beat its own version shuffled within its layers?"""

from sculpt.statistics.judgement.paper import FIGURE_5, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.coupling.arms import LRR, RANDOM, SHUFFLED, WARM_UP, Arm
from sculpt.studies.coupling.contrasts import contrast

ID = "j1"
QUESTION = "On warm-up weights, does LRR's mask beat its shuffled version and a random mask?"
TABLES = ("summary",)
SHUFFLE = Sentence(
    ID,
    f"figure 5 in {REVIEWS}; the shuffled mask is our control",
    "On warm-up weights and with cycles, LRR's mask beats its own version shuffled within its layers",
    FIGURE_5,
    part="its shuffled version",
)
CHANCE = Sentence(
    "j1_random",
    f"figure 5 in {REVIEWS}",
    "On warm-up weights and with cycles, LRR's mask beats a random mask",
    FIGURE_5,
    part="a random mask",
)
ALLOCATION = Sentence(
    "j1_allocation",
    "ours, the control of claim j1_random",
    "More of LRR's mask's lead over a random mask is due to how it shares its weights among the layers than to which "
    "weights it keeps there",
    FIGURE_5,
    decides=False,
)
_OWN, _SHUFFLED, _RANDOM = (Arm(mask, WARM_UP) for mask in (LRR, SHUFFLED, RANDOM))


def judge(tables: Tables) -> list[Claim | str]:
    """The third is the lead of the shuffled mask over the random one minus that of LRR's mask over the shuffled one."""
    return [
        contrast(SHUFFLE, tables, [(1, _OWN), (-1, _SHUFFLED)]),
        contrast(CHANCE, tables, [(1, _OWN), (-1, _RANDOM)]),
        contrast(ALLOCATION, tables, [(2, _SHUFFLED), (-1, _OWN), (-1, _RANDOM)]),
    ]
