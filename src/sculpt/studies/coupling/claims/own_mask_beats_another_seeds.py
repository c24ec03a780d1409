"""Does a seed need its own LRR mask, or does the LRR mask of any seed do?"""

from sculpt.statistics.judgement.paper import FIGURE_5
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.coupling.arms import LRR, OTHER, SHUFFLED, WARM_UP, Arm
from sculpt.studies.coupling.contrasts import contrast

ID = "j7"
QUESTION = "Does a seed need its own LRR mask?"
TABLES = ("summary",)
OWN = Sentence(
    ID,
    "ours, a control of claim j2",
    "On warm-up weights and with cycles, LRR's mask of the seed itself beats that of another seed",
    FIGURE_5,
)
ANY = Sentence(
    "j7_shuffled",
    "ours, the control of claim j7",
    "On warm-up weights and with cycles, another seed's LRR mask beats the own one shuffled within its layers",
    FIGURE_5,
    decides=False,
)
_NEIGHBOURS = "each seed takes the mask of the next one of its block, so neighbours are not independent"
_OTHER = Arm(OTHER, WARM_UP)


def judge(tables: Tables) -> list[Claim | str]:
    return [
        contrast(OWN, tables, [(1, Arm(LRR, WARM_UP)), (-1, _OTHER)], [_NEIGHBOURS]),
        contrast(ANY, tables, [(1, _OTHER), (-1, Arm(SHUFFLED, WARM_UP))], [_NEIGHBOURS]),
    ]
