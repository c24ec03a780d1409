"""Under label noise, does a sparse random mask with cyclic training beat the dense network?"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.paper import FIGURE_9, MACHINE_WRITTEN
from sculpt.statistics.judgement.scopes import scope
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.results import ordinary
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate
from sculpt.studies.longer.compare import for_each_cell, in_both
from sculpt.studies.longer.runs import DENSE, NOISY, RANDOM_MASKS, ends, finished, of
from sculpt.studies.longer.words import cyclic
from sculpt.studies.longer.words import dense as dense_entry

ID = "g9"
QUESTION = "Under label noise, does a sparse random mask beat the dense network?"
TABLES = ("summary",)
SOURCE = f"figure 9b in {MACHINE_WRITTEN}: 15 % label noise; how long the dense network trains was not found"
_BEATS = "a sparse random mask with cyclic training beats the dense network"
EQUAL = Sentence(
    "g9", SOURCE, f"Under label noise {_BEATS} of as many cycles", FIGURE_9, part="dense for as many cycles"
)
ONE = Sentence("g9_one", SOURCE, f"Under label noise {_BEATS} after one cycle", FIGURE_9, part="dense for one cycle")
LONG = Sentence(
    "g9_long",
    "ours, the control of g9: one schedule of as many epochs",
    f"Under label noise {_BEATS} after one schedule of as many epochs",
    FIGURE_9,
    decides=False,
)
CLEAN = Sentence(
    "g9_clean",
    "ours, the control of g9: the same networks without noise",
    f"Without label noise {_BEATS} of as many cycles",
    FIGURE_9,
    decides=False,
)
INTERACTION = Sentence(
    "g9_interaction",
    "ours, the control of g9: noise may help, or sparsity may help anyway",
    "Label noise raises what a sparse random mask gains over the dense network, both with cycles",
    FIGURE_9,
    decides=False,
)
NOISE = f"the noise is that of the variant `{NOISY}`, in the training labels alone; its share is in params.yaml"


@dataclass(frozen=True)
class _Sides:
    """sparse: cyclic runs on random masks. dense: all cycles. stretched: one schedule."""

    sparse: pd.DataFrame
    dense: pd.DataFrame
    stretched: pd.DataFrame

    @classmethod
    def under(cls, rows: pd.DataFrame, variant: str | None) -> "_Sides":
        sparse = ends(of(rows, "cyclic", variant))
        sparse = sparse[sparse["mask"].isin(RANDOM_MASKS)]
        return cls(sparse, of(rows, DENSE, variant), of(rows, "dense_long", variant))

    def equal(self, reader: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The sparse networks, and the dense one at the same epochs."""
        dense = self.dense[self.dense["epochs"].isin(self.sparse["epochs"].unique())]
        return in_both(self.sparse, for_each_cell(dense, self.sparse, at_density=False), reader)


def judge(tables: Tables) -> list[Claim | str]:
    """Points of test accuracy, whose labels have no noise; averaged over random masks and their densities."""
    rows = ordinary(finished(tables.summary))
    noisy, clean = _Sides.under(rows, NOISY), _Sides.under(rows, None)
    if noisy.sparse.empty:
        added = entries.runs(tables.summary, _random(tables, variant=NOISY), dense_entry(tables.summary, variant=NOISY))
        return [EQUAL.untested(f"no random mask was trained under the variant {NOISY}", added)]
    first = noisy.dense[noisy.dense["cycle"] == 1]
    return [
        _paired(tables, EQUAL, *noisy.equal(ID), dense_entry(tables.summary, variant=NOISY)),
        _paired(tables, ONE, *_beside(noisy.sparse, first), dense_entry(tables.summary, variant=NOISY)),
        _paired(tables, LONG, *_beside(noisy.sparse, noisy.stretched), {"method": "dense_long", "variant": NOISY}),
        *_controls(tables, noisy, clean),
    ]


def _random(tables: Tables, **more: str) -> dict[str, Any]:
    """Cyclic runs on a random mask, where there are some under noise at their densities."""
    summary = tables.summary
    noisy = summary[(summary["variant"] == NOISY) & summary["mask"].isin(RANDOM_MASKS)]
    mask = noisy["mask"].iloc[0] if len(noisy) else present.mask(summary)
    found = cyclic(summary, mask=mask if mask in RANDOM_MASKS else RANDOM_MASKS[0], **more)
    there = noisy.loc[noisy["mask"] == found["mask"], "target_density"].unique().tolist()
    return {**found, "densities": sorted(there, reverse=True) or found["densities"]}


def _beside(sparse: pd.DataFrame, dense: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return in_both(sparse, for_each_cell(dense, sparse, at_density=False), ID)


def _paired(
    tables: Tables, sentence: Sentence, ours: pd.DataFrame, theirs: pd.DataFrame, needed: dict[str, Any]
) -> Claim | str:
    if ours.empty:
        return sentence.untested("no such dense network has every seed", entries.runs(tables.summary, needed))
    return paired(sentence, tables, ours, theirs, said=[NOISE])


def _controls(tables: Tables, noisy: _Sides, clean: _Sides) -> list[Claim | str]:
    """The difference without noise, in the cells that were trained with noise too, and what noise adds to it."""
    sparse, dense = in_both(*noisy.equal(ID), ID)
    alone, _ = in_both(clean.sparse, sparse, ID) if len(sparse) else (sparse, dense)
    without = _Sides(alone, clean.dense, clean.stretched).equal(CLEAN.id) if len(alone) else (alone, alone)
    if without[0].empty:
        lacking = "no such pair was trained with noise and without"
        both = [(_random(tables, **of), dense_entry(tables.summary, **of)) for of in ({}, {"variant": NOISY})]
        added = entries.runs(tables.summary, *both[0], *both[1])
        return [CLEAN.untested(lacking, added), INTERACTION.untested(lacking, added)]
    sparse, _ = in_both(sparse, without[0], ID)
    dense, _ = in_both(dense, without[0], ID)
    four = [sparse, dense, *without]
    for side in four:
        refuse(side, INTERACTION.id)

    def measure(*sides: pd.DataFrame) -> Estimate:
        noise, no_noise, plain, other = (of_checked(side, tables) for side in sides)
        return estimate((noise - no_noise) - (plain - other))

    where = f"{scope(sparse, dense)}; beside the same without noise"
    return [
        paired(CLEAN, tables, *without),
        INTERACTION.judged(where, measure(*four), cells=in_cells(four, measure), caveats=[NOISE]),
    ]
