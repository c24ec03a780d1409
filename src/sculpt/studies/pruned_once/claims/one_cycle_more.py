"""Does SCULPT help as the paper counts its cycles: C of them, the prune, and one more?"""

from sculpt.statistics.judgement import caveats
from sculpt.statistics.judgement.paper import FIGURE_7, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once.pairs import CELL, beside, difference
from sculpt.studies.pruned_once.sides import chosen, cycles_of, cyclic, sculpt

ID = "i3"
QUESTION = "Does SCULPT beat cyclic training?"
TABLES = ("summary",)
SENTENCE = Sentence(
    ID,
    f"the method in {REVIEWS}: C cycles, one prune and one cycle more; figure 7 there",
    "SCULPT of C + 1 cycles, its start chosen on validation, beats cyclic training of C + 1 cycles",
    FIGURE_7,
    part="with one cycle more",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at equal epochs, at every mask and density that both have."""
    cycles = cycles_of(tables.summary)
    if cycles is None:
        return [SENTENCE.untested("needs SCULPT; allowed: in runs, {method: sculpt, ...}")]
    length = cycles + 1
    ours, theirs = sculpt(tables.summary), cyclic(tables.summary)
    ours = chosen(ours[ours["length"] == length])
    sides = beside(ours, theirs[theirs["cycle"] == length], CELL, ID)
    lacking = (
        f"needs both methods with {length} cycles; "
        f"allowed: in runs, {{method: sculpt, cycles: {length}, ...}} and {{method: cyclic, cycles: {length}, ...}}"
    )
    lead = [f"{length} cycles"]
    return [difference(SENTENCE, tables, sides, lacking, said=[caveats.CHOSEN], lead=lead)]
