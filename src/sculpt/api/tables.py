"""`sculpt.summary`: the table of all runs, cycles and seeds."""

from pathlib import Path

import pandas as pd

from sculpt.api.places import results_of
from sculpt.core.tables import read_table
from sculpt.recipe.run import LABELS

_TEXTS = ("experiment", "dataset", "model", "run", "node", *LABELS)
_NUMBERS = ("start_density", "target_density", "length")


def summary(experiment: str, root: str | Path = ".") -> pd.DataFrame:
    """One row per run, cycle and seed, as in results/<experiment>/summary/summary.csv.

    root: the repository. Accuracies in percent; epochs and FLOPs count all that the run is made from. Labels that do
    not apply to a run are missing values: texts are of type `string`, densities float, `length` a nullable integer.
    Raises SculptError, one line, where there is no such experiment or the file cannot be read.
    """
    table = read_table(results_of(experiment, root) / "summary/summary.csv")
    types = {column: "string" for column in _TEXTS if column not in _NUMBERS}
    types |= {"start_density": float, "target_density": float, "length": "Int64", "selected": bool, "result": bool}
    return table.astype({column: kind for column, kind in types.items() if column in table})
