"""The figures of connectivity and curvature: their tables, what they say of the run, and that it can be read."""

import math
from types import SimpleNamespace

import pytest
from landscape_tables import draw, frames
from matplotlib.text import Text

from sculpt.core.kinds import FIGURES
from sculpt.plotting import style

SETTINGS = {"connectivity": {"densities": [0.1, 0.05, 0.02]}, "curvature": {}}
NAMES = list(SETTINGS)
FRAMES = frames()


@pytest.fixture(scope="module")
def drawn():
    return {name: draw(name, FRAMES, **SETTINGS[name]) for name in NAMES}


def texts(figure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


def middle(table, **wanted):
    rows = table[table["alpha"] == 0.5]
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return rows


def test_heights_are_means_over_pairs_with_the_spread_of_seeds(drawn):
    table = drawn["connectivity"].table
    assert set(table["line"]) == {"cyclic", "long", "lrr", "sculpt", "itself", "other_seed", "permuted"}
    assert set(table["target_density"]) == {0.1, 0.02}, "0.05 has no run"
    for line, train, pairs in (("cyclic", 2.0, 2), ("long", 0.1, 2), ("lrr", 0.2, 1), ("sculpt", 3.0, 1)):
        for split, height in (("train", train), ("validation", train + 1)):
            for row in middle(table, line=line, split=split).itertuples():
                assert row.height_mean == pytest.approx(height) and row.height_sd == pytest.approx(0.1)
                assert row.height_loss_mean == pytest.approx(height / 100) and (row.pairs, row.seeds) == (pairs, 3)
    assert middle(table, line="itself")["height_mean"].tolist() == [0.0] * 4
    assert set(middle(table, panel="controls")["line"]) == {"itself", "other_seed", "permuted"}


def test_panels_are_densities_and_rows_splits_and_controls(drawn):
    figure = drawn["connectivity"].figure
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == ["density 0.1", "density 0.02"]
    heights = [
        max(line.get_ydata().max() for line in axes.lines if len(line.get_xdata()) == 11) for axes in figure.axes
    ]
    assert heights == pytest.approx([3, 3, 4, 4, 61, 61])
    (_, high), (_, controls) = figure.axes[0].get_ylim(), figure.axes[4].get_ylim()
    assert high < 10 < 61 < controls, "controls have a scale of their own"


def test_the_run_is_told_with_intervals(drawn):
    half = 4.302652729911275 * 0.1 / math.sqrt(3)
    said = texts(drawn["connectivity"].figure)
    assert (
        f"Cyclic: 0.1: 3.00 [{3 - half:.2f}, {3 + half:.2f}]" in said and "Another seed: 0.1: 61.0 [60.8, 61.2]" in said
    )
    ratio = [math.log((40 * (1 + share)) / 160) for share in (-0.1, 0.0, 0.1)]
    mean = math.exp(sum(ratio) / 3)
    assert f"Eigenvalue: dense: {mean:.2f} [" in texts(drawn["curvature"].figure)


def test_one_seed_has_no_interval():
    of = {name: table[table["seed"] == 0] for name, table in FRAMES.items()}
    assert "Cyclic: 0.1: 2.90 [one seed]" in texts(draw("connectivity", of, densities=[0.1]).figure)
    found = draw("curvature", of)
    assert "dense: 0.23 [one seed]" in texts(found.figure) and found.table["ratio_low"].isna().all()


def test_curvature_has_a_line_for_each_run_in_each_panel(drawn):
    table = drawn["curvature"].table
    assert set(table["panel"]) == {"eigenvalue", "scaled", "train_loss", "gradient_norm"}
    assert set(table["run"]) == {"dense", "cyclic/erk_0.1", "cyclic/erk_0.02"} and len(table) == 4 * 3 * 3
    dense = table[(table["panel"] == "eigenvalue") & (table["run"] == "dense")]
    seeds = [math.log(40 * (1 + share)) for share in (-0.1, 0.0, 0.1)]
    mean = sum(seeds) / 3
    assert dense["cycle"].tolist() == [1, 2, 3] and dense["value"].iloc[0] == pytest.approx(160)
    last, sd = dense.iloc[-1], math.sqrt(sum((value - mean) ** 2 for value in seeds) / 2)
    expected = [math.exp(mean + place * sd) for place in (-1, 0, 1)]
    assert last[["value_low", "value", "value_high"]].tolist() == pytest.approx(expected)
    losses = table[(table["panel"] == "train_loss") & (table["run"] == "dense")]
    assert losses["ratio"].tolist() == pytest.approx([1 / 3] * 3)


def test_the_axes_of_curvature_hold_the_bands():
    """One seed a hundred times as sharp as the others makes a band that is much wider than the means are apart."""
    of = FRAMES["curvature"]
    wide = of.assign(eigenvalue=of["eigenvalue"].where(of["seed"] != 0, 100 * of["eigenvalue"]))
    found = draw("curvature", FRAMES | {"curvature": wide})
    low, high = found.figure.axes[0].get_ylim()
    points = found.table[found.table["panel"] == "eigenvalue"]
    assert low <= points["value_low"].min() and points["value_high"].max() <= high


def test_values_that_are_not_positive_have_no_place():
    of = FRAMES["curvature"]
    flat = (of["run"] == "dense") & (of["cycle"] == 3)
    found = draw("curvature", FRAMES | {"curvature": of.assign(eigenvalue=of["eigenvalue"].where(~flat, -1.0))}).table
    dense = found[(found["panel"] == "eigenvalue") & (found["run"] == "dense")]
    assert dense["cycle"].tolist() == [1, 2] and dense["ratio"].isna().all()
    assert len(found[(found["panel"] == "scaled") & (found["run"] == "dense")]) == 3


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_draw_is_said_in_a_sentence(name, drawn):
    empty = draw(name, {table: frame[:0] for table, frame in FRAMES.items()}, **SETTINGS[name])
    assert texts(empty.figure).strip().startswith("This experiment has no ")
    assert len(empty.table) == 0 and list(empty.table.columns) == list(drawn[name].table.columns)


def test_other_runs_share_no_line(drawn):
    summary, lines = FRAMES["summary"], FRAMES["connectivity"]
    noisy = {"run": "noisy/cyclic/erk_0.1"}
    more = summary[summary["run"] == "cyclic/erk_0.1"].assign(variant="noisy", **noisy)
    far = lines[lines["run"] == "cyclic/erk_0.1"].assign(height=500.0, **noisy)
    of = {"summary": summary.__class__([*summary.to_dict("records"), *more.to_dict("records")])}
    of["connectivity"] = lines.__class__([*lines.to_dict("records"), *far.to_dict("records")])
    assert draw("connectivity", of, **SETTINGS["connectivity"]).table.equals(drawn["connectivity"].table)


def test_densities_without_a_run_are_refused():
    runs = [SimpleNamespace(method="cyclic", mask="erk", densities=(0.1, 0.05))]
    settings = FIGURES.settings("connectivity")
    asked = settings(name="connectivity", width=5.5, densities=(0.3,))
    assert list(asked.faults(SimpleNamespace(runs=runs))) == [
        "densities.0: 0.3; allowed: densities of runs that this figure shows: 0.1, 0.05"
    ]
    assert [FIGURES.constant(name, "NEEDS", ()) for name in NAMES] == [("cyclic",), ("cyclic", "dense")]


@pytest.mark.parametrize("name", NAMES)
def test_text_can_be_read_in_the_narrowest_figure(name):
    with style.applied():
        figure = draw(name, FRAMES, width=3.4, **SETTINGS[name]).figure
        figure.draw_without_rendering()
        shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        outside = set()
        for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
            low, high = sorted(axis.get_view_interval())
            beyond = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
            outside |= {label for tick in beyond for label in (tick.label1, tick.label2)}
        shown = [text for text in shown if text not in outside]
        boxes = [text.get_window_extent() for text in shown]
    assert min(text.get_fontsize() for text in shown) >= style.SMALLEST_FONT
    for i, (text, box) in enumerate(zip(shown, boxes, strict=True)):
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text
        assert [other for other, its in zip(shown[:i], boxes, strict=False) if box.overlaps(its)] == [], text
