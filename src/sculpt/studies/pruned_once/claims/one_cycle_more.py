"""Does SCULPT help as the paper counts its cycles: C of them, the prune, and one more?"""

from functools import partial

from sculpt.statistics.judgement import caveats, entries, present
from sculpt.statistics.judgement.paper import FIGURE_7, HIGH_SPARSITY, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
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
    length = (present.cycles(tables.summary) if cycles is None else cycles) + 1
    ours, theirs = sculpt(tables.summary), cyclic(tables.summary)
    ours = chosen(ours[ours["length"] == length])
    sides = beside(ours, theirs[theirs["cycle"] == length], CELL, ID)
    none = f"SCULPT and cyclic training share no mask and density after {length} cycles"
    return [
        difference(
            SENTENCE,
            tables,
            sides,
            none,
            said=[caveats.CHOSEN],
            lead=[f"{length} cycles"],
            entry=partial(_added, tables, length),
        )
    ]


def _added(tables: Tables, length: int) -> str:
    wanted = [make(tables.summary, HIGH_SPARSITY) for make in (lacking.sculpt, lacking.cyclic)]
    return entries.runs(tables.summary, *({**entry, "cycles": length} for entry in wanted))
