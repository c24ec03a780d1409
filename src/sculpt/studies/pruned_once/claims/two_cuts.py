"""Do two cuts with a cycle between them do better than SCULPT's one?"""

from sculpt.statistics.judgement.paper import FIGURE_7, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once.pairs import STARTED, beside, difference
from sculpt.studies.pruned_once.sides import by_magnitude, ended, sculpt, usual

ID = "i7"
QUESTION = "Do two cuts in place of one help SCULPT?"
TABLES = ("summary",)
SENTENCE = Sentence(ID, f"ours, asked for by {REVIEWS}", "Two cuts in place of one help SCULPT", FIGURE_7)
LACKING = (
    "needs both from one start to one target; "
    "allowed: in runs, {method: sculpt_twice, start: ..., via: ..., targets: ...} beside {method: sculpt, ...}"
)


def judge(tables: Tables) -> list[Claim | str]:
    """Two cuts minus one at equal epochs, from the same starts to the same targets."""
    twice = by_magnitude(usual(ended(tables.summary, "sculpt_twice")))
    sides = beside(twice, usual(sculpt(tables.summary)), STARTED, ID)
    return [difference(SENTENCE, tables, sides, LACKING)]
