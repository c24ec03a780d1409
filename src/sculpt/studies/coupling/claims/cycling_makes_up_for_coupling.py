"""Do cycles make up for lost coupling: do they help an LRR mask more on fresh weights than on warm-up ones?"""

from sculpt.statistics.judgement.paper import FIGURE_5, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.coupling.arms import FRESH, LRR, WARM_UP, Arm
from sculpt.studies.coupling.contrasts import contrast

ID = "j5"
QUESTION = "Do repeated cycles make up for weights that do not belong to the mask?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"ours; {REVIEWS} ask for figure 5 without cycles",
    "Repeated cycles help LRR's mask more on fresh weights than on warm-up ones",
    FIGURE_5,
)
_CEILING = "an interaction in points: the arm that is nearer to what the network can reach has less to gain"


def judge(tables: Tables) -> list[Claim | str]:
    """What the cycles after the first bring on fresh weights, minus what they bring on warm-up weights."""
    terms = [
        (1, Arm(LRR, FRESH)),
        (-1, Arm(LRR, FRESH, False)),
        (-1, Arm(LRR, WARM_UP)),
        (1, Arm(LRR, WARM_UP, False)),
    ]
    return [contrast(SENTENCE, tables, terms, [_CEILING])]
