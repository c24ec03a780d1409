"""What a prune takes at once: validation accuracy before it, right after it and after the cycle that follows.

Right after a prune the batch-norm statistics are those of the network before it (carried), or new ones of the training
images (re-estimated). What the prune takes is the accuracy before it minus the re-estimated one, in points: a
definition of this project.
"""

import pandas as pd

from sculpt.studies.pruned_once.sides import by_magnitude, finished

MOMENTS = ("before", "carried", "reestimated", "after")
_METHODS = ("sculpt", "lrr")
"""Whose prune keeps the weights: that of IMP and WR goes back to earlier ones."""


def perturbations(summary: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """The rows of SCULPT and of LRR's rungs by magnitude, one per run and seed, with what their last prune did.

    Columns beside those of the summary: before, carried, reestimated, after (validation accuracy, percent), taken
    (before - reestimated, points). A run whose network before the prune is no row of the summary is left out.
    """
    rows = by_magnitude(finished(summary))
    rows = rows[rows["method"].isin(_METHODS) & (rows["cycle"] == rows["cycles"])].dropna(subset=["pruned_reestimated"])
    paths = history[["run", "cycle", "node"]].drop_duplicates().sort_values(["run", "cycle"], kind="stable")
    paths = paths.assign(above=paths.groupby("run")["node"].shift())
    scored = summary.drop_duplicates(["node", "seed"])[["node", "seed", "val_accuracy"]]
    scored = scored.rename(columns={"node": "above", "val_accuracy": "before"})
    found = rows.merge(paths[["run", "node", "above"]], on=["run", "node"]).merge(scored, on=["above", "seed"])
    found = found.assign(
        carried=found["pruned_carried"], reestimated=found["pruned_reestimated"], after=found["val_accuracy"]
    )
    return found.assign(taken=found["before"] - found["reestimated"])
