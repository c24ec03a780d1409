"""What the seeds agree on is compared, and nothing else."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sculpt.statistics.drift import cells as cells_of
from sculpt.statistics.drift import drawn_cells, drifted, seed_means, unlike
from sculpt.statistics.pooling import PoolingError


def cells(means: Any, sd: float, seeds: int) -> pd.DataFrame:
    index = pd.MultiIndex.from_arrays(
        [["lrr"] * len(means), np.arange(len(means)) // 10 + 1.0], names=["method", "target_density"]
    )
    table = pd.DataFrame({"mean": means, "sd": sd, "seeds": seeds}, index=index)
    return table.set_index(pd.Index(range(len(means)), name="cycles"), append=True)


def test_the_seed_spread_decides_what_is_unlike():
    before = cells([90.0] * 20, 2.0, 3)
    assert unlike(cells([87.0] * 20, 2.0, 3), before, "HEAD", 500) == []
    found = unlike(cells([90.0] * 19 + [75.0], 2.0, 3), before, "HEAD", 500)
    assert [line.partition(":")[0] for line in found] == ["method lrr, target_density 2, cycles 19"]
    steady = cells([90.0] * 20, 0.1, 3)
    assert len(unlike(cells([85.0] * 20, 0.1, 3), steady, "HEAD", 10**4)) == 20
    assert unlike(cells([85.0] * 20, 0.1, 3), steady, "HEAD", 100) == []
    single = cells([90.0] * 20, float("nan"), 1)
    assert unlike(cells([88.0] * 20, float("nan"), 1), single, "HEAD", 500) == []
    assert len(unlike(cells([70.0] * 20, float("nan"), 1), single, "HEAD", 500)) == 20
    assert [line.partition(", not in")[0] for line in unlike(before, before[1:], "HEAD", 500)] == [
        "method lrr, target_density 1, cycles 0: only here"
    ] or unlike(before, before[1:], "HEAD", 500) == ["method lrr, target_density 1: only here, not in HEAD"]


def test_equal_runs_are_seldom_unlike():
    rng = np.random.default_rng(0)

    def run() -> tuple[pd.DataFrame, pd.Series]:
        seeds = rng.normal(80, 3, (60, 3))
        return cells(seeds.mean(1), 1.0, 3).assign(sd=seeds.std(1, ddof=1)), pd.Series(seeds.mean(0))

    pairs = [(run(), run()) for _ in range(300)]
    assert np.mean([bool(unlike(ours[0], theirs[0], "HEAD", 10**5)) for ours, theirs in pairs]) <= 0.05
    assert np.mean([bool(drifted(ours[1], theirs[1], "HEAD")) for ours, theirs in pairs]) == pytest.approx(
        0.05, abs=0.05
    )
    (_, seeds), _ = pairs[0]
    assert drifted(seeds - 4, seeds, "HEAD")[0].startswith("all runs together: mean test accuracy")
    assert drifted(seeds[:1] - 50, seeds[:1], "HEAD") == []


def summary(**changes: Any) -> pd.DataFrame:
    """Two runs of two seeds; the first is also half way."""
    rows = pd.DataFrame(
        {
            "run": ["cyclic/erk_0.1"] * 4 + ["lrr/0.5"] * 2,
            "target_density": [0.1] * 4 + [0.5] * 2,
            "cycle": [1, 1, 2, 2, 1, 1],
            "cycles": [2, 2, 2, 2, 1, 1],
            "seed": [0, 1] * 3,
            "variant": [None] * 6,
            "result": [True] * 6,
            "test_accuracy": [1.0, 2.0, 80.0, 84.0, 90.0, 92.0],
        }
    )
    return rows.assign(**changes)


def test_the_ends_of_runs_are_the_cells():
    found = cells_of(summary())
    assert found["mean"].to_dict() == {("cyclic/erk_0.1", 0.1): 82.0, ("lrr/0.5", 0.5): 91.0}
    assert list(found["seeds"]) == [2, 2]
    assert list(found["sd"]) == pytest.approx([8**0.5, 2**0.5])
    assert seed_means(summary()).to_dict() == {0: 85.0, 1: 88.0}


def test_a_cell_of_two_variants_is_refused():
    with pytest.raises(PoolingError, match="the comparison with a revision would average over variant"):
        cells_of(summary(variant=[None, None, None, "noisy", None, None]))


def test_a_run_that_nobody_asked_for_is_no_cell():
    assert list(cells_of(summary(result=[False] * 4 + [True] * 2)).index) == [("lrr/0.5", 0.5)]


def figure(**changes: Any) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "mask": ["erk", "erk", "snip", "erk", "snip"],
            "method": ["cyclic", "sculpt", "cyclic", "lrr", "lrr"],
            "start_density": [None, 0.5, None, None, None],
            "target_density": [0.1, 0.1, 0.1, 0.1, 0.1],
            "test_accuracy_mean": [80.0, 85.0, 70.0, 90.0, 90.0],
            "test_accuracy_sd": [1.0] * 5,
            "seeds": [3] * 5,
        }
    )
    return rows.assign(**changes)


def test_a_method_without_a_mask_is_one_cell_of_the_figure():
    now, before, mixed = drawn_cells(figure(), figure(start_density=[None, 0.2, None, None, None]))
    assert mixed == 0 and now.index.equals(before.index) and unlike(now, before, "HEAD", 500) == []
    assert set(now.index) == {("cyclic", "erk", 0.1), ("sculpt", "erk", 0.1), ("cyclic", "snip", 0.1), ("lrr", "", 0.1)}


def test_a_cell_that_the_common_labels_do_not_tell_apart_is_left_out_and_counted():
    now = figure(variant=[None, None, "noisy", None, None], mask=["erk", "erk", "erk", "erk", "snip"])
    for ours, theirs in ((now, figure()), (figure(), now)):
        both, before, mixed = drawn_cells(ours, theirs)
        assert mixed == 1, "which two variants share"
        assert ("cyclic", "erk", 0.1) not in [*both.index, *before.index]
    assert both.index.names == before.index.names == ["method", "mask", "target_density"]
