"""Does a sparse network train better along signs than along gradients?"""

from sculpt.statistics.judgement.outcomes import outcomes
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.results import ends
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate

ID = "lion"
TABLES = ("summary",)
SENTENCE = Sentence(ID, "ours, after arXiv 2302.06675", "Cyclic training with Lion beats cyclic training with SGD")


def judge(tables: Tables) -> list[Claim | str]:
    """The difference between the variant called lion and the base, at each mask and density that both have."""
    runs = ends(tables.summary)
    runs = runs[(runs["method"] == "cyclic") & runs["transform"].isna()]
    sides = [runs[runs["variant"] == "lion"], runs[runs["variant"].isna()]]
    cells = [set(zip(side["mask"], side["target_density"], strict=True)) for side in sides]
    if not cells[0] & cells[1]:
        return [SENTENCE.untested("the variant lion and the base share no mask and density")]
    both = [
        side[[cell in cells[0] & cells[1] for cell in zip(side["mask"], side["target_density"], strict=True)]]
        for side in sides
    ]
    effect = outcomes(both[0], tables, ID) - outcomes(both[1], tables, ID)
    scope = ", ".join(f"{mask} at {density}" for mask, density in sorted(cells[0] & cells[1]))
    return [SENTENCE.judged(scope, estimate(effect))]
