"""Do LRR and WR come to the accuracy that the paper's authors publish for them, where an experiment has the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sculpt.claims.cheaper_than_lrr import MARGIN
from sculpt.recipe.node import number
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate
from sculpt.studies.published.beside import ACCURACY, YES, beside, results, same

if TYPE_CHECKING:
    from pandas import DataFrame

ID = "p_published"
QUESTION = "Do LRR and WR come to the accuracy that their authors publish?"
TABLES = ("summary", "published")
METHODS = {"lrr": "LRR", "wr": "WR"}
FAMILY = "published values"
STATEMENT = "{name} comes to the accuracy that its authors publish, or is at most {margin} below it"
SOURCE = "README of the authors' code, its baseline curves read off the plot (reference/published.csv)"
_ONE_RUN = (
    "a published value is the best test epoch of one run, ours the last epoch, which alone puts ours below; the "
    "interval holds our seeds, not another one of theirs"
)


def judge(tables: Tables) -> list[Claim | str]:
    """Ours minus the published value, averaged over the densities that both have; the threshold is minus the margin.

    Points of test accuracy; the margin is `claims.margin`, one point where there is none.
    """
    rows = beside(tables)
    margin = tables.settings.get("margin", MARGIN)
    rows = rows[rows["metric"] == ACCURACY]
    return [_of_method(tables, rows[rows["method"] == method], method, margin) for method in METHODS]


def _of_method(tables: Tables, rows: DataFrame, method: str, margin: float) -> Claim | str:
    points = "one point" if margin == 1 else f"{number(margin)} points"
    statement = STATEMENT.format(name=METHODS[method], margin=points)
    sentence = Sentence(f"{ID}_{method}", SOURCE, statement, FAMILY, part=METHODS[method])
    there = rows[rows["comparable"].str.startswith(YES)]
    if there.empty:
        reasons = "; ".join(dict.fromkeys(rows["comparable"].str.removeprefix("no: ")))
        needed = f"it needs the data and model of a published value, and a ladder of {METHODS[method]}"
        return sentence.untested(f"no published value can be compared: {reasons or 'there is none'}; {needed}")
    mine = results(tables.summary)
    sides = pd.concat(
        [same(row, mine).assign(mask=method, published=row["value"]) for row in there.to_dict("records")]
    ).sort_values(["target_density", "seed"], ascending=[False, True], kind="stable")
    refuse(sides, sentence.id)

    def measure(part: DataFrame) -> Estimate:
        values = part.drop_duplicates("target_density")["published"].to_numpy(float)
        return estimate(of_checked(part, tables) - np.mean(values))

    scope = f"{METHODS[method]} at {', '.join(map(number, sides['target_density'].unique()))}; {_epochs(there)}"
    return sentence.judged(scope, measure(sides), -margin, in_cells([sides], measure), [_ONE_RUN])


def _epochs(rows: DataFrame) -> str:
    return f"{number(rows['epochs_per_cycle'].iloc[0])} epochs per cycle on both sides"
