"""The curve over the number of cycles: does its last cycle still help, and is it better than one longer schedule?"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.paper import FIGURE_4, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.longer.compare import in_both
from sculpt.studies.longer.runs import finished, of
from sculpt.studies.longer.words import cyclic as cyclic_entry

ID = "g5"
QUESTION = "Does the last cycle of cyclic training still help?"
TABLES = ("summary",)
_LONG = "Does cyclic training beat one long schedule of as many epochs?"
SWEEP = f"ours: the paper trains until accuracy peaks, and {REVIEWS} ask for a curve over the number of cycles"
CONTROL = "ours, the control of g5: one schedule of as many epochs"


def judge(tables: Tables) -> list[Claim | str]:
    """The last cycle minus the one before, of the experiment's number of cycles and of every other length there is."""
    rows = finished(tables.summary)
    cyclic, long = of(rows, "cyclic"), of(rows, "long")
    found = [_step(tables, cyclic[cyclic["length"].isna()], ID)]
    lengths = sorted(cyclic["length"].dropna().unique())
    if not lengths:
        longer = Sentence("g5_7", SWEEP, "The last of seven cycles still helps", FIGURE_4)
        added = entries.runs(tables.summary, cyclic_entry(tables.summary, cycles=7))
        return [*found, longer.untested("no cyclic run is longer than the others", added)]
    for length in lengths:
        id_ = f"g5_{int(length)}"
        cycles, schedule = cyclic[cyclic["length"] == length], long[long["length"] == length]
        found += [_step(tables, cycles, id_), _against_long(tables, cycles, schedule, f"{id_}_long", int(length))]
    return found


def _step(tables: Tables, cyclic: pd.DataFrame, id_: str) -> Claim | str:
    last = cyclic[cyclic["cycle"] == cyclic["cycles"]]
    last = last[last["cycle"] > 1]
    cycles = "" if last.empty else f"{last['cycles'].iloc[0]} "
    sentence = Sentence(
        id_,
        SWEEP,
        f"Of {cycles}cycles of cyclic training the last still helps",
        FIGURE_4,
        part=f"the last of {cycles.strip()}",
    )
    if last.empty:
        return sentence.untested(
            "no cyclic run has two cycles", entries.runs(tables.summary, cyclic_entry(tables.summary))
        )
    before = cyclic[cyclic["cycle"] == cyclic["cycles"] - 1]
    return paired(sentence, tables, *in_both(last, before, id_), told=[f"cycle {cycles}minus the one before"])


def _schedules(cyclic: pd.DataFrame, length: int) -> Iterator[dict[str, Any]]:
    for mask, rows in cyclic.groupby("mask"):
        densities = sorted(rows["target_density"].unique().tolist(), reverse=True)
        yield {"method": "long", "mask": mask, "densities": densities, "cycles": length}


def _against_long(tables: Tables, cyclic: pd.DataFrame, schedule: pd.DataFrame, id_: str, length: int) -> Claim | str:
    sentence = Sentence(
        id_, CONTROL, f"{length} cycles beat one schedule over as many epochs", FIGURE_4, _LONG, decides=False
    )
    ours, theirs = in_both(cyclic[cyclic["cycle"] == length], schedule, id_)
    if ours.empty:
        added = entries.runs(tables.summary, *_schedules(cyclic, length))
        return sentence.untested("no mask has one schedule of that length", added)
    return paired(sentence, tables, ours, theirs)
