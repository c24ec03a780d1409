"""The test accuracy of one side of a claim, by seed and, where it is known, by test image."""

import numpy as np
import pandas as pd

from sculpt.statistics.pooling import pooled
from sculpt.statistics.tables import Tables


def outcomes(rows: pd.DataFrame, tables: Tables, reader: str) -> np.ndarray:
    """Percent, averaged over masks and densities (and SCULPT's starts, one per cell), by rising seed.

    (n, m) by seed and test image where the tables come with hits, else (n) by seed. Raises PoolingError where the rows
    of a seed differ in anything else.
    """
    over = ("mask", "target_density", "start_density")
    means = pooled(rows, ["seed"], "test_accuracy", reader, over)["test_accuracy_mean"].to_numpy()
    if tables.hits is None:
        return means
    right = [
        np.sum([tables.hits[node, seed] for node in of_seed["node"]], axis=0, dtype=np.int64) / len(of_seed)
        for seed, of_seed in rows.groupby("seed")
    ]
    return 100 * np.array(right)
