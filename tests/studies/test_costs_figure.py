"""What a run took by the steps of its path, and accuracy over it: made-up tables of two seeds and easy numbers."""

import pandas as pd
import pytest

from sculpt.core.kinds import FIGURES
from sculpt.recipe.run import LABELS
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.costs.paid import paid

PATHS = {
    "cyclic/erk_0.1": ["cyclic/erk_0.1/cycle_1", "cyclic/erk_0.1/cycle_2"],
    "sculpt/erk_0.5/0.1": ["cyclic/erk_0.5/cycle_1", "sculpt/erk_0.5/cycle_1/0.1"],
    "lrr/0.5/0.1": ["dense/cycle_1", "iterative/lrr/0.5", "iterative/lrr/0.5/0.1"],
    "imp/0.1": ["dense/cycle_1", "iterative/imp/0.1"],
}
STEP_MS = {
    "dense/cycle_1": 8.0,
    "cyclic/erk_0.5/cycle_1": 6.0,
    "iterative/lrr/0.5": 6.0,
    "cyclic/erk_0.1/cycle_1": 2.0,
    "cyclic/erk_0.1/cycle_2": 2.0,
    "sculpt/erk_0.5/cycle_1/0.1": 3.0,
    "iterative/lrr/0.5/0.1": 3.0,
}
ACCURACY = {"cyclic/erk_0.1": 80.0, "sculpt/erk_0.5/0.1": 88.0, "lrr/0.5/0.1": 92.0, "imp/0.1": 70.0}


def row(run: str, cycle: int, seed: int) -> dict:
    method, start = run.partition("/")[0], 0.5 if run.startswith("sculpt") else None
    mask = "erk" if "erk" in run else None
    epochs = 2 * cycle
    return {
        **dict.fromkeys(LABELS),
        **{"run": run, "method": method, "mask": mask, "start_density": start, "target_density": 0.1},
        **{"cycle": cycle, "cycles": len(PATHS[run]), "seed": seed, "selected": True, "result": True},
        **{
            "epochs": epochs,
            "train_flops": 1e6 * epochs,
            "train_flops_dense": 1e7 * epochs,
            "node": PATHS[run][cycle - 1],
        },
        "test_accuracy": ACCURACY[run] + cycle - len(PATHS[run]) + 2.0 * seed * (method == "lrr"),
    }


@pytest.fixture
def tables() -> Tables:
    ends = [(run, len(path)) for run, path in PATHS.items()] + [("cyclic/erk_0.1", 1)]
    summary = [row(run, cycle, seed) for run, cycle in ends for seed in (0, 1, 2)]
    history = [
        {"run": run, "node": node, "seed": seed, "epoch": 2 * place + epoch}
        for run, path in PATHS.items()
        for place, node in enumerate(path)
        for epoch in (1, 2)
        for seed in (0, 1, 2)
    ]
    # An analysis has a node's row for each run that has it.
    measured = [
        {
            "node": node,
            "seed": 0,
            "steps": 10,
            "step_ms": ms,
            "dense_ms": 8.0,
            "device_ms": None,
            "peak_memory_mib": ms / 2,
        }
        for node, ms in STEP_MS.items()
        for _ in range(2)
    ]
    frames = {"summary": summary, "history": history, "training_cost": measured}
    return Tables({name: pd.DataFrame(rows) for name, rows in frames.items()})


def draw(tables: Tables):
    return FIGURES.load("accuracy_vs_time")(tables, {"name": "accuracy_vs_time", "width": 5.5, "density": 0.1})


def test_a_run_takes_the_steps_of_its_whole_path(tables):
    found = paid(tables.summary, tables.history, tables.training_cost)
    assert len(found) == len(tables.summary)
    by_run = found[found["seed"] == 1].set_index(["run", "cycle"])
    # Two epochs of ten steps for each node: 20 steps, in seconds.
    assert by_run.loc[("lrr/0.5/0.1", 3), "cpu_s"] == pytest.approx(20 * (8 + 6 + 3) / 1000)
    assert by_run.loc[("sculpt/erk_0.5/0.1", 2), "cpu_s"] == pytest.approx(20 * (6 + 3) / 1000)
    assert by_run.loc[("cyclic/erk_0.1", 1), "cpu_s"] == pytest.approx(20 * 2 / 1000)
    assert by_run.loc[("cyclic/erk_0.1", 2), "dense_cpu_s"] == pytest.approx(40 * 8 / 1000)
    assert by_run.loc[("lrr/0.5/0.1", 3), "memory_mib"] == 4.0 and by_run["device_s"].isna().all()


def test_a_run_with_a_node_that_was_not_timed_has_no_seconds(tables):
    by_run = paid(tables.summary, tables.history, tables.training_cost).set_index("run")
    assert by_run.loc["imp/0.1", "cpu_s"].isna().all() and by_run.loc["imp/0.1", "memory_mib"].isna().all()
    shorter = tables.history[tables.history["epoch"] != 3]
    assert paid(tables.summary, shorter, tables.training_cost).set_index("run").loc["lrr/0.5/0.1", "cpu_s"].isna().all()


def test_each_cost_is_a_panel_and_what_was_not_measured_is_said(tables):
    found = draw(tables)
    points = found.table.set_index(["cost", "run", "cycle"])["value"]
    assert points["epochs", "lrr/0.5/0.1", 3] == 6 and points["train_flops_dense", "lrr/0.5/0.1", 3] == 6e7
    assert points["cpu_s", "sculpt/erk_0.5/0.1", 2] == pytest.approx(0.18)
    costs = found.table["cost"].unique()
    assert set(costs) == {"epochs", "train_flops", "train_flops_dense", "cpu_s", "memory_mib"}
    assert ("cpu_s", "imp/0.1", 2) not in points.index and points["epochs", "imp/0.1", 2] == 4
    texts = [text.get_text() for axes in found.figure.axes for text in axes.texts]
    assert texts == ["device s of a seed:\nnot measured"]


def test_the_finding_compares_sculpt_with_lrr_over_the_seeds(tables):
    told = draw(tables).figure._supxlabel.get_text().replace("\n", " ")
    low, high = estimate(pd.Series([88.0 - 92, 88 - 94, 88 - 96]).to_numpy()).interval()
    assert "SCULPT takes 0.53 of LRR's CPU seconds (0.18 of 0.34 s of a seed)" in told
    assert f"0.67 of its FLOPs and 0.67 of its epochs; SCULPT - LRR: -6.0 [{low:.1f}, {high:.1f}] points" in told


def test_without_lrr_or_at_another_density_it_says_so(tables):
    summary = tables.summary[tables.summary["method"] != "lrr"]
    frames = {"summary": summary, "history": tables.history, "training_cost": tables.training_cost}
    assert "SCULPT or LRR is not there" in draw(Tables(frames)).figure._supxlabel.get_text().replace("\n", " ")
    nothing = Tables({**frames, "summary": summary.assign(target_density=0.2)})
    assert draw(nothing).table.empty
