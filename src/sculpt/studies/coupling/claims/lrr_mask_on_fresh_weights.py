"""Is an LRR mask good for any weights: does it beat a random mask where both start from fresh ones?"""

from sculpt.statistics.judgement.paper import FIGURE_5, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.coupling.arms import FRESH, LRR, RANDOM, SHUFFLED, Arm
from sculpt.studies.coupling.contrasts import contrast

ID = "j3"
QUESTION = "On fresh weights, does LRR's mask beat a random mask?"
TABLES = ("summary",)
CHANCE = Sentence(
    ID,
    f"figure 5 in {REVIEWS}",
    "On fresh weights and with cycles, LRR's mask beats a random mask",
    FIGURE_5,
)
SHUFFLE = Sentence(
    "j3_shuffled",
    "ours, the control of claim j3",
    "On fresh weights and with cycles, LRR's mask beats its own version shuffled within its layers",
    FIGURE_5,
    decides=False,
)
_READ = (
    "for context: a machine-written review reads about 65 against 63 % off the paper's plot for ImageNet at density "
    "0.2; no value of this data set is published"
)
_OWN = Arm(LRR, FRESH)


def judge(tables: Tables) -> list[Claim | str]:
    return [
        contrast(CHANCE, tables, [(1, _OWN), (-1, Arm(RANDOM, FRESH))], [_READ]),
        contrast(SHUFFLE, tables, [(1, _OWN), (-1, Arm(SHUFFLED, FRESH))]),
    ]
