"""Which networks are too far from working to be pooled with the others: a definition of this project.

Near chance, any change of the weights moves whole groups from one class to another, and the largest violations are of
networks that nobody would use. The rule reads the validation split alone: the plain network of the same labels has, on
average over seeds, less than half of the dense network's accuracy there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.studies.hardware.effects import NETWORK, networks

if TYPE_CHECKING:
    from pandas import DataFrame

SHARE = 0.5
"""Of the dense network's accuracy."""


def inaccurate(tables: Any) -> DataFrame:
    """The networks that claims leave out of their mean; none where there is no dense network.

    Columns: network, NETWORK, accuracy and dense (that of the dense network; both in percent of the validation split).
    """
    rows = tables.results[tables.results["variant"].isna()]
    rows = rows.assign(network=networks(rows)).astype({"network": object})
    of = rows.groupby("network", sort=False)
    means = of[NETWORK].first().assign(accuracy=of["val_accuracy"].mean()).reset_index()
    dense = means.loc[means["method"] == "dense", "accuracy"].mean()
    return means[means["accuracy"] < SHARE * dense].assign(dense=dense)


def apart(rows: DataFrame, tables: Any) -> tuple[DataFrame, DataFrame]:
    """The rows (with the column network) that a mean is taken of, and which of their networks are not, as above."""
    gone = inaccurate(tables)
    gone = gone[gone["network"].isin(rows["network"])]
    return rows[~rows["network"].isin(gone["network"])], gone
