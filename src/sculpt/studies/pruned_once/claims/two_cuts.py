"""Do two cuts with a cycle between them do better than SCULPT's one?"""

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
    wanted = lacking.sculpt(tables.summary)
    target = min(wanted["targets"])
    between = float(f"{(wanted['start'] * target) ** 0.5:.1g}")
    via = between if target < between < wanted["start"] else (wanted["start"] + target) / 2
    twice = {**wanted, "method": "sculpt_twice", "via": via, "targets": [target]}
    added = entries.runs(tables.summary, {**wanted, "targets": [target]}, twice)
    return [difference(SENTENCE, tables, sides, LACKING, entry=added)]
