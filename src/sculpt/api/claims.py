"""`sculpt.claims`: what the experiment says of each claim."""

from pathlib import Path

import pandas as pd

from sculpt.api.places import results_of
from sculpt.core.files import read_json

_FIRST = ("id", "statement", "verdict", "effect", "ci_low", "ci_high")


def claims(experiment: str, root: str | Path = ".") -> pd.DataFrame:
    """One row per claim, as in results/<experiment>/summary/claims.json.

    root: the repository. The first columns are id, statement, verdict (`supported`, `contradicted` or `inconclusive`),
    effect and its 95 % interval; `cells` and `caveats` hold lists. What a claim does not have is missing. Raises
    SculptError, one line, where there is no such experiment or the file cannot be read.
    """
    table = pd.DataFrame(read_json(results_of(experiment, root) / "summary/claims.json"))
    return table[[*(column for column in _FIRST if column in table), *sorted({*table.columns} - {*_FIRST})]]
