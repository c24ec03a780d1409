"""Below which sparsity do cyclic masks at initialisation beat LRR, and do they fall behind above it?"""

import pandas as pd

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.paper import FIGURE_4, MACHINE_WRITTEN
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.results import ordinary
from sculpt.statistics.tables import Tables
from sculpt.studies.longer.compare import cycles_taken, for_each_cell, in_both
from sculpt.studies.longer.runs import at_the_epochs_of, best_on_validation, finished, levels, of
from sculpt.studies.longer.words import CHOSEN, LOW_SPARSITY, cyclic

ID = "g4_lrr"
QUESTION = "Up to 80 % sparsity, does cyclic training beat LRR?"
TABLES = ("summary",)
SOURCE = f"figure 4 in {MACHINE_WRITTEN}: on CIFAR cyclic beats LRR below about 80 % sparsity"
LOW = Sentence(
    "g4_lrr_low",
    SOURCE,
    "Up to 80 % sparsity cyclic training of chosen cycles beats LRR",
    FIGURE_4,
)
EQUAL = Sentence(
    "g4_lrr_low_equal",
    "ours, the control of g4_lrr_low: cyclic training stops where LRR's level stands",
    "Up to 80 % sparsity cyclic training of as many epochs beats LRR",
    FIGURE_4,
    decides=False,
)
HIGH = Sentence(
    "g4_lrr_high",
    SOURCE,
    "Above 80 % sparsity cyclic training of chosen cycles falls behind LRR",
    FIGURE_4,
    "Above 80 % sparsity, does cyclic training fall behind LRR?",
)
UNEQUAL = "the number of epochs is that of each method, as the scope says: a lead is partly one of epochs"


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at every mask and density that both have; LRR has no mask, and is compared with each."""
    rows = ordinary(finished(tables.summary))
    repeated, lrr = of(rows, "cyclic"), levels(rows, "lrr")
    low, high = (part.round(2) >= LOW_SPARSITY for part in (repeated["target_density"], lrr["target_density"]))
    return [
        _chosen(tables, LOW, repeated[low], lrr[high]),
        _equal(tables, repeated[low], lrr[high]),
        _chosen(tables, HIGH, repeated[~low], lrr[~high], sign=-1),
    ]


def _chosen(
    tables: Tables, sentence: Sentence, repeated: pd.DataFrame, lrr: pd.DataFrame, sign: int = 1
) -> Claim | str:
    chosen = best_on_validation(repeated, ["run"], sentence.id)
    ours, theirs = in_both(chosen, for_each_cell(lrr, chosen, at_density=True), sentence.id)
    if ours.empty:
        return _untested(sentence, tables)
    return paired(sentence, tables, ours, theirs, sign, told=[cycles_taken(ours)], said=[CHOSEN, UNEQUAL])


def _equal(tables: Tables, repeated: pd.DataFrame, lrr: pd.DataFrame) -> Claim | str:
    beside = for_each_cell(lrr, repeated, at_density=True)
    ours, theirs = in_both(at_the_epochs_of(repeated, beside), beside, EQUAL.id)
    if ours.empty:
        return _untested(EQUAL, tables)
    return paired(EQUAL, tables, ours, theirs, told=[cycles_taken(ours)])


def _untested(sentence: Sentence, tables: Tables) -> Claim | str:
    """The entry is of a density on that side of 80 % which LRR's ladder has, or of the usual one."""
    rungs = present.ladder(tables.summary)
    there = [rung for rung in rungs if (round(rung, 2) < LOW_SPARSITY) == (sentence is HIGH)]
    densities = there[-1:] if there and sentence is not HIGH else there[:1] or [0.05 if sentence is HIGH else 0.2]
    added = entries.runs(
        tables.summary,
        cyclic(tables.summary, densities=densities),
        {"method": "lrr", "ladder": present.ladder(tables.summary, to=densities)},
    )
    return sentence.untested("cyclic training and LRR share no density there with every seed", added)
