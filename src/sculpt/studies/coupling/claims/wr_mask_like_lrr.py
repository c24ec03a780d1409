"""Is WR's mask as good as LRR's, both trained from warm-up weights?"""

from sculpt.claims.cheaper_than_lrr import MARGIN
from sculpt.recipe.node import number
from sculpt.statistics.judgement.paper import FIGURE_5, REVIEWS
from sculpt.statistics.judgement.units import inside
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.judgement.within import Within
from sculpt.statistics.tables import Tables
from sculpt.studies.coupling.arms import LRR, WARM_UP, WR, Arm
from sculpt.studies.coupling.contrasts import contrast

ID = "j6"
QUESTION = "Is WR's mask as good as LRR's?"
TABLES = ("summary",)
STATEMENT = "On warm-up weights and with cycles, WR's mask does as well as LRR's, to within {margin}"


def judge(tables: Tables) -> list[Claim | str]:
    """The margin (claims.margin) minus the distance of the two, in points of test accuracy (`within`)."""
    margin = tables.settings.get("margin", MARGIN)
    points = "one point" if margin == 1 else f"{number(margin)} points"
    sentence = Sentence(ID, f"figure 5 in {REVIEWS}", STATEMENT.format(margin=points), FIGURE_5, unit=inside(margin))
    terms = [(1, Arm(WR, WARM_UP)), (-1, Arm(LRR, WARM_UP))]
    return [contrast(sentence, tables, terms, reading=lambda found: Within(found, margin))]
