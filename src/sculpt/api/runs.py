"""`sculpt.runs`: one row per run."""

from pathlib import Path

import pandas as pd

from sculpt.api.tables import summary
from sculpt.statistics.run_table import run_table


def runs(experiment: str, root: str | Path = ".") -> pd.DataFrame:
    """One row per run, at its last cycle, in the order of summary.csv; columns as in `sculpt.statistics.run_table`.

    root: the repository. Raises SculptError, one line, where there is no such experiment.
    """
    return run_table(summary(experiment, root))
