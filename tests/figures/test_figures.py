"""Figures show the right numbers, all of them and no others, and are the same bytes whenever they are drawn."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from annotated_types import Ge
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.text import Text
from seaborn.utils import relative_luminance

import sculpt
from sculpt import plotting as figures
from sculpt.figures import start_target_map, training_loss
from sculpt.figures.layer_densities import short_name
from sculpt.params.load import Figures
from sculpt.plotting import style

SETTINGS = {"width": 5.5, "loss_densities": [0.05], "cost_densities": [0.1, 0.05]}

# Three cycles of two epochs. The last two columns: test accuracy of seeds 0 and 1.
COLUMNS = ["method", "mask", "start_density", "target_density", "cycle", "cycles", "selected", "node"]
RUNS = [
    ("dense", None, None, 1.0, 1, 2, True, "dense/cycle_1", 11, 13),
    ("dense", None, None, 1.0, 2, 2, True, "dense/cycle_2", 97, 99),
    ("single", "erk", None, 0.1, 1, 1, True, "cyclic/erk_0.1/cycle_1", 60, 64),
    ("cyclic", "erk", None, 0.1, 1, 3, True, "cyclic/erk_0.1/cycle_1", 60, 64),
    ("cyclic", "erk", None, 0.1, 2, 3, True, "cyclic/erk_0.1/cycle_2", 66, 70),
    ("cyclic", "erk", None, 0.1, 3, 3, True, "cyclic/erk_0.1/cycle_3", 71, 75),
    ("cyclic", "erk", None, 0.05, 3, 3, True, "cyclic/erk_0.05/cycle_3", 50, 52),
    ("cyclic", "erk", None, 0.5, 1, 2, True, "cyclic/erk_0.5/cycle_1", 20, 22),
    ("cyclic", "erk", None, 0.5, 2, 2, True, "cyclic/erk_0.5/cycle_2", 21, 23),
    ("long", "erk", None, 0.1, 3, 3, True, "cyclic/erk_0.1/long_3", 68, 69),
    ("sculpt", "erk", 0.5, 0.1, 3, 3, True, "sculpt/erk_0.5/cycle_2/0.1", 80, 86),
    ("sculpt", "erk", 0.5, 0.05, 3, 3, False, "sculpt/erk_0.5/cycle_2/0.05", 90, 91),
    ("sculpt", "erk", 0.1, 0.05, 3, 3, True, "sculpt/erk_0.1/cycle_2/0.05", 77, 78),
    ("cyclic", "synflow", None, 0.1, 3, 3, True, "cyclic/synflow_0.1/cycle_3", 72, 72),
    ("lrr", None, None, 0.5, 2, 2, True, "iterative/lrr/0.5", 95, 96),
    ("lrr", None, None, 0.05, 3, 3, True, "iterative/lrr/0.5/0.05", 88, 92),
    ("imp", None, None, 0.05, 2, 2, True, "iterative/imp/0.05", 81, 82),
    ("wr", None, None, 0.05, 2, 2, True, "iterative/wr_1/0.05", 83, 84),
    ("wr", None, None, 0.05, 2, 2, True, "iterative/wr_2/0.05", 43, 44),
]
LAYERS = ["body.conv.weight", "body.stage2_1.shortcut.0.weight", "head.weight"]


def summary() -> pd.DataFrame:
    rows = [
        dict(zip(COLUMNS, run, strict=False), seed=seed, test_accuracy=float(run[-2 + seed]))
        for run in RUNS
        for seed in (0, 1)
    ]
    frame = pd.DataFrame(rows)
    epochs = 2 * frame["cycle"]
    return frame.assign(epochs=epochs, train_flops=epochs * frame["target_density"] * 1e9 * (1 + frame["seed"]))


def history() -> pd.DataFrame:
    rows = []
    for method, *_, cycle, _cycles, _selected, node, _first, _second in RUNS:
        if method != "single":
            first = 1 if method == "long" else 2 * cycle - 1
            epochs = range(first, 2 * cycle + 1)
            rows += [(node, seed, epoch, (1 + seed) / epoch) for epoch in epochs for seed in (0, 1)]
    rows += [("cyclic/erk_0.05/cycle_1", 0, 1, 3.0), ("dense/rewind_1", 0, 1, 100.0)]
    return pd.DataFrame(rows, columns=["node", "seed", "epoch", "train_loss"])


def layers() -> pd.DataFrame:
    kept = {("erk", 0.1): [5, 10, 20], ("erk", 0.05): [4, 6, 8], ("snip", 0.05): [6, 1, 8], ("erk", 0.01): [1, 1, 1]}
    rows = [
        (mask, density, seed, layer, size, count + 2 * seed)
        for (mask, density), counts in kept.items()
        for layer, size, count in zip(LAYERS, (10, 100, 50), counts, strict=True)
        for seed in (0, 1)
    ]
    return pd.DataFrame(rows, columns=["mask", "target_density", "seed", "layer", "weights", "kept"])


@pytest.fixture(scope="module")
def tables() -> figures.Tables:
    return figures.Tables(summary(), history(), layers())


def without(tables: figures.Tables, method: str) -> figures.Tables:
    return replace(tables, summary=tables.summary[tables.summary["method"] != method])


def numbers(table: pd.DataFrame, columns: list[str]) -> set[tuple]:
    """Rows as a set; what is empty as None."""
    return set(table[columns].astype(object).where(table[columns].notna(), None).itertuples(index=False, name=None))


HALF = 2**-0.5
"""Sample standard deviation of two values that differ by one."""


def test_density_figure_holds_the_chosen_ends_and_nothing_else(tables):
    table = figures.draw("accuracy_vs_density", tables, SETTINGS).table
    columns = ["method", "run", "start_density", "target_density", "test_accuracy_mean", "test_accuracy_sd", "seeds"]
    everywhere = {
        ("dense", "dense", None, 1.0, 98.0, 2 * HALF, 2),
        ("lrr", "iterative/lrr/0.5/0.05", None, 0.5, 95.5, HALF, 2),
        ("lrr", "iterative/lrr/0.5/0.05", None, 0.05, 90.0, 4 * HALF, 2),
        ("imp", "iterative/imp/0.05", None, 0.05, 81.5, HALF, 2),
        ("wr", "iterative/wr_1/0.05", None, 0.05, 83.5, HALF, 2),
        ("wr", "iterative/wr_2/0.05", None, 0.05, 43.5, HALF, 2),
    }
    erk = {
        ("single", "single", None, 0.1, 62.0, 4 * HALF, 2),
        ("cyclic", "cyclic", None, 0.1, 73.0, 4 * HALF, 2),
        ("cyclic", "cyclic", None, 0.05, 51.0, 2 * HALF, 2),
        ("long", "long", None, 0.1, 68.5, HALF, 2),
        ("sculpt", "sculpt", 0.5, 0.1, 83.0, 6 * HALF, 2),
        ("sculpt", "sculpt", 0.1, 0.05, 77.5, HALF, 2),
    }
    rounded = table.round({"test_accuracy_sd": 9})

    def expected(rows):
        return {(*row[:5], round(row[5], 9), row[6]) for row in rows}

    assert numbers(rounded[rounded["mask"] == "erk"], columns) == expected(erk | everywhere)
    synflow = {("cyclic", "cyclic", None, 0.1, 72.0, 0.0, 2)}
    assert numbers(rounded[rounded["mask"] == "synflow"], columns) == expected(synflow | everywhere)


def test_flops_are_drawn_where_they_are_and_epochs_within_half_a_unit_of_it(tables):
    figure = figures.draw("accuracy_vs_cost", tables, SETTINGS).figure
    figure.draw_without_rendering()
    moved = {"epochs": [], "FLOPs": []}
    for axes in figure.axes:
        for points in axes.containers:
            place = points[0].get_transform().transform(points[0].get_xydata())
            x = axes.transData.inverted().transform(place)[:, 0]
            moved["FLOPs" if axes.get_xscale() == "log" else "epochs"] += [*(x - points[0].get_xdata())]
    assert moved["FLOPs"] and max(map(abs, moved["FLOPs"])) < 1
    assert 0 < max(map(abs, moved["epochs"])) < 0.5


@pytest.mark.parametrize("name", ["accuracy_vs_density", "accuracy_vs_cost"])
def test_table_is_what_is_drawn(tables, name):
    drawn = figures.draw(name, tables, SETTINGS)
    x = {"accuracy_vs_density": "target_density", "accuracy_vs_cost": "cost_mean"}[name]
    found = [
        (float(x), float(y), round(float(bar[1, 1] - bar[0, 1]) / 2, 9))
        for axes in drawn.figure.axes
        for points in axes.containers
        for x, y, bar in zip(*points[0].get_data(), points[2][0].get_segments(), strict=True)
    ]
    rows = drawn.table[drawn.table["method"] != "dense"]
    expected = rows[[x, "test_accuracy_mean"]].assign(sd=rows["test_accuracy_sd"].round(9))
    assert sorted(found) == sorted(expected.itertuples(index=False, name=None))


def test_loss_figure_joins_the_nodes_of_a_path(tables):
    table = figures.draw("training_loss", tables, SETTINGS).table
    assert set(table["target_density"]) == {0.05} and "dense/rewind_1" not in set(table["node"])
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
    assert paths["cyclic"][0] == ("cyclic/erk_0.05/cycle_1", 1)
    alone = table[table["node"] == "cyclic/erk_0.05/cycle_1"].iloc[0]
    assert alone["train_loss_mean"] == 3.0 and np.isnan(alone["train_loss_sd"]) and alone["seeds"] == 1


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("dense/cycle_2", ["dense/cycle_1", "dense/cycle_2"]),
        ("cyclic/erk_0.05/cycle_2", ["cyclic/erk_0.05/cycle_1", "cyclic/erk_0.05/cycle_2"]),
        ("cyclic/erk_0.05/long_4", ["cyclic/erk_0.05/long_4"]),
        ("sculpt/erk_0.5/cycle_1/0.01", ["cyclic/erk_0.5/cycle_1", "sculpt/erk_0.5/cycle_1/0.01"]),
        ("iterative/wr_1/0.5/0.2", ["dense/cycle_1", "iterative/wr_1/0.5", "iterative/wr_1/0.5/0.2"]),
    ],
)
def test_path(node, expected):
    assert training_loss.path(node) == expected


def test_cost_figure_follows_cyclic_training_through_its_cycles(tables):
    table = figures.draw("accuracy_vs_cost", tables, SETTINGS).table
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


def test_map_holds_every_start_and_the_cyclic_diagonal(tables):
    table = figures.draw("start_target_map", tables, SETTINGS).table
    columns = ["mask", "start_density", "target_density", "method", "chosen", "test_accuracy_mean"]
    assert numbers(table, columns) == {
        ("erk", 0.5, 0.1, "sculpt", True, 83),
        ("erk", 0.5, 0.05, "sculpt", False, 90.5),
        ("erk", 0.1, 0.05, "sculpt", True, 77.5),
        ("erk", 0.1, 0.1, "cyclic", False, 73),
        ("erk", 0.05, 0.05, "cyclic", False, 51),
    }


def test_map_prints_every_mean_and_sd_once(tables):
    drawn = figures.draw("start_target_map", tables, SETTINGS)
    expected = ["83.0\n±4.2", "90.5\n±0.7", "77.5\n±0.7", "73.0\n±2.8", "51.0\n±1.4"]
    assert sorted(text.get_text() for text in drawn.figure.axes[0].texts) == sorted(expected)


def test_text_on_every_colour_of_the_map_is_readable():
    for color in start_target_map.COLOURS(np.linspace(0, 1, 256)):
        light, dark = sorted([relative_luminance(color), relative_luminance(start_target_map.readable_on(color))])[::-1]
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_layer_figure_takes_the_density_with_the_most_methods(tables):
    table = figures.draw("layer_densities", tables, SETTINGS).table
    assert set(table["target_density"]) == {0.05}
    assert numbers(table, ["mask", "name", "weights", "density_mean", "seeds"]) == {
        ("erk", "conv", 10, 0.5, 2),
        ("erk", "2.1 shortcut", 100, 0.07, 2),
        ("erk", "head", 50, 0.18, 2),
        ("snip", "conv", 10, 0.7, 2),
        ("snip", "2.1 shortcut", 100, 0.02, 2),
        ("snip", "head", 50, 0.18, 2),
    }


def test_a_mask_method_without_a_look_of_its_own_is_drawn_under_its_name(tables):
    frames = [frame.replace({"mask": {"erk": "fresh"}}) for frame in (tables.summary, tables.layers)]
    renamed = figures.Tables(frames[0], tables.history, frames[1])
    for name in figures.NAMES:
        figure = figures.draw(name, renamed, SETTINGS).figure
        figure.draw_without_rendering()
        assert any("fresh" in text.get_text() for text in shown_texts(figure)), name
    fresh, other = style.mask_look("fresh"), style.mask_look("other")
    assert fresh.marker != other.marker and {fresh.color}.isdisjoint(look.color for look in style.MASKS.values())


def test_short_layer_names():
    names = {"body.conv.weight": "conv", "body.stage1_3.conv2.weight": "1.3 conv2", "head.weight": "head"}
    assert {layer: short_name(layer) for layer in names} == names


@pytest.mark.parametrize("method", ["dense", "single", "cyclic", "long", "sculpt", "lrr", "imp", "wr"])
def test_a_missing_method_leaves_the_others_as_they_are(tables, method):
    for name in figures.NAMES[:4]:
        whole = figures.draw(name, tables, SETTINGS).table
        found = figures.draw(name, without(tables, method), SETTINGS).table
        if method == "cyclic" and name == "accuracy_vs_density":  # SynFlow has cyclic runs alone, so loses its panel
            whole = whole[whole["mask"] == "erk"]
        if method == "sculpt" and name == "start_target_map":  # there is no map of starts without SCULPT
            whole = whole[:0]
        columns = list(whole.columns)
        assert numbers(found, columns) == numbers(whole[whole["method"] != method], columns), name


@pytest.mark.parametrize("name", figures.NAMES)
def test_nothing_to_draw_is_said_in_a_sentence(tables, name, tmp_path):
    def header_alone(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.read_csv(io.StringIO(",".join(frame.columns)))

    empty = figures.Tables(*map(header_alone, (tables.summary, tables.history, tables.layers)))
    drawn = figures.draw(name, empty, SETTINGS)
    (sentence,) = [text.get_text() for axes in drawn.figure.axes for text in axes.texts]
    assert sentence.startswith("This experiment has no ") and sentence.endswith(".")
    assert len(drawn.table) == 0
    figures.save(drawn, tmp_path / name)
    columns = figures.draw(name, tables, SETTINGS).table.columns
    assert list(pd.read_csv(tmp_path / f"{name}.csv").columns) == list(columns)


@pytest.mark.parametrize("name", figures.NAMES)
def test_one_seed_has_no_spread(tables, name):
    one = figures.Tables(*(frame[frame["seed"] == 0] for frame in (tables.summary, tables.history, tables.layers)))
    table = figures.draw(name, one, SETTINGS).table
    assert set(table["seeds"]) == {1}
    assert table.filter(like="_sd").isna().all(axis=None)


@pytest.mark.parametrize("name", figures.NAMES)
def test_the_order_of_the_seeds_changes_no_bit(tables, name):
    frames = (tables.summary, tables.history, tables.layers)
    backwards = figures.Tables(*(frame.sort_values("seed", ascending=False, kind="stable") for frame in frames))
    table = figures.draw(name, tables, SETTINGS).table
    pd.testing.assert_frame_equal(figures.draw(name, backwards, SETTINGS).table, table, check_exact=True)


DRAW_ALL = """
import sys
from pathlib import Path
import pandas as pd
from sculpt import figures

source, out, settings = Path(sys.argv[1]), Path(sys.argv[2]), eval(sys.argv[3])
tables = figures.Tables(*(pd.read_csv(source / f"{name}.csv") for name in ("summary", "history", "layers")))
for name in figures.NAMES:
    figures.save(figures.draw(name, tables, settings), out / name)
"""


def test_same_bytes_again_and_in_another_process(tables, tmp_path):
    for name in ("summary", "history", "layers"):
        getattr(tables, name).to_csv(tmp_path / f"{name}.csv", index=False)
    for name in figures.NAMES:
        for folder in ("first", "second"):
            figures.save(figures.draw(name, tables, SETTINGS), tmp_path / folder / name)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "matplotlibrc").write_text("font.size: 20\naxes.facecolor: red\naxes.titlepad: 30\n")
    environment = os.environ | {
        "PYTHONPATH": str(Path(sculpt.__file__).parents[1]),
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
        "TZ": "Asia/Tokyo",
    }
    command = [sys.executable, "-c", DRAW_ALL, tmp_path, tmp_path / "third", repr(SETTINGS)]
    subprocess.run(command, cwd=elsewhere, env=environment, check=True)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == sorted(f"{name}.{suffix}" for name in figures.NAMES for suffix in ("csv", "png", "svg"))
    for file in files:
        first, second, third = ((tmp_path / folder / file).read_bytes() for folder in ("first", "second", "third"))
        assert first == second == third, file


def test_files_tell_no_time_or_software(tables, tmp_path):
    figures.save(figures.draw("training_loss", tables, SETTINGS), tmp_path / "loss")
    svg, png = (tmp_path / "loss.svg").read_text(), (tmp_path / "loss.png").read_bytes()
    assert "<dc:date>" not in svg and "Matplotlib" not in svg and matplotlib.__version__ not in svg
    assert b"tEXt" not in png and b"tIME" not in png


@pytest.mark.parametrize("name", figures.NAMES)
def test_csv_reads_back_as_the_same_floats(tables, name, tmp_path):
    drawn = figures.draw(name, tables, SETTINGS)
    figures.save(drawn, tmp_path / name)
    pd.testing.assert_frame_equal(
        pd.read_csv(tmp_path / f"{name}.csv"), drawn.table.reset_index(drop=True), check_exact=True, check_dtype=False
    )


def test_no_state_of_pyplot(tables):
    pyplot.close("all")
    before = dict(matplotlib.rcParams)
    for name in figures.NAMES:
        figures.draw(name, tables, SETTINGS)
    assert pyplot.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


def shown_texts(figure: Figure) -> list[Text]:
    outside = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        beyond = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
        outside |= {label for tick in beyond for label in (tick.label1, tick.label2)}
    texts = figure.findobj(Text)
    return [text for text in texts if text.get_visible() and text.get_text().strip() and text not in outside]


NARROWEST = next(bound.ge for bound in Figures.model_fields["width"].metadata if isinstance(bound, Ge))


@pytest.mark.parametrize("width", [NARROWEST, 5.5])
@pytest.mark.parametrize("name", figures.NAMES)
def test_text_is_large_enough_and_apart_and_inside_the_figure(tables, name, width):
    text_fits(figures.draw(name, tables, {**SETTINGS, "width": width}).figure)


@pytest.mark.parametrize("width", [NARROWEST, 4.0, 5.5])
@pytest.mark.parametrize("power", [0.1, 0.4, 1.0, 2.5, 4.0])
def test_labels_of_costs_are_apart_over_every_range(tables, width, power):
    """From a factor of 1.1 between the cheapest and the dearest run to one of 80."""
    flops = 1e9 * (tables.summary["train_flops"] / 1e9) ** power
    spread = replace(tables, summary=tables.summary.assign(train_flops=flops))
    figure = figures.draw("accuracy_vs_cost", spread, {**SETTINGS, "width": width}).figure
    text_fits(figure)
    assert len(figure.axes[-1].get_xticks()) > 0


def text_fits(figure: Figure) -> None:
    """No text is too small, lies over another or leaves the figure."""
    with style.applied():
        figure.draw_without_rendering()
        texts = shown_texts(figure)
        boxes = [text.get_window_extent() for text in texts]
    assert min(text.get_fontsize() for text in texts) >= 7
    for i, (text, box) in enumerate(zip(texts, boxes, strict=True)):
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text
        assert [other for other, its_box in zip(texts[:i], boxes, strict=False) if box.overlaps(its_box)] == [], text


def test_a_long_ladder_keeps_the_round_labels_apart():
    figure, (axes,) = style.panels(1, 2.5, "density", "")
    ladder = [round(0.8**level, 7) for level in range(1, 25)]
    style.density_axis(axes, [*ladder, 0.5, 0.1, 0.05, 0.01], 1.9)
    figure.draw_without_rendering()
    labels = axes.get_xticklabels()
    assert {"0.8", "0.1", "0.01"} <= {label.get_text() for label in labels}
    assert [float(label.get_text()) for label in labels] == list(axes.get_xticks())
    boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: box.x0)
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    assert axes.get_xlim()[0] > axes.get_xlim()[1]


@pytest.mark.parametrize(("low", "high"), [(1.01, 1.8), (0.02, 4.0), (3e9, 5e9), (1e9, 1e10), (7e9, 9e12)])
def test_log_axes_always_have_labels_that_are_true(low, high):
    _, (axes,) = style.panels(1, 3.0, "", "")
    style.log_axis(axes.yaxis, low, high, repr)
    ticks = axes.get_yticks()
    assert len(ticks) > 0 and all(low <= tick <= high for tick in ticks)
    assert [float(label.get_text()) for label in axes.get_yticklabels()] == list(ticks)


def test_numbers_as_labels():
    assert [style.decimal(density) for density in (1.0, 0.5, 0.05, 0.32768, 0.00001)] == [
        *("1", "0.5", "0.05", "0.32768", "0.00001")
    ]
    assert [style.scientific(value) for value in (1e10, 3e9, 1.5e12)] == [
        *("$10^{10}$", r"$3{\cdot}10^{9}$", r"$1.5{\cdot}10^{12}$")
    ]


def test_methods_differ_in_colour_and_in_marker():
    for looks in (style.METHODS, style.MASKS):
        assert len({look.color for look in looks.values()}) == len(looks)
        assert len({look.marker for look in looks.values()}) == len(looks)
    assert [look.label for look in style.METHODS.values()] == [
        *("dense", "single", "cyclic", "long", "SCULPT", "LRR", "IMP", "WR")
    ]
