"""No run disappears from a figure, and no two kinds of runs share a mean."""

import pandas as pd
import pytest
from example_tables import FRAMES, add_run, draw, drawn, numbers, shown_texts

from sculpt.statistics.pooling import PoolingError

EVERY_METHOD = ["accuracy_vs_cost", "accuracy_vs_density", "mask_overlap", "training_loss"]
LIKE = "cyclic/erk_0.05"


def texts_of(found):
    found.figure.draw_without_rendering()
    return " | ".join(text.get_text() for text in shown_texts(found.figure))


@pytest.mark.parametrize("name", EVERY_METHOD)
@pytest.mark.parametrize(("like", "run"), [(LIKE, "regrow/erk_0.05"), ("lrr/0.5/0.05", "regrow/0.05")])
def test_a_run_of_an_unknown_method_is_drawn_under_its_name(name, like, run):
    frames = add_run(run, like, method="regrow")
    found, before = draw(name, frames), drawn(name).table
    table = found.table
    own = table[table["run"] == run]
    assert set(own["method"]) == {"regrow"} and len(own) == (before["run"] == like).sum()
    assert numbers(before, list(before)) <= numbers(table, list(before))
    assert "regrow" in texts_of(found)


@pytest.mark.parametrize("name", EVERY_METHOD)
@pytest.mark.parametrize("label", ["criterion", "transform", "variant"])
def test_runs_with_another_label_are_a_series_of_their_own(name, label):
    frames = add_run("cyclic/noisy/erk_0.05", LIKE, **{label: "noisy"})
    found, before = draw(name, frames), drawn(name).table
    table = found.table
    own = table[table["run"] == "cyclic/noisy/erk_0.05"]
    assert set(own[label]) == {"noisy"} and set(own["seeds"]) <= {1, 2}
    assert numbers(before, list(before)) <= numbers(table, list(before))
    assert "cyclic, noisy" in texts_of(found)
    if name == "accuracy_vs_density":
        assert own["test_accuracy_mean"].item() == 61 and own["line"].item() == "cyclic, noisy"


def test_a_dense_variant_has_a_line_of_its_own():
    frames = add_run("dense/noisy", "dense", variant="noisy")
    found = draw("accuracy_vs_density", frames)
    assert "dense, noisy" in texts_of(found)
    dense = found.table[(found.table["method"] == "dense") & (found.table["mask"] == "erk")]
    assert numbers(dense, ["variant", "test_accuracy_mean"]) == {(None, 98), ("noisy", 108)}


def test_the_map_has_a_panel_for_each_variant_with_its_own_diagonal():
    frames = add_run("sculpt/noisy/erk_0.5/0.1", "sculpt/erk_0.5/0.1", variant="noisy")
    frames = add_run("cyclic/noisy/erk_0.1", "cyclic/erk_0.1", frames, variant="noisy")
    frames = add_run("sculpt/snip/erk_0.5/0.1", "sculpt/erk_0.5/0.1", frames, criterion="snip")
    found = draw("start_target_map", frames)
    table = found.table
    columns = ["panel", "method", "start_density", "test_accuracy_mean"]
    assert numbers(table[(table["target_density"] == 0.1) & (table["panel"] != "erk")], columns) == {
        ("erk, noisy", "sculpt", 0.5, 93),
        ("erk, noisy", "cyclic", 0.1, 83),
        ("erk, snip", "sculpt", 0.5, 93),
        ("erk, snip", "cyclic", 0.1, 73),
    }
    before = drawn("start_target_map").table
    assert numbers(before, list(before)) == numbers(table[table["panel"] == "erk"], list(before))
    assert "ERK masks, noisy" in texts_of(found)


def test_masks_of_a_variant_are_drawn_where_they_differ():
    layers = FRAMES["layers"]
    noisy = layers[layers["run"].str.startswith("cyclic/")].assign(variant="noisy")
    noisy = noisy.assign(run=noisy["run"] + "/noisy", kept=noisy["kept"] + (noisy["mask"] == "snip"))
    frames = {"layers": pd.concat([layers, noisy])}
    found = draw("layer_densities", frames)
    assert numbers(found.table, ["mask", "variant"]) == {("erk", None), ("snip", None), ("snip", "noisy")}
    assert "SNIP, noisy" in texts_of(found)


@pytest.mark.parametrize("name", ["accuracy_vs_density", "start_target_map", "layer_densities"])
def test_a_mask_method_without_a_look_of_its_own_is_drawn_under_its_name(name):
    frames = {table: frame.replace({"mask": {"erk": "fresh"}}) for table, frame in FRAMES.items()}
    assert "fresh" in texts_of(draw(name, frames))


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("accuracy_vs_cost", "summary"),
        ("accuracy_vs_density", "summary"),
        ("start_target_map", "summary"),
        ("training_loss", "history"),
        ("mask_overlap", "overlap"),
    ],
)
def test_two_rows_of_one_run_and_seed_are_refused(name, table):
    rows = FRAMES[table]
    with pytest.raises(PoolingError, match=name):
        draw(name, FRAMES | {table: pd.concat([rows, rows])})


def test_two_masks_of_one_method_and_density_are_refused():
    layers = FRAMES["layers"]
    other = layers[layers["run"] == "cyclic/snip_0.05"]
    other = other.assign(run="long/snip_0.05", kept=other["kept"] + 1)
    with pytest.raises(PoolingError, match="layer_densities"):
        draw("layer_densities", {"layers": pd.concat([layers, other])})


APART = {
    "coupled/lrr_0.05/warm_up": (LIKE, {"method": "coupled", "mask": "lrr", "weights": "warm_up"}),
    "coupled/erk_0.05/initial+fresh": (LIKE, {"method": "coupled", "weights": "initial", "transform": "fresh"}),
    "cyclic/erk_0.05/7_cycles": (LIKE, {"length": 7}),
    "long/erk_0.1/7_cycles": ("long/erk_0.1", {"length": 7}),
    "sculpt/erk_0.1/0.05/5_cycles": ("sculpt/erk_0.1/0.05", {"length": 5}),
}
"""Runs that only figures of their own draw: from weights or masks of others, or of another length."""
BESIDE = {
    "dense_long": ("dense", {"method": "dense_long"}),
    "sculpt_twice/erk_0.5/0.1": ("sculpt/erk_0.5/0.1", {"method": "sculpt_twice"}),
    "rigl/rigl/erk_0.05": (LIKE, {"method": "rigl", "variant": "rigl"}),
    "signs-flipped/lrr/0.05": ("lrr/0.5/0.05", {"variant": "signs-flipped"}),
}
"""Ordinary runs, which may be lines of their own."""


@pytest.mark.parametrize("name", ["start_target_map", *EVERY_METHOD])
def test_other_runs_change_no_line_that_is_there(name):
    frames = FRAMES
    for run, (like, labels) in (APART | BESIDE).items():
        frames = add_run(run, like, frames, **labels)
    before, table = drawn(name).table, draw(name, frames).table
    assert not {*table["run"]} & {*APART}
    assert numbers(table[~table["run"].isin(BESIDE)], list(before)) == numbers(before, list(before))


def test_methods_without_a_look_move_the_overlap_figure_to_no_other_density():
    frames = FRAMES
    for method in ("first", "second", "third", "fourth", "fifth"):
        frames = add_run(f"{method}/erk_0.1", "cyclic/erk_0.1", frames, method=method)
    assert set(draw("mask_overlap", frames).table["target_density"]) == {0.05}


def test_checkpoints_of_a_long_run_are_no_cycles():
    overlap = FRAMES["overlap"]
    rows = overlap[overlap["run"] == LIKE].assign(run="long/erk_0.05")
    frames = add_run("long/erk_0.05", "long/erk_0.1", target_density=0.05)
    frames["overlap"] = pd.concat([overlap, rows])
    before = drawn("mask_overlap").table
    assert numbers(draw("mask_overlap", frames).table, list(before)) == numbers(before, list(before))


def test_a_mask_that_a_plain_run_has_is_of_no_variant():
    layers = FRAMES["layers"]
    noisy = layers.assign(run="noisy/" + layers["run"], variant="noisy")
    found = draw("layer_densities", {"layers": pd.concat([noisy, layers])}).table
    before = drawn("layer_densities").table
    assert numbers(found, list(before)) == numbers(before, list(before))
