"""Figures show the right numbers, all of them and no others."""

import numpy as np
import pandas as pd
import pytest
from example_tables import FRAMES, NAMES, draw, drawn, numbers

from sculpt.core.kinds import FIGURES
from sculpt.core.plugins import PACKAGE_ROOT
from sculpt.statistics.chosen_rows import CHOICES

HALF = 2**-0.5
"""Sample standard deviation of two values that differ by one."""


def test_every_figure_of_the_house_is_tested_here():
    assert {path.stem for path in (PACKAGE_ROOT / "figures").glob("[a-z]*.py")} == set(NAMES)


def test_density_figure_holds_the_chosen_ends_and_nothing_else():
    table = drawn("accuracy_vs_density").table
    columns = ["method", "run", "line", "start_density", "target_density"]
    columns += ["test_accuracy_mean", "test_accuracy_sd", "seeds"]
    everywhere = {
        ("dense", "dense", "dense", None, 1.0, 98.0, 2 * HALF, 2),
        ("lrr", "lrr/0.5", "lrr/0.5/0.05", None, 0.5, 95.5, HALF, 2),
        ("lrr", "lrr/0.5/0.05", "lrr/0.5/0.05", None, 0.05, 90.0, 4 * HALF, 2),
        ("imp", "imp/0.05", "imp/0.05", None, 0.05, 81.5, HALF, 2),
        ("wr", "wr_1/0.05", "wr_1/0.05", None, 0.05, 83.5, HALF, 2),
        ("wr", "wr_2/0.05", "wr_2/0.05", None, 0.05, 43.5, HALF, 2),
    }
    erk = {
        ("single", "single/erk_0.1", "single", None, 0.1, 62.0, 4 * HALF, 2),
        ("cyclic", "cyclic/erk_0.1", "cyclic", None, 0.1, 73.0, 4 * HALF, 2),
        ("cyclic", "cyclic/erk_0.05", "cyclic", None, 0.05, 51.0, 2 * HALF, 2),
        ("long", "long/erk_0.1", "long", None, 0.1, 68.5, HALF, 2),
        ("sculpt", "sculpt/erk_0.5/0.1", "sculpt", 0.5, 0.1, 83.0, 6 * HALF, 2),
        ("sculpt", "sculpt/erk_0.1/0.05", "sculpt", 0.1, 0.05, 77.5, HALF, 2),
    }
    rounded = table.round({"test_accuracy_sd": 9})

    def expected(rows):
        return {(*row[:6], round(row[6], 9), row[7]) for row in rows}

    assert numbers(rounded[rounded["mask"] == "erk"], columns) == expected(erk | everywhere)
    synflow = {("cyclic", "cyclic/synflow_0.1", "cyclic", None, 0.1, 72.0, 0.0, 2)}
    assert numbers(rounded[rounded["mask"] == "synflow"], columns) == expected(synflow | everywhere)


def test_flops_are_drawn_where_they_are_and_epochs_within_half_a_unit_of_it():
    figure = draw("accuracy_vs_cost").figure
    figure.draw_without_rendering()
    moved = {"epochs": [], "FLOPs": []}
    for axes in figure.axes:
        for points in axes.containers:
            place = points[0].get_transform().transform(points[0].get_xydata())
            x = axes.transData.inverted().transform(place)[:, 0]
            moved["FLOPs" if axes.get_xscale() == "log" else "epochs"] += [*(x - points[0].get_xdata())]
    assert moved["FLOPs"] and max(map(abs, moved["FLOPs"])) < 1
    assert 0 < max(map(abs, moved["epochs"])) < 0.5


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("accuracy_vs_density", "target_density", ["test_accuracy"]),
        ("accuracy_vs_cost", "cost_mean", ["test_accuracy"]),
        ("mask_overlap", "cycle", ["relative_distance", "overlap"]),
    ],
)
def test_table_is_what_is_drawn(name, x, y):
    found = [
        (float(x), float(y), round(float(bar[1, 1] - bar[0, 1]) / 2, 9))
        for axes in drawn(name).figure.axes
        for points in axes.containers
        for x, y, bar in zip(*points[0].get_data(), points[2][0].get_segments(), strict=True)
    ]
    rows = drawn(name).table
    rows = rows[rows["method"] != "dense"]
    expected = [
        (row[x], row[f"{value}_mean"], round(row[f"{value}_sd"], 9)) for value in y for row in rows.to_dict("records")
    ]
    assert found and sorted(found) == sorted(expected)


def test_loss_figure_follows_the_path_of_each_run():
    table = drawn("training_loss").table
    assert set(table["target_density"]) == {0.05} and set(table["method"]) == {"cyclic", "sculpt", "lrr"}
    paths = {method: list(zip(run["node"], run["epoch"], strict=True)) for method, run in table.groupby("method")}
    assert paths["sculpt"] == [
        *(("cyclic/erk_0.1/cycle_1", epoch) for epoch in (1, 2)),
        *(("cyclic/erk_0.1/cycle_2", epoch) for epoch in (3, 4)),
        *(("sculpt/erk_0.1/cycle_2/0.05", epoch) for epoch in (5, 6)),
    ]
    assert paths["lrr"] == [
        *(("dense/cycle_1", epoch) for epoch in (1, 2)),
        *(("iterative/lrr/0.5", epoch) for epoch in (3, 4)),
        *(("iterative/lrr/0.5/0.05", epoch) for epoch in (5, 6)),
    ]
    last = table[(table["method"] == "sculpt") & (table["epoch"] == 5)].iloc[0]
    assert last["train_loss_mean"] == pytest.approx(1.5 / 5) and last["train_loss_sd"] == pytest.approx(HALF / 5)
    alone = table[(table["method"] == "cyclic") & (table["epoch"] == 1)].iloc[0]
    assert alone["train_loss_mean"] == 3.0 and np.isnan(alone["train_loss_sd"]) and alone["seeds"] == 1


def test_cost_figure_follows_cyclic_training_through_its_cycles():
    table = drawn("accuracy_vs_cost").table
    assert set(table["target_density"]) == {0.1, 0.05}
    erk = table[(table["mask"] == "erk") & (table["target_density"] == 0.1) & (table["cost"] == "epochs")]
    columns = ["method", "cycle", "cost_mean", "test_accuracy_mean"]
    assert numbers(erk, columns) == {
        ("single", 1, 2, 62),
        ("cyclic", 1, 2, 62),
        ("cyclic", 2, 4, 68),
        ("cyclic", 3, 6, 73),
        ("long", 3, 6, 68.5),
        ("sculpt", 3, 6, 83),
    }
    lrr = table[(table["method"] == "lrr") & (table["cost"] == "train_flops")]
    assert lrr[["target_density", "cycle"]].values.tolist() == [[0.05, 3]]
    assert lrr["cost_mean"].item() == pytest.approx(1.5 * 6 * 0.05 * 1e9)
    sculpt = table[(table["method"] == "sculpt") & (table["target_density"] == 0.05)]
    assert set(sculpt["start_density"]) == {0.1}


def test_map_holds_every_start_and_the_cyclic_diagonal():
    columns = ["mask", "start_density", "target_density", "method", "chosen", "test_accuracy_mean"]
    assert numbers(drawn("start_target_map").table, columns) == {
        ("erk", 0.5, 0.1, "sculpt", True, 83),
        ("erk", 0.5, 0.05, "sculpt", False, 90.5),
        ("erk", 0.1, 0.05, "sculpt", True, 77.5),
        ("erk", 0.1, 0.1, "cyclic", False, 73),
        ("erk", 0.05, 0.05, "cyclic", False, 51),
    }


def test_map_prints_every_mean_and_sd_once():
    expected = ["83.0\n±4.2", "90.5\n±0.7", "77.5\n±0.7", "73.0\n±2.8", "51.0\n±1.4"]
    texts = drawn("start_target_map").figure.axes[0].texts
    assert sorted(text.get_text() for text in texts) == sorted(expected)


def test_layer_figure_shows_each_mask_of_its_density_once():
    table = drawn("layer_densities").table
    assert set(table["target_density"]) == {0.05}
    assert numbers(table, ["mask", "name", "weights", "density_mean", "seeds"]) == {
        ("erk", "conv", 10, 0.5, 2),
        ("erk", "2.1 shortcut", 100, 0.07, 2),
        ("erk", "head", 50, 0.18, 2),
        ("snip", "conv", 10, 0.7, 2),
        ("snip", "2.1 shortcut", 100, 0.02, 2),
        ("snip", "head", 50, 0.18, 2),
    }


def test_overlap_figure_compares_the_nodes_of_a_run_at_the_lowest_density_with_the_most_methods():
    table = drawn("mask_overlap").table
    assert set(table["target_density"]) == {0.05}
    columns = ["run", "cycle", "before", "relative_distance_mean", "overlap_mean", "seeds"]
    rounded = table.round({"relative_distance_mean": 6, "overlap_mean": 6})
    second, third = 0.55, round(1 / 3 + 0.05, 6)
    half = round((1 / 3 + 0.05) / 2, 6)
    assert numbers(rounded, columns) == {
        ("cyclic/erk_0.05", 2, "cyclic/erk_0.05/cycle_1", second, second / 2, 2),
        ("cyclic/erk_0.05", 3, "cyclic/erk_0.05/cycle_2", third, half, 2),
        ("sculpt/erk_0.1/0.05", 2, "cyclic/erk_0.1/cycle_1", second, second / 2, 2),
        ("sculpt/erk_0.1/0.05", 3, "cyclic/erk_0.1/cycle_2", third, half, 2),
        ("lrr/0.5/0.05", 2, "dense/cycle_1", second, second / 2, 2),
        ("lrr/0.5/0.05", 3, "iterative/lrr/0.5", third, half, 2),
        *((run, 2, "dense/cycle_1", second, second / 2, 2) for run in ("imp/0.05", "wr_1/0.05", "wr_2/0.05")),
    }


METHODS = ["dense", "single", "cyclic", "long", "sculpt", "lrr", "imp", "wr"]


@pytest.mark.parametrize("name", ["accuracy_vs_cost", "accuracy_vs_density", "start_target_map", "training_loss"])
def test_a_missing_method_leaves_the_others_as_they_are(name):
    for method in METHODS:
        whole, rows = drawn(name).table, FRAMES["summary"]
        found = draw(name, FRAMES | {"summary": rows[rows["method"] != method]}).table
        if method == "cyclic" and name == "accuracy_vs_density":  # SynFlow has cyclic runs alone, so loses its panel
            whole = whole[whole["mask"] == "erk"]
        if method == "sculpt" and name == "start_target_map":  # there is no map of starts without SCULPT
            whole = whole[:0]
        columns = list(whole.columns)
        assert numbers(found, columns) == numbers(whole[whole["method"] != method], columns), method


@pytest.mark.parametrize("name", NAMES)
def test_one_seed_has_no_spread(name):
    table = draw(name, {table: frame[frame["seed"] == 0] for table, frame in FRAMES.items()}).table
    assert set(table["seeds"]) == {1}
    assert table.filter(like="_sd").isna().all(axis=None)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_seeds_changes_no_bit(name):
    backwards = {table: frame.sort_values("seed", ascending=False, kind="stable") for table, frame in FRAMES.items()}
    pd.testing.assert_frame_equal(draw(name, backwards).table, drawn(name).table, check_exact=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_caption_says_what_is_shown(name):
    settings = {"width": 5.5, "densities": "0.1, 0.05", "density": 0.05}
    caption = FIGURES.constant(name, "CAPTION").format(**settings)
    assert caption.endswith(".") and not set("{}[]") & set(caption)
    for key in FIGURES.settings(name).model_fields.keys() - {"name", "width", *CHOICES}:
        assert str(settings[key]) in caption
