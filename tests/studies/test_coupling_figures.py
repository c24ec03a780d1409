"""The figures on coupling show the right numbers, and say what the run shows."""

import pandas as pd
import pytest
from coupling_tables import connectivity, run, summary

from sculpt.core.kinds import FIGURES
from sculpt.statistics.tables import Tables

SETTINGS = {"width": 5.5}
T2 = 4.302653
"""97.5 % point of Student's t with 2 degrees of freedom."""


def draw(name, rows, **tables):
    return FIGURES.load(name)(Tables({"summary": rows, **tables}), {"name": name, **SETTINGS})


def told(drawn):
    return " ".join(drawn.figure._supxlabel.get_text().split())


@pytest.fixture(scope="module")
def coupling():
    return draw("coupling", summary())


def test_every_arm_is_there_with_cycles_and_without(coupling):
    table = coupling.table
    assert set(table["target_density"]) == {0.05, 0.02} and list(table["target_density"][:1]) == [0.05]
    arms = table[(table["method"] == "coupled") & (table["target_density"] == 0.05)]
    assert list(dict.fromkeys(arms["mask"])) == ["lrr", "wr", "lrr+other_seed", "lrr+shuffled", "random"]
    assert len(arms) == 20 and arms["cycled"].sum() == 10
    assert set(arms.loc[arms["mask"] == "random", "weights"]) == {"fresh", "initial", "warm_up"}


def test_each_arm_stands_at_its_own_mask_in_panels_that_share_an_axis():
    """A cyclic run alone makes no density of the figure, and takes no labels from the panels that have arms."""
    rows, alone = summary(), run("erk", "initial", 0.01, method="cyclic", weights=None)
    other = run("lrr", "warm_up", 0.01, transform="random_magnitudes")
    drawn = draw("coupling", pd.concat([rows, alone, other], ignore_index=True))
    assert set(drawn.table["target_density"]) == {0.05, 0.02}
    few = rows[(rows["target_density"] == 0.05) | (rows["mask"] == "lrr+shuffled") | (rows["method"] != "coupled")]
    figure = draw("coupling", few).figure
    last = figure.axes[-1]
    labels = [label.get_text().replace("\n", " ") for label in last.get_xticklabels()]
    assert labels == ["LRR", "WR", "other seed", "LRR shuffled", "random"]
    shown = sorted({round(float(x)) for drawn in last.containers for x in drawn[0].get_xdata()})
    assert shown == [3, 4] and last.get_xlim() == (-0.5, 4.5)


def test_accuracies_are_means_with_their_intervals(coupling):
    """LRR's mask: 90, 91, 92 over the seeds, whose interval is T2 / sqrt(3) each way."""
    rows = coupling.table.set_index(["target_density", "mask", "weights", "cycled"]).sort_index()
    row = rows.loc[(0.05, "lrr", "warm_up", True)]
    assert (row["test_accuracy_mean"], row["seeds"], row["cycle"], row["epochs"]) == (91, 3, 4, 50)
    assert row["test_accuracy_low"] == pytest.approx(91 - T2 / 3**0.5, abs=1e-5)
    assert row["test_accuracy_high"] == pytest.approx(91 + T2 / 3**0.5, abs=1e-5)
    assert rows.loc[(0.05, "random", "initial", True), "run"].startswith("cyclic/")
    assert rows.loc[(0.02, "lrr", "warm_up", False), "test_accuracy_mean"] == 41


def test_leads_are_paired_with_the_shuffled_mask_from_the_same_weights(coupling):
    """4, 3, 5 points on warm-up weights; on the initial ones there is no shuffled mask."""
    rows = coupling.table.set_index(["target_density", "mask", "weights", "cycled"]).sort_index()
    row = rows.loc[(0.05, "lrr", "warm_up", True)]
    assert row["over_shuffled_mean"] == 4 and row["over_shuffled_low"] == pytest.approx(4 - T2 / 3**0.5, abs=1e-5)
    assert rows.loc[(0.05, "random", "warm_up", True), "over_shuffled_mean"] == -10
    assert pd.isna(rows.loc[(0.05, "lrr", "initial", True), "over_shuffled_mean"])
    assert rows.loc[(0.05, "lrr", "fresh", False), "over_shuffled_mean"] == 0.5
    assert "LRR's mask 4.0 [1.5, 6.5] at 0.05" in told(coupling)


def test_lrr_itself_is_a_line_at_each_density(coupling):
    lrr = coupling.table[coupling.table["method"] == "lrr"]
    assert lrr[["target_density", "test_accuracy_mean"]].values.tolist() == [[0.05, 96], [0.02, 96]]
    dashed = [line.get_ydata()[0] for axes in coupling.figure.axes for line in axes.lines if len(line.get_ydata()) == 2]
    assert dashed.count(96) == 2


def test_what_is_drawn_is_the_table(coupling):
    points = sorted(
        float(y) for axes in coupling.figure.axes for drawn in axes.containers for y in drawn[0].get_ydata()
    )
    rows = coupling.table[coupling.table["method"] == "coupled"]
    assert points == sorted(rows["test_accuracy_mean"])


def test_a_subset_is_drawn_and_what_is_lacking_is_told():
    rows = pd.concat([run(mask, "warm_up", 0.02) for mask in ("lrr", "erk")])
    drawn = draw("coupling", rows)
    assert len(drawn.table) == 4 and "layer allocation is not known" in told(drawn)


def test_one_seed_has_no_interval():
    rows = summary()
    drawn = draw("coupling", rows[rows["seed"] == 0])
    assert drawn.table["test_accuracy_low"].isna().all() and drawn.table["test_accuracy_mean"].notna().all()
    assert "LRR's mask 4.0 [one seed] at 0.05" in told(drawn)


def test_without_coupled_runs_it_says_so():
    rows = summary()
    drawn = draw("coupling", rows[rows["method"] != "coupled"])
    assert drawn.table.empty and drawn.figure.axes[0].texts[0].get_text() == "This experiment has no coupled run."


HEIGHTS = {
    ("lrr", "warm_up", "validation"): [0.0, 0.1, 0.2],
    ("lrr", "fresh", "validation"): [2.0, 3.0, 4.0],
    ("erk", "fresh", "validation"): [7.0, 7.0, 7.0],
    ("lrr", "fresh", "train"): [1.0, 1.0, 4.0],
}


def test_heights_are_those_of_the_midpoint_cycle_by_cycle():
    rows = summary(densities=(0.05,))
    drawn = draw("coupling_connectivity", rows, connectivity=connectivity(rows, HEIGHTS))
    table = drawn.table
    assert len(table) == 4 * 3 and set(table["cycle"]) == {2, 3, 4} and set(table["split"]) == {"train", "validation"}
    fresh = table[(table["mask"] == "lrr") & (table["weights"] == "fresh") & (table["split"] == "validation")]
    assert fresh["height_mean"].tolist() == [3, 3, 3]
    assert fresh["height_low"].tolist() == pytest.approx([3 - T2 / 3**0.5] * 3, abs=1e-5)
    assert list(fresh["before"].str[-7:]) == ["cycle_1", "cycle_2", "cycle_3"]
    assert [axes.get_title() for axes in drawn.figure.axes] == ["density 0.05, train", "density 0.05, validation"]
    assert "on warm-up weights 0.1 [-0.1, 0.3]" in told(drawn) and "on fresh weights 3.0 [0.5, 5.5]" in told(drawn)


def test_without_paths_of_coupled_runs_it_says_what_adds_them():
    rows = summary(densities=(0.05,))
    nothing = connectivity(rows, HEIGHTS).iloc[:0]
    drawn = draw("coupling_connectivity", rows, connectivity=nothing)
    assert drawn.table.empty and "analyses.connectivity.runs" in drawn.figure.axes[0].texts[0].get_text()
