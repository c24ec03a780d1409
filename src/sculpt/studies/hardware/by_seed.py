"""Paired numbers of each seed, as the claims of the study need them: the unit is the seed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement.verdict import bounds, rounded
from sculpt.statistics.pooling import one_row_each
from sculpt.statistics.two_way import estimate, mean
from sculpt.studies.hardware.effects import NETWORK, Effect
from sculpt.studies.hardware.measures import of_all, violation_of_seeds

if TYPE_CHECKING:
    from sculpt.statistics.tables import Tables

VALUE = "value"
_LABELS = ("method", "mask", "target_density")


def violations(rows: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """Columns name, network, NETWORK, seed, value: the violation of each seed, points of accuracy."""
    found = violation_of_seeds(rows[rows["split"] == split])
    return _of(found, found["violation"])


def flipped(rows: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """Columns name, network, NETWORK, seed, value: percent of all predictions that flip."""
    found = of_all(rows[rows["split"] == split])
    return _of(found, found["flips_percent"])


def measured(effect: Effect, measure: Any) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A measure of an effect's rows, of its floor and of the change of seed."""
    return measure(effect.rows), measure(effect.floor), measure(effect.seed)


def beside(ours: pd.DataFrame, control: pd.DataFrame) -> pd.DataFrame:
    """`ours` minus the control of the same network and seed, where there is one."""
    by = ["network", "seed"]
    means = control.groupby(by, sort=False)[VALUE].mean().rename("control").reset_index()
    found = ours.merge(means, on=by)
    return found.assign(value=found[VALUE] - found["control"])


def whole(rows: pd.DataFrame, tables: Tables, reader: str) -> pd.DataFrame:
    """The rows of those networks and profiles that have a value for every seed of the experiment.

    Raises PoolingError, with the name of the `reader`, where one has two for a seed.
    """
    rows = rows.dropna(subset=[VALUE])
    one_row_each(rows, ["name", "network", "seed"], reader)
    found = rows.groupby(["name", "network"])["seed"].transform("nunique")
    return rows[found == tables.summary["seed"].nunique()]


def of_seeds(rows: pd.DataFrame) -> np.ndarray:
    """The mean of each seed over networks and profiles, by rising seed. rows: as `whole` returns them."""
    seeds, values = rows["seed"].to_numpy(), rows[VALUE].to_numpy(float)
    return np.array([mean(values[seeds == seed]) for seed in np.unique(seeds)])


def cells(rows: pd.DataFrame, left_out: Collection[str] = ()) -> list[dict[str, Any]]:
    """One entry for each network, as claims have it: the effect over its profiles, and its interval over seeds.

    The key `mask` says method and mask, and that the network is one of those `left_out` of the claim's mean.
    """
    found = []
    for (method, mask, density, gone), of in rows.assign(gone=rows["network"].isin(left_out)).groupby(
        [*_LABELS, "gone"], dropna=False, sort=False
    ):
        found.append(_cell(in_words(method, mask) + " (left out)" * gone, density, of))
    return sorted(found, key=lambda cell: (-cell["density"], cell["mask"]))


def cells_of_profiles(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """One entry for each profile, which the key `mask` names, and density: over the networks of that density."""
    by_profile = rows.groupby(["name", "target_density"], sort=False)
    found = [_cell(name, density, of) for (name, density), of in by_profile]
    names = list(dict.fromkeys(rows["name"]))
    return sorted(found, key=lambda cell: (names.index(cell["mask"]), -cell["density"]))


def _cell(mask: str, density: float, rows: pd.DataFrame) -> dict[str, Any]:
    measured = estimate(of_seeds(rows))
    low, high = bounds(measured.interval())
    entry = {"mask": mask, "density": float(density), "start": None}
    return entry | {"effect": rounded(measured.effect), "ci_low": low, "ci_high": high}


def in_words(method: str, mask: Any) -> str:
    """`cyclic erk`, `lrr`."""
    return " ".join(part for part in (method, mask) if isinstance(part, str))


def networks_in_words(rows: pd.DataFrame) -> str:
    """`cyclic erk at 0.1, 0.05; dense at 1`."""
    kinds: dict[str, list[float]] = {}
    for method, mask, density in rows[list(_LABELS)].drop_duplicates().itertuples(index=False, name=None):
        kinds.setdefault(in_words(method, mask), []).append(density)
    return "; ".join(
        f"{kind} at {', '.join(map(number, sorted(of, reverse=True)))}" for kind, of in sorted(kinds.items())
    )


def _of(found: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    return found[["name", "network", *NETWORK, "seed"]].assign(value=value)
