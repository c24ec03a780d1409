"""Do two cuts with a cycle between them do better than SCULPT's one?"""

from functools import partial

from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.paper import FIGURE_7, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.pairs import STARTED, beside, difference
from sculpt.studies.pruned_once.sides import by_magnitude, ended, sculpt, usual

ID = "i7"
QUESTION = "Do two cuts in place of one help SCULPT?"
TABLES = ("summary",)
SENTENCE = Sentence(ID, f"ours, asked for by {REVIEWS}", "Two cuts in place of one help SCULPT", FIGURE_7)
LACKING = "no start and target has two cuts beside one"


def judge(tables: Tables) -> list[Claim | str]:
    """Two cuts minus one at equal epochs, from the same starts to the same targets."""
    twice = by_magnitude(usual(ended(tables.summary, "sculpt_twice")))
    sides = beside(twice, usual(sculpt(tables.summary)), STARTED, ID)
    return [difference(SENTENCE, tables, sides, LACKING, entry=partial(_added, tables))]


def _added(tables: Tables) -> str:
    """Both to the lowest target of SCULPT; the cut between is at the geometric mean of start and target."""
    wanted = lacking.sculpt(tables.summary)
    target = min(wanted["targets"])
    one = {**wanted, "targets": [target]}
    via = float(f"{(wanted['start'] * target) ** 0.5:.2g}")
    return entries.runs(tables.summary, one, {**one, "method": "sculpt_twice", "via": via})
