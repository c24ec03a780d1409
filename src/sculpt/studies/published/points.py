"""The points of the figure: what is published, and what this experiment has of the same methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.statistics.intervals import intervals
from sculpt.studies.published.beside import ACCURACY, beside, results

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.statistics.tables import Tables

THIS_RUN = "this run"
_BY = ["dataset", "model", "method", "mask", "start_density", "target_density", "run", "cycle"]


def points(tables: Tables) -> DataFrame:
    """The rows of `beside`, and below them ours, whose figure_or_table and comparable are `this run`.

    drawn: whether the row is a point; a published value is none where it is no accuracy, or where its network or
    density is not stated. Ours are the methods that a value is published of, of the same data set and network where
    there is one, under the first mask method alone, SCULPT from the start that validation chose.
    """
    import pandas as pd

    theirs = beside(tables)
    stated = theirs["model"].notna() & theirs["density"].notna()
    theirs = theirs.assign(drawn=stated & (theirs["metric"] == ACCURACY))
    shown = theirs[theirs["drawn"]]
    here = tables.summary[["dataset", "model"]].iloc[0]
    same = shown[(shown["dataset"] == here["dataset"]) & (shown["model"] == here["model"])]
    mine = _ours(tables.summary, set((same if len(same) else shown)["method"]))
    both = pd.concat([theirs.astype(object), mine.astype(object)], ignore_index=True)[theirs.columns]
    return both.astype({"drawn": bool}).infer_objects()


def _ours(summary: DataFrame, methods: set[str]) -> DataFrame:
    rows = results(summary)
    rows = rows[rows["method"].isin(methods) & rows["selected"].astype(bool)]
    rows = rows[rows["mask"].isna() | rows["mask"].isin(rows["mask"].dropna().unique()[:1])]
    found = intervals(rows, _BY, ACCURACY, "published")
    epochs = rows.groupby("run")["epochs"].first()
    return found.rename(
        columns={
            "target_density": "density",
            **{f"{ACCURACY}_{part}": f"ours_{part}" for part in ("mean", "low", "high")},
        }
    ).assign(
        figure_or_table=THIS_RUN,
        comparable=THIS_RUN,
        metric=ACCURACY,
        sparsity=lambda table: (100 * (1 - table["density"])).round(2),
        ours_epochs=lambda table: table["run"].map(epochs),
        drawn=True,
    )
