"""The published values, each beside what this experiment has of the same, and how far the two can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.recipe.node import number
from sculpt.statistics.judgement.sides import judged_rows, longest_ladder
from sculpt.statistics.results import compared

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

    from sculpt.statistics.tables import Tables

ACCURACY = "test_accuracy"
NEAR = 1e-4
"""How far a density may be from a published one, which is the rest of a sparsity of two decimals in percent."""
OURS = ["run", "cycle", "ours_mean", "ours_low", "ours_high", "seeds", "ours_epochs"]
DIFFERENCE = ["difference_mean", "difference_low", "difference_high"]
YES = "in part: "
"""How `comparable` begins where a value is compared; no value is without a difference of protocol."""


def beside(tables: Tables) -> DataFrame:
    """The table `published` with columns OURS, DIFFERENCE and `comparable`, one row per published value.

    comparable: `no: ...` or `in part: ...`, with the reason in words. Only in part is there a value of ours (percent,
    95 % interval over seeds) and the difference, ours minus the published value. A published value is compared where
    data set, network, method, mask and start density (as far as it names these), density and epochs per cycle are the
    same: a definition of this project. Ours are the plain runs at their end, the dense network after its first cycle.
    """
    import pandas as pd

    mine = results(tables.summary)
    dataset, model = (tables.summary[column].iloc[0] for column in ("dataset", "model"))
    rows = [{**row, **_matched(row, mine, dataset, model)} for row in tables.published.to_dict("records")]
    return pd.DataFrame(rows, columns=[*tables.published.columns, *OURS, *DIFFERENCE, "comparable"])


def results(summary: DataFrame) -> DataFrame:
    """The plain rows that a published value can stand beside: ends of runs, and dense training after one cycle."""
    import pandas as pd

    rows = compared(judged_rows(summary))
    ends = rows[(rows["cycle"] == rows["cycles"]) & (rows["method"] != "dense")]
    others = ends[ends["method"] != "lrr"]
    return pd.concat([rows[(rows["method"] == "dense") & (rows["cycle"] == 1)], longest_ladder(ends), others])


def same(row: dict[str, Any], mine: DataFrame) -> DataFrame:
    """The rows of `mine` of a published row's method, mask, start density and density, one run's, by seed."""
    import pandas as pd

    found = mine[(mine["method"] == row["method"]) & ((mine["target_density"] - row["density"]).abs() <= NEAR)]
    for label in ("mask", "start_density"):
        if pd.notna(row[label]):
            found = found[found[label] == row[label]]
    return found[found["run"] == found["run"].iloc[0]].sort_values("seed") if len(found) else found


def _matched(row: dict[str, Any], mine: DataFrame, dataset: str, model: str) -> dict[str, Any]:
    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.statistics.two_way import estimate

    if why := _apart(row, dataset, model):
        return {"comparable": f"no: {why}"}
    found = same(row, mine)
    if found.empty:
        mask = f" on {row['mask']} masks" if pd.notna(row["mask"]) else ""
        return {"comparable": f"no: no run of {row['method']}{mask} at density {number(row['density'])} here"}
    first = found.iloc[0]
    epochs = first["epochs"] / first["cycle"]
    if pd.notna(row["epochs_per_cycle"]) and epochs != row["epochs_per_cycle"]:
        return {"comparable": f"no: {number(row['epochs_per_cycle'])} epochs per cycle, {number(epochs)} here"}
    mean = estimate(found[ACCURACY].to_numpy())
    low, high = mean.interval() or (float("nan"), float("nan"))
    measured = {"ours_mean": mean.effect, "ours_low": low, "ours_high": high}
    measured |= {f"difference_{part}": measured[f"ours_{part}"] - row["value"] for part in ("mean", "low", "high")}
    return {
        "run": first["run"],
        "cycle": first["cycle"],
        "seeds": mean.seeds,
        "ours_epochs": first["epochs"],
        **{key: rounded(value) for key, value in measured.items()},
        "comparable": f"{YES}{_protocol(row)}; here the last epoch, mean of {mean.seeds} seeds",
    }


def _apart(row: dict[str, Any], dataset: str, model: str) -> str:
    """Why a published value is of something else, whatever this experiment runs; empty where it is not."""
    import pandas as pd

    if row["metric"] != ACCURACY:
        return f"{row['metric']} is not the test accuracy of a run"
    if row["dataset"] != dataset:
        return f"another data set ({row['dataset']}, here {dataset})"
    if pd.isna(row["model"]):
        return "its network is not recorded"
    if row["model"] != model:
        return f"another network ({row['model']}, here {model})"
    return "its density is not stated" if pd.isna(row["density"]) else ""


def _protocol(row: dict[str, Any]) -> str:
    import pandas as pd

    differs = "its protocol is not stated" if pd.isna(row["differs"]) else row["differs"]
    return differs if pd.notna(row["epochs"]) else f"{differs}, epochs not stated"
