"""No two results have equal labels, since tables and figures would average over them; ladders may share rungs."""

import pandas as pd
import pytest
from grids import small

from sculpt.plotting.series import series
from sculpt.recipe.tree import RecipeError


def lrr(*ladder: float, **more: str) -> dict:
    return {"method": "lrr", "ladder": [*ladder], **more}


def wr(epoch: int, *ladder: float, **more: str) -> dict:
    return {"method": "wr", "rewind_epoch": epoch, "ladder": [*ladder], **more}


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([wr(1, 0.5), wr(4, 0.5)], r"runs\.1\.ladder\.0: wr at density 0\.5 has the labels of runs\.0\.ladder\.0"),
        ([lrr(0.5, 0.05), lrr(0.2, 0.05)], r"runs\.1\.ladder\.1: lrr at density 0\.05 has .* of runs\.0\.ladder\.1"),
        ([lrr(0.5, 0.2), lrr(0.2)], r"runs\.1\.ladder\.0: lrr at density 0\.2 has .* of runs\.0\.ladder\.1"),
    ],
)
def test_two_results_of_equal_labels_are_refused(runs, said):
    with pytest.raises(RecipeError, match=f"^{said}; allowed: a label of its own, such as a variant$"):
        small(*runs)
    small(runs[0], runs[1] | {"variant": "slow"})


def test_ladders_share_the_rungs_of_their_beginning():
    tree = small(lrr(0.5, 0.2), lrr(0.5, 0.3), wr(1, 0.5, 0.2), wr(1, 0.5, 0.3))
    assert [run.id for run in tree.runs] == [
        f"{way}/{end}" for way in ("lrr", "wr_1") for end in ("0.5", "0.5/0.2", "0.5/0.3")
    ]
    asked = {run.id: run.asked_by for run in tree.runs}
    assert asked["lrr/0.5"] == "runs.0.ladder.0" and asked["lrr/0.5/0.3"] == "runs.1.ladder.1"
    assert sum(key.startswith("iterative/lrr") for key in tree.nodes) == 3
    branches = [[node.key for node in branch] for branch in tree.branches()]
    assert ["iterative/lrr/0.5", "iterative/lrr/0.5/0.2"] in branches and ["iterative/lrr/0.5/0.3"] in branches


@pytest.mark.parametrize("second", [lrr(0.5, 0.2), lrr(0.5)])
def test_a_ladder_whose_last_rung_is_there_is_refused(second):
    with pytest.raises(
        RecipeError, match=r"^runs\.1\.ladder\.\d: lrr/0\.5.*; allowed: each run once, and runs\.0\.ladder\."
    ):
        small(lrr(0.5, 0.2), second)


def test_only_the_criterion_of_a_plain_run_is_left_out_of_its_series():
    rows = [("lrr", "magnitude", None, None), ("lrr", "magnitude", "magnitude", None), ("imp", None, None, "magnitude")]
    frame = pd.DataFrame(rows, columns=["method", "criterion", "transform", "variant"])
    assert series(frame) == ["lrr", "lrr, magnitude", "imp, magnitude"]
