"""The test accuracy of one side of a claim, by seed and, where it is known, by test image."""

import numpy as np
import pandas as pd

from sculpt.statistics.pooling import pooled
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import mean


def outcomes(rows: pd.DataFrame, tables: Tables, reader: str) -> np.ndarray:
    """Percent, averaged over masks and densities (and SCULPT's starts, one per cell), by rising seed.

    (n, m) by seed and test image where the tables come with hits, else (n) by seed. Raises PoolingError where the rows
    of a seed differ in anything else.
    """
    refuse(rows, reader)
    return of_checked(rows, tables)


def refuse(rows: pd.DataFrame, reader: str) -> None:
    """Raises PoolingError where the rows of a seed differ in more than mask, density and SCULPT's start."""
    pooled(rows, ["seed"], "test_accuracy", reader, ("mask", "target_density", "start_density"))


def of_checked(rows: pd.DataFrame, tables: Tables) -> np.ndarray:
    """The same, of rows that are known to differ in nothing else, or a part of such rows."""
    seeds = rows["seed"].to_numpy()
    if tables.hits is None:
        accuracies = rows["test_accuracy"].to_numpy(float)
        return np.array([mean(accuracies[seeds == seed]) for seed in np.unique(seeds)])
    nodes = rows["node"].to_numpy()
    return np.array([_share(tables, nodes[seeds == seed], seed) for seed in np.unique(seeds)])


def _share(tables: Tables, nodes: np.ndarray, seed: int) -> np.ndarray:
    """In percent, how many of the nodes get each image right."""
    right = sum(tables.hits[node, seed].astype(np.int64) for node in nodes)
    return 100 * right / len(nodes)
