"""On each mask method: do chosen cycles beat a single one, and do cycles beat one schedule of as many epochs?"""

import pandas as pd

from sculpt.plotting.looks import mask_look
from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.paper import FIGURE_4, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.results import ordinary
from sculpt.statistics.tables import Tables
from sculpt.studies.longer.compare import cycles_taken, in_both
from sculpt.studies.longer.runs import at_the_epochs_of, best_on_validation, ends, finished, of
from sculpt.studies.longer.words import CHOSEN, NOT_THE_PAPERS
from sculpt.studies.longer.words import cyclic as cyclic_entry

ID = "g4"
QUESTION = "Does cyclic training beat a single cycle?"
TABLES = ("summary",)
OF_THE_PAPER = ("erk", "balanced", "snip", "synflow")
"""Masks of the authors' code; whether the paper's random ones are ERK or balanced was not found."""
_LONG = "Does cyclic training beat one long schedule of as many epochs?"
CONTROL = f"ours: the control at equal epochs that {REVIEWS} ask for"


def judge(tables: Tables) -> list[Claim | str]:
    """Two claims for each mask method with cyclic runs, averaged over its densities."""
    rows = ordinary(finished(tables.summary))
    cyclic, long = of(rows, "cyclic"), ends(of(rows, "long"))
    if cyclic.empty:
        whole = Sentence(ID, f"figure 4 in {REVIEWS}", "Cyclic training of a chosen number of cycles helps", FIGURE_4)
        added = entries.runs(tables.summary, cyclic_entry(tables.summary))
        return [whole.untested("no cyclic run has every seed", added)]
    found: list[Claim | str] = []
    for mask in sorted(cyclic["mask"].unique()):
        of_mask = cyclic[cyclic["mask"] == mask]
        found += [_against_single(tables, mask, of_mask), _against_long(tables, mask, of_mask, long)]
    return found


def _against_single(tables: Tables, mask: str, cyclic: pd.DataFrame) -> Claim:
    source = f"figure 4 in {REVIEWS}" if mask in OF_THE_PAPER else NOT_THE_PAPERS
    statement = f"{mask_look(mask).label} masks: cyclic training, its cycles chosen on validation, beats one cycle"
    sentence = Sentence(f"g4_{mask}_single", source, statement, FIGURE_4, part=f"{mask_look(mask).label} masks")
    chosen = best_on_validation(cyclic, ["run"], sentence.id)
    first = cyclic[cyclic["cycle"] == 1]
    return paired(sentence, tables, *in_both(chosen, first, sentence.id), told=[cycles_taken(chosen)], said=[CHOSEN])


def _against_long(tables: Tables, mask: str, cyclic: pd.DataFrame, long: pd.DataFrame) -> Claim | str:
    statement = f"{mask_look(mask).label} masks: cyclic training beats one schedule over as many epochs"
    sentence = Sentence(f"g4_{mask}_long", CONTROL, statement, FIGURE_4, _LONG, decides=False)
    ours, theirs = in_both(at_the_epochs_of(cyclic, long), long, sentence.id)
    if ours.empty:
        densities = sorted(cyclic["target_density"].unique().tolist(), reverse=True)
        added = entries.runs(tables.summary, {"method": "long", "mask": mask, "densities": densities})
        return sentence.untested("no such mask has a run of one long schedule", added)
    return paired(sentence, tables, ours, theirs)
