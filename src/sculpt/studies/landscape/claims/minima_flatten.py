"""Do more cycles lead to flatter minima, in dense networks and in sparse ones?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.paper import FIGURE_3, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.landscape.judging import claim
from sculpt.studies.landscape.rows import over_cycles

ID = "k9"
QUESTION = "Do more cycles lead to flatter minima, dense and sparse?"
TABLES = ("summary", "curvature")
SHARPNESS = Sentence(
    ID,
    f"figure 3 in {REVIEWS}: it falls over cycles, dense and sparse",
    "The largest Hessian eigenvalue falls over the cycles of {} training",
    FIGURE_3,
    unit="halvings",
)
SCALED = Sentence(
    "k10",
    f"ours, after figure 3 in {REVIEWS}: the eigenvalue alone depends on how large the weights are",
    "The largest Hessian eigenvalue times the squared weight norm falls over the cycles of {} training",
    FIGURE_3,
    decides=False,
    unit="halvings",
)
KINDS = {"dense": ("dense", "dense"), "sparse": ("cyclic", "sparse cyclic")}
"""Of a claim's id: the method, and its name in the sentence."""


def judge(tables: Tables) -> list[Claim | str]:
    """How many times it halves: log2 of its value at the first cycle over that at the last, by seed."""
    rows, found = over_cycles(tables), []
    for sentence, column in ((SHARPNESS, "eigenvalue"), (SCALED, "scaled")):
        for kind, (method, name) in KINDS.items():
            one = replace(sentence, id=f"{sentence.id}_{kind}", statement=sentence.statement.format(name), part=name)
            first, last = _ends(rows[rows["method"] == method], column)
            missing = f"no {name} run has a positive value at its first and at a later cycle for every seed"
            scope = "first cycle against last"
            found.append(
                claim(
                    one, tables, [(1, first), (-1, last)], "log2", scope, missing, added=entries.analyses("curvature")
                )
            )
    return found


def _ends(rows: pd.DataFrame, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first and the last cycle of each run of several cycles, with log2 of a column, empty where it has none."""
    rows = rows.assign(log2=np.log2(rows[column].where(rows[column] > 0)))
    of_run = rows.groupby("run")["cycle"]
    first, last = of_run.transform("min"), of_run.transform("max")
    several = rows[first < last]
    return several[several["cycle"] == first[first < last]], several[several["cycle"] == last[first < last]]
