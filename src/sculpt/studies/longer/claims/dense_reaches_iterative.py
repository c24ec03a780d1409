"""Does the dense network, trained for as many cycles, reach the best level of LRR and of WR?"""

from sculpt.recipe.node import number
from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.paper import FIGURE_2, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.longer.runs import DENSE, at_the_epochs_of, best_on_validation, finished, levels, of

ID = "g1"
QUESTION = "Does the dense network, trained in cycles, reach the best accuracy of iterative pruning?"
TABLES = ("summary",)
MARGIN = 1.0
"""How far below the iterative method still counts as reached, in points, where `claims.margin` says nothing."""
SOURCE = f"figure 2a and 2b in {REVIEWS}: dense cycling reaches or exceeds the peak of LRR; the margin is ours"
LEVEL = "the level is chosen on the validation means of the same seeds, so it keeps a part of its luck"
METHODS = {"g1": ("lrr", "LRR"), "g1b": ("wr", "WR")}


def judge(tables: Tables) -> list[Claim | str]:
    """Dense minus the method's best level, after as many epochs; the threshold is the margin below it.

    The level is that of the best validation mean over all seeds, of equal ones the one of fewer cycles.
    """
    return [_against(tables, id_, *method) for id_, method in METHODS.items()]


def _against(tables: Tables, id_: str, method: str, name: str) -> Claim | str:
    margin = tables.settings.get("margin", MARGIN)
    reaches = f"reaches {name}'s best accuracy at equal epochs, to {number(margin)} points"
    statement = f"The dense network with repeated cycles {reaches}"
    sentence = Sentence(id_, SOURCE, statement, FIGURE_2, part=f"that of {name}")
    rows = finished(tables.summary)
    best = best_on_validation(levels(rows, method), ["method"], id_)
    if best.empty:
        ladder = present.ladder(tables.summary, method)
        wanted = {"method": method, "ladder": ladder, **({"rewind_epoch": 1} if method == "wr" else {})}
        added = entries.runs(tables.summary, wanted, {"method": "dense", "cycles": len(ladder) + 1})
        return sentence.untested(f"no level of {name} has every seed", added)
    level, cycles = best["target_density"].iloc[0], best["cycle"].iloc[0]
    best = best.assign(mask=DENSE, target_density=1.0)  # the cell that both are compared in
    dense = at_the_epochs_of(of(rows, DENSE), best)
    where = f"{name}'s best level on validation: density {number(level)} after {cycles} cycles"
    if dense.empty:
        added = entries.runs(tables.summary, {"method": "dense", "cycles": int(cycles)})
        return sentence.untested(f"{where}, and the dense network has not as many epochs", added)
    return paired(sentence, tables, dense, best, threshold=-margin, told=[where], said=[LEVEL])
