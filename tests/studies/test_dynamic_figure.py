"""The figure of dynamic training: which runs it shows, at which cost, and what it says of them."""

from types import SimpleNamespace

import pandas as pd
import pytest
from dynamic_tables import everything, run

from sculpt.core.kinds import FIGURES
from sculpt.plotting.drawn import Drawn, save
from sculpt.statistics.tables import Tables

NAME = "dynamic_training"


def draw(*runs, densities=(0.02,)) -> Drawn:
    frame = pd.concat(runs, ignore_index=True)
    return FIGURES.load(NAME)(Tables({"summary": frame}), {"width": 5.5, "densities": list(densities)})


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    longer = run("lrr", [88.0, 90.0, 92.0], 3e10, epochs=35)
    noisy = run("long", [1.0, 1.0, 1.0], 1e9, variant="noisy")
    return draw(*everything(), longer, noisy, run("long", [50.0, 50.0, 50.0], 1e9, density=0.5))


def rows(table, panel):
    of = table[table["panel"] == panel]
    return [*zip(of["method"], of["test_accuracy_mean"], of["train_flops_mean"], of["chosen"], strict=True)]


def test_the_first_panel_has_each_method_once(drawn):
    assert [row[:2] for row in rows(drawn.table, "density")] == [
        ("rigl", 82.6666667),
        ("set", 80.0),
        ("gmp", 73.0),
        ("acdc", 92.0),
        ("long", 79.0),
        ("cyclic", 79.0),
        ("sculpt", 79.0),
        ("lrr", 90.0),
    ]


def test_against_flops_sculpt_has_every_start_and_says_which_is_chosen(drawn):
    of = [row for row in rows(drawn.table, "train_flops") if row[0] == "sculpt"]
    assert of == [("sculpt", 73.0, 4e9, False), ("sculpt", 79.0, 16e9, True)]
    assert set(drawn.table["target_density"]) == {0.02} and set(drawn.table["seeds"]) == {3}


def test_it_tells_the_differences_of_this_run(drawn):
    text = " ".join(drawn.figure._supxlabel.get_text().split())
    assert text.startswith(
        "This run: SCULPT minus each rule at the lowest density that both have, in points: RigL at 0.02 -3.7 ["
    )
    assert "GMP at 0.02 6.0 [3.5, 8.5]" in text and text.endswith("].")


def test_one_seed_has_no_interval_and_no_rule_nothing_to_draw():
    alone = draw(*[part[part["seed"] == 0] for part in everything()])
    assert alone.table["test_accuracy_sd"].isna().all()
    assert "RigL at 0.02 -4.0;" in " ".join(alone.figure._supxlabel.get_text().split())
    nothing = draw(*[part for part in everything() if part["variant"].isna().all()])
    assert nothing.table.empty


def test_a_rule_alone_is_drawn():
    alone = draw(run("gmp", [70.0, 75.0], 8e9))
    assert list(alone.table["method"]) == ["gmp", "gmp"]
    assert "share no density" in alone.figure._supxlabel.get_text()


def test_the_order_of_the_rows_changes_no_bit():
    parts = [run("lrr", [88.0, 90.0, 92.0], 3e10, epochs=35), *everything()]
    one, other = draw(*parts), draw(*[part.iloc[::-1] for part in parts])
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    assert one.figure._supxlabel.get_text() == other.figure._supxlabel.get_text()


def test_it_is_saved_as_picture_and_table(drawn, tmp_path):
    save(drawn, tmp_path / "dynamic_training")
    assert len(pd.read_csv(tmp_path / "dynamic_training.csv")) == len(drawn.table)


def test_densities_without_a_dynamic_run_are_refused():
    runs = [SimpleNamespace(method="dynamic", targets=(0.05, 0.02)), SimpleNamespace(method="long", densities=(0.1,))]
    faults = FIGURES.settings(NAME)(name=NAME, width=5.5, densities=(0.1,)).faults(SimpleNamespace(runs=runs))
    (line,) = faults
    assert line == "densities.0: 0.1; allowed: densities of runs that this figure shows: 0.05, 0.02"


def test_the_caption_says_what_is_shown():
    caption = FIGURES.constant(NAME, "CAPTION").format(densities="0.05, 0.02")
    assert "0.05, 0.02" in caption and caption.endswith(".")
