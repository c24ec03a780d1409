"""The figures on longer training show the right numbers, all of them and no others."""

import numpy as np
import pandas as pd
import pytest
from longer_tables import C, cyclic, dense, dense_long, draw, ladder, long, tables

from sculpt.core.kinds import FIGURES
from sculpt.plotting.drawn import save
from sculpt.statistics.two_way import estimate

NAMES = [name for name in FIGURES.names if ".studies.longer." in FIGURES.module(name)]
DENSE = dense([88, 95, 97, 97.5, 98], spread=2.0)
LADDERS = [ladder("lrr", {0.5: 95, 0.2: 97.2, 0.05: 92}), ladder("wr", {0.5: 93, 0.2: 94})]
MASKS = [
    cyclic("erk", 0.2, [76, 86, 93, 96]),
    cyclic("erk", 0.05, [74, 84, 91, 90], vals=[74, 84, 90, 90]),
    cyclic("snip", 0.05, [70, 80, 86, 89]),
    long("erk", 0.05, 95, spread=2.0),
]
SEVEN = [cyclic("erk", 0.05, [74, 84, 91, 90, 93, 95, 94], length=7.0), long("erk", 0.05, 96, cycles=7)]
SCHEDULES = [
    *(dense_long(test, name) for test, name in ((97.0, None), (97.5, "cosine"), (96.0, "step"))),
    dense([87, 94, 96, 96.5], "cosine"),
    cyclic("erk", 0.05, [70, 80, 90, 92], "cosine"),
    long("erk", 0.05, 93, "step"),
]
NOISE = [
    dense([80, 85, 83, 82], "noisy"),
    dense_long(78, "noisy"),
    cyclic("erk", 0.05, [70, 80, 84, 85], "noisy", spread=3.0),
    cyclic("snip", 0.05, [99, 99, 99, 99], "noisy"),
]
WHOLE = [DENSE, *LADDERS, *MASKS, *SEVEN, *SCHEDULES, *NOISE]


@pytest.fixture(scope="module")
def drawn():
    return {name: draw(name, *WHOLE) for name in NAMES}


def rows(table, *columns):
    values = table[list(columns)].astype(object).where(table[list(columns)].notna(), None)
    return list(values.itertuples(index=False, name=None))


def told(found):
    return found.figure._supxlabel.get_text().replace("\n", " ")


def interval(mean, spread):
    """As a finding words the mean of three seeds that differ by -spread, 0 and spread."""
    low, high = estimate(np.array([mean - spread, mean, mean + spread])).interval()
    return f"{mean:.1f} [{low:.1f}, {high:.1f}]"


def test_the_dense_network_stands_beside_the_levels_of_as_many_cycles(drawn):
    table = drawn["dense_cycles"].table
    columns = "method", "target_density", "cycle", "test_accuracy_mean", "gain_mean", "ahead_mean", "best"
    assert rows(table, *columns) == [
        *(
            ("dense", 1.0, number, mean, mean - 88, 0, mean == 98)
            for number, mean in enumerate([88, 95, 97, 97.5, 98], 1)
        ),
        ("lrr", 0.5, 2, 95.0, 7.0, 0.0, False),
        ("lrr", 0.2, 3, 97.2, pytest.approx(9.2), pytest.approx(0.2), True),
        ("lrr", 0.05, 4, 92.0, 4.0, -5.5, False),
        ("wr", 0.5, 2, 93.0, 5.0, -2.0, False),
        ("wr", 0.2, 3, 94.0, 6.0, -3.0, True),
    ]
    assert table.loc[table["method"] == "lrr", "ahead_sd"].tolist() == pytest.approx([1.0] * 3)
    said = told(drawn["dense_cycles"])
    assert "dense after 5 cycles (best on validation): 98.0 %, 10.0 [10.0, 10.0] points above one cycle" in said
    assert f"LRR's best level (density 0.2, 3 cycles) minus dense at equal epochs: {interval(0.2, 1.0)} points" in said


def test_a_level_of_more_epochs_than_any_dense_network_is_said_to_be_so():
    found = draw("dense_cycles", dense([88, 95]), *LADDERS)
    assert "LRR's best level (density 0.2, 3 cycles) has more epochs than any dense network here" in told(found)


def test_of_two_ladders_the_longest_is_drawn():
    other = ladder("lrr", {0.3: 99, 0.1: 99})
    table = draw("dense_cycles", DENSE, LADDERS[0], other, LADDERS[1]).table
    assert sorted(table.loc[table["method"] == "lrr", "target_density"]) == [0.05, 0.2, 0.5]


def test_the_band_begins_at_the_dense_network_after_one_cycle(drawn):
    (band,) = drawn["dense_cycles"].figure.axes[0].patches
    assert band.get_y() == 88
    texts = [text.get_text() for text in drawn["dense_cycles"].figure.legends[0].get_texts()]
    assert texts[-1] == "better than dense after one cycle"


def test_schedules_stand_at_equal_epochs(drawn):
    table = drawn["schedules"].table
    assert set(table["epochs"]) == {20} and set(table["cycle"]) == {C}
    columns = "mask", "target_density", "schedule", "test_accuracy_mean", "gain_mean", "gain_sd"
    assert rows(table, *columns) == [
        ("dense", 1.0, "cycles", 97.5, 0.0, 0.0),
        ("dense", 1.0, "one schedule", 97.0, -0.5, 1.0),
        ("dense", 1.0, "cosine, cycles", 96.5, -1.0, 1.0),
        ("dense", 1.0, "cosine, one schedule", 97.5, 0.0, 1.0),
        ("dense", 1.0, "step, one schedule", 96.0, -1.5, 1.0),
        ("erk", 0.05, "cycles", 90.0, 0.0, 0.0),
        ("erk", 0.05, "one schedule", 95.0, 5.0, 1.0),
        ("erk", 0.05, "cosine, cycles", 92.0, 2.0, 0.0),
        ("erk", 0.05, "step, one schedule", 93.0, 3.0, 0.0),
    ]
    said = told(drawn["schedules"])
    assert f"dense: one schedule {interval(-0.5, 1.0)}, highest cosine, one schedule {interval(0.0, 1.0)}" in said
    assert f"ERK masks, density 0.05: one schedule {interval(5.0, 1.0)}, highest one schedule" in said


def test_schedules_have_intervals_over_seeds(drawn):
    low, high = estimate(np.array([95.5, 97.5, 99.5])).interval()
    axes = drawn["schedules"].figure.axes[0]
    assert axes.containers[0][2][0].get_segments()[0][:, 0].tolist() == pytest.approx([low, high])
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == ["cycles", "one schedule"]


def test_masks_at_initialisation_stand_at_the_chosen_number_of_cycles(drawn):
    table = drawn["cycles_at_init"].table
    cyclic_rows = table[table["method"] == "cyclic"]
    assert rows(cyclic_rows, "panel", "target_density", "cycle", "gain_mean", "over_lrr_mean") == [
        ("erk", 0.2, 4, 8.0, pytest.approx(-1.2)),
        ("erk", 0.05, 3, 3.0, -1.0),
        ("snip", 0.05, 4, 1.0, -3.0),
    ]
    others = table[table["method"] != "cyclic"]
    assert rows(others, "panel", "method", "target_density", "gain_mean") == [
        *(("erk", "single", 0.2, -12.0), ("erk", "single", 0.05, -14.0), ("erk", "long", 0.05, 7.0)),
        *(("erk", "lrr", 0.2, pytest.approx(9.2)), ("erk", "lrr", 0.05, 4.0)),
        *(("snip", "single", 0.05, -18.0), ("snip", "lrr", 0.2, pytest.approx(9.2)), ("snip", "lrr", 0.05, 4.0)),
    ]
    said = told(drawn["cycles_at_init"])
    assert "ERK -1.2 [-1.2, -1.2] at 0.2, -1.0 [-1.0, -1.0] at 0.05; SNIP -3.0 [-3.0, -3.0] at 0.05" in said
    numbers = [text.get_text() for text in drawn["cycles_at_init"].figure.axes[0].texts]
    assert numbers == ["4", "3"]


def test_the_whole_curve_is_drawn_of_the_longest_run_and_the_chosen_cycle_marked(drawn):
    table = drawn["number_of_cycles"].table
    assert rows(table[table["chosen"]], "run", "cycle") == [
        ("cyclic/erk_0.2", 4),
        ("cyclic/erk_0.05/7_cycles", 6),
        ("cyclic/snip_0.05", 4),
    ]
    curve = table[table["run"] == "cyclic/erk_0.05/7_cycles"]
    assert curve["val_accuracy_mean"].tolist() == [74, 84, 91, 90, 93, 95, 94]
    assert rows(curve, "gain_mean", "step_mean")[-2:] == [(21.0, 2.0), (20.0, -1.0)]
    schedules = table[table["method"] == "long"]
    assert rows(schedules, "cycle", "test_accuracy_mean", "step_mean", "step_sd") == [(4, 95, 5, 1), (7, 96, 2, 0)]
    said = told(drawn["number_of_cycles"])
    assert "takes all cycles there are in 2 of 3 masks and densities" in said
    assert "from -1.0 [-1.0, -1.0] (ERK at 0.05, cycle 7) to 3.0 [3.0, 3.0]" in said


def test_noise_is_held_against_the_same_networks_without_it(drawn):
    table = drawn["label_noise"].table
    assert set(table["mask"]) == {"dense", "erk"} and set(table["target_density"]) == {1.0, 0.05}
    assert table.loc[~table["noise"], "cycle"].max() == C
    noisy = table[table["noise"] & (table["method"] == "cyclic")]
    assert rows(noisy, "cycle", "over_dense_mean", "more_mean") == [
        *((1, -10.0, 4.0), (2, -5.0, 6.0), (3, 1.0, 7.0), (4, 3.0, 10.5))
    ]
    assert noisy["over_dense_sd"].tolist() == [2.0] * 4 and noisy["more_sd"].tolist() == [3.0] * 4
    assert table.loc[~table["noise"], "more_mean"].isna().all()
    gain, more = interval(3.0, 2.0), interval(10.5, 3.0)
    expected = f"ERK at 0.05 minus dense under noise after 4 cycles: {gain}, which is {more} more than without noise"
    assert expected in told(drawn["label_noise"])


@pytest.mark.parametrize("name", NAMES)
def test_one_seed_has_no_spread_and_no_interval(name):
    found = draw(name, *(part[part["seed"] == 0] for part in WHOLE))
    assert set(found.table["seeds"]) == {1} and found.table.filter(like="_sd").isna().all(axis=None)
    if name != "number_of_cycles" or "points" in told(found):
        assert "[one seed]" in told(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_belongs_to_none_changes_no_bit(name, drawn):
    beside = [
        cyclic("erk", 0.05, [1, 1, 1, 1], "repeat"),
        cyclic("erk", 0.05, [1, 1, 1, 1], transform="random_signs"),
        dense([1, 1, 1, 1], "repeat"),
    ]
    shuffled = pd.concat([*WHOLE, *beside], ignore_index=True).sort_values("seed", ascending=False, kind="stable")
    pd.testing.assert_frame_equal(draw(name, shuffled).table, drawn[name].table, check_exact=True)


@pytest.mark.parametrize("name", NAMES)
def test_where_there_is_nothing_to_draw_the_figure_says_so(name):
    nothing = WHOLE[-1].assign(mask="snip", run="cyclic/snip", variant="repeat")
    found = draw(name, nothing)
    texts = " ".join(text.get_text() for text in found.figure.axes[0].texts)
    assert found.table.empty and ("This experiment has no" in texts or "No r" in texts)


def test_pictures_are_the_same_bytes_again(drawn, tmp_path):
    save(drawn["schedules"], tmp_path / "first")
    save(draw("schedules", *WHOLE), tmp_path / "second")
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()
    read = pd.read_csv(tmp_path / "first.csv")
    pd.testing.assert_frame_equal(read, drawn["schedules"].table, check_exact=True, check_dtype=False)


@pytest.mark.parametrize("name", NAMES)
def test_each_figure_says_what_the_paper_says_and_what_it_needs(name):
    caption = " ".join(FIGURES.constant(name, "CAPTION").split())
    assert caption.endswith(".") and "public reviews" in caption and "Ours: " in caption
    assert not set("{}[]") & set(caption)
    assert set(FIGURES.constant(name, "NEEDS")) <= {"dense", "dense_long", "cyclic", "long", "lrr", "wr"}
    needed = FIGURES.constant(name, "TABLES")
    assert all(table in tables(DENSE) for table in needed)
