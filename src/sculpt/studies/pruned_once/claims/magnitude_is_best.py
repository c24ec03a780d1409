"""Is magnitude the best criterion of SCULPT's one prune?"""

from functools import partial

import pandas as pd

from sculpt.plotting.looks import mask_look
from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.paper import FIGURE_9, HIGH_SPARSITY, MACHINE_WRITTEN
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.results import DEFAULT_CRITERION
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.pairs import STARTED, beside, difference
from sculpt.studies.pruned_once.sides import by_magnitude, ended, usual

ID = "i6"
QUESTION = "Is magnitude the best criterion of SCULPT's one prune?"
TABLES = ("summary",)
SOURCE = f"figure 9a in {MACHINE_WRITTEN}: magnitude is best; which other criteria it has, it does not say"
LACKING = "SCULPT prunes by magnitude alone"


def judge(tables: Tables) -> list[Claim | str]:
    """Magnitude minus each other criterion, a claim for each, from the same starts to the same targets."""
    rows = usual(ended(tables.summary, "sculpt"))
    others = [name for name in sorted(rows["criterion"].dropna().unique()) if name != DEFAULT_CRITERION]
    found = []
    for name in others:
        statement = f"SCULPT's prune by magnitude beats one by {mask_look(name).label}"
        sentence = Sentence(f"{ID}_{name}", SOURCE, statement, FIGURE_9, part=f"against {mask_look(name).label}")
        sides = beside(by_magnitude(rows), rows[rows["criterion"] == name], STARTED, ID)
        added = partial(_by_magnitude, tables, rows[rows["criterion"] == name])
        found.append(difference(sentence, tables, sides, "no run by magnitude has its start and target", entry=added))
    if others:
        return found
    wanted = lacking.sculpt(tables.summary, HIGH_SPARSITY)
    added = entries.runs(tables.summary, wanted, {**wanted, "criterion": "snip"})
    return [Sentence(ID, SOURCE, "SCULPT's prune by magnitude is best", FIGURE_9).untested(LACKING, added)]


def _by_magnitude(tables: Tables, rows: pd.DataFrame) -> str:
    """The same starts and targets."""
    wanted = [
        {"method": "sculpt", "mask": mask, "start": start, "targets": sorted(of["target_density"].unique().tolist())}
        for (mask, start), of in rows.groupby(STARTED[:2])
    ]
    return entries.runs(tables.summary, *wanted)
