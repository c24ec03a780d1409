"""The figures of the study show the right numbers, say where there is nothing, and can be read."""

import numpy as np
import pandas as pd
import pytest
from hardware_tables import FRAMES, NETWORKS, change, draw, hardware, summary
from matplotlib.figure import Figure
from matplotlib.text import Text

from sculpt.core.tables import write_table
from sculpt.plotting import style
from sculpt.plotting.drawn import save

NAMES = (
    *("hardware_costs", "hardware_sensitivity", "mechanism", "mitigation_front", "taylor_bound"),
    "violation_vs_density",
)


@pytest.fixture(scope="module")
def drawn():
    return {name: draw(name) for name in NAMES}


def with_hardware(rows):
    return FRAMES | {"hardware": rows, "summary": summary(rows)}


def dotted(axes) -> list[float]:
    """Where the vertical dotted lines stand."""
    return [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == ":"]


def texts(figure: Figure) -> list[str]:
    """Each in one line."""
    return [" ".join(text.get_text().split()) for text in figure.findobj(Text) if text.get_text().strip()]


def test_sensitivity_is_a_mean_over_networks_and_seeds(drawn):
    table = drawn["hardware_sensitivity"].table.set_index(["measure", "profile", "group"])
    assert table.loc[("flips_percent", "bfloat16", "2"), "absolute"] == 2
    assert table.loc[("flips_percent", "another seed", "all"), "absolute"] == 100 * 12 / 500
    assert table.loc[("loss_change", "kernels", "0"), "absolute"] == pytest.approx(1e-7)
    # Of seeds -1, 0 and 1 times 0.1: nothing on average, two thirds of it in absolute values.
    seed = table.loc[("loss_change", "another seed", "1")]
    assert seed["mean"] == 0 and seed["absolute"] == pytest.approx(0.2 / 3) and seed["seeds"] == 3
    profiles = table.loc["flips_percent"].index.get_level_values("profile")
    assert list(dict.fromkeys(profiles)) == ["repeat", "another seed", "kernels", "bfloat16"]


def test_what_changes_nothing_says_so_and_what_is_left_out_is_named(drawn):
    said = texts(drawn["hardware_sensitivity"].figure)
    assert said.count("no effect") == 1 and said.count("nothing changes") == 2, "kernels flip nothing"
    nothing = "Changes nothing on this machine: "
    assert any(f"{nothing}reversed, two_threads." in text and "tf32" in text for text in said)
    assert any(f"{nothing}two_threads." in text for text in texts(drawn["violation_vs_density"].figure))
    assert not any("No effect" in text for text in said), "rows that flip nothing say so, and mean something else"


def test_where_no_profile_flips_anything_each_row_says_no_effect():
    def still(effect, profile, network, seed, group):
        return (0.0, 0.0, 0) if effect == "evaluation" else change(effect, profile, network, seed, group)

    figure = draw("hardware_sensitivity", with_hardware(hardware(still))).figure
    assert texts(figure).count("no effect") == 4, "two profiles in two maps"


def test_cells_hold_their_numbers(drawn):
    axes = drawn["hardware_sensitivity"].figure.axes[0]
    assert {"0", "0.5", "2", "8", "2.4", "0.6"} <= {text.get_text() for text in axes.texts}
    assert len(drawn["hardware_sensitivity"].figure.axes) == 2, "no bar beside numbers"


def test_narrow_cells_have_a_bar_in_place_of_numbers_and_white_says_0():
    rows = FRAMES["hardware"]
    of_two = rows[rows["group"] == "2"]
    more = pd.concat([rows, *(of_two.assign(group=f"1{place}") for place in range(12))])
    with style.applied():
        figure = draw("hardware_sensitivity", FRAMES | {"hardware": more}, width=3.4).figure
        figure.draw_without_rendering()
        cells, bars = figure.axes[:2], figure.axes[2:]
        assert len(bars) == 2, "one per map"
        assert {text.get_text() for text in cells[0].texts} == {"0", "no effect", "nothing changes"}
        low, high = bars[0].get_ylim()
        assert low < 0.5 and high > 8, "the flips of this table"
        labels = [label.get_text() for label in bars[1].get_yticklabels()]
        assert len(labels) > 2 and "1e-3" in labels


def test_a_group_of_few_images_is_marked():
    rows = FRAMES["hardware"]
    few = draw("hardware_sensitivity", FRAMES | {"hardware": rows.assign(few=rows["group"] == "1")})
    assert "1*" in texts(few.figure) and any("* fewer than 20 images" in text for text in texts(few.figure))
    assert set(few.table.loc[few.table["few"], "group"]) == {"1"}


def test_a_group_without_images_has_an_empty_cell_and_is_marked(tmp_path):
    rows = FRAMES["hardware"]
    none = rows["group"] == "1"
    measures = ["accuracy", "accuracy_reference", "loss", "loss_reference"]
    rows = rows.assign(images=rows["images"].where(~none, 0), flips=rows["flips"].where(~none, 0), few=none)
    rows[measures] = rows[measures].where(~none)
    drawing = draw("hardware_sensitivity", FRAMES | {"hardware": rows})
    assert set(drawing.table.loc[drawing.table["absolute"].isna(), "group"]) == {"1"}
    said = texts(drawing.figure)
    assert said.count("-") == 5 and "1*" in said, "two rows flip something, and three change the loss"
    assert any("- no image in the test split." in text for text in said)
    save(drawing, tmp_path / "empty")
    others = draw("violation_vs_density", FRAMES | {"hardware": rows}).table
    assert others.loc[others["profile"] == "reversed", "violation"].notna().all()


def near_chance():
    """The cyclic network at 0.05 has less than half of the dense network's 90 % on validation."""
    ends = FRAMES["summary"]
    poor = (ends["run"] == NETWORKS[2].run) & ends["variant"].isna()
    return FRAMES | {"summary": ends.assign(val_accuracy=ends["val_accuracy"].where(~poor, 40.0))}


@pytest.mark.parametrize("name", ["violation_vs_density", "mechanism"])
def test_a_network_near_chance_stays_with_open_markers_and_is_named(name, drawn):
    found = draw(name, near_chance())
    assert len(found.table) == len(drawn[name].table) and not drawn[name].table["left_out"].any()
    gone = found.table[found.table["left_out"]]
    assert set(gone["method"]) == {"cyclic"} and set(gone["target_density"]) == {0.05}
    (said,) = [text for text in texts(found.figure) if "Open markers" in text]
    assert "less than half as accurate as the dense network on validation (90.0 %): cyclic erk at 0.05 (40.0 %)" in said
    insides = {line.get_markerfacecolor() for axes in found.figure.axes for line in axes.lines}
    assert insides & {"white", "none"}
    assert not any("Open markers" in text for text in texts(drawn[name].figure))


def test_correlations_leave_out_networks_near_chance():
    """There the gradient norm falls with the group, against all others."""
    measured = FRAMES["mechanism"]
    poor = measured["run"] == NETWORKS[2].run
    against = measured.assign(gradient_norm=measured["gradient_norm"].where(~poor, -measured["gradient_norm"]))
    whole = draw("mechanism", FRAMES | {"mechanism": against}).table
    without = draw("mechanism", near_chance() | {"mechanism": against}).table
    for table, expected in ((whole, 0.6), (without, 1.0)):
        assert table.loc[table["panel"] == "gradient_norm", "correlation"].unique().tolist() == [expected]


def test_another_seed_is_of_the_networks_that_train_under_a_profile():
    """Without its trainings, the network whose gradient norm falls with the group is in neither mean."""
    measured, rows = FRAMES["mechanism"], FRAMES["hardware"]
    odd = NETWORKS[2]
    falls = measured["gradient_norm"].where(measured["run"] != odd.run, -measured["gradient_norm"])
    frames = FRAMES | {"mechanism": measured.assign(gradient_norm=falls)}
    same = (rows["method"] == odd.method) & (rows["target_density"] == odd.density)
    trained = same & rows["effect"].isin(["training", "training_repeat"])
    table = draw("mechanism", frames | {"hardware": rows[~trained]}).table
    found = table[table["panel"] == "gradient_norm"]
    without = draw("mechanism", frames | {"hardware": rows[~same]}).table
    expected = without[without["panel"] == "gradient_norm"]
    for column in ("correlation", "correlation_seed"):
        assert found[column].unique().tolist() == expected[column].unique().tolist(), column


def test_an_endless_distance_has_no_place_and_ranks_as_the_largest():
    measured = FRAMES["mechanism"]
    endless = measured.assign(boundary_distance=measured["boundary_distance"].where(measured["group"] != 0))
    table = draw("mechanism", FRAMES | {"mechanism": endless}).table
    of = table[table["panel"] == "boundary_distance"]
    assert of.loc[of["group"] == "0", "value"].isna().all() and of["correlation"].unique().tolist() == [-1]


def test_violation_has_each_profile_and_both_controls_with_the_dense_network_in_each_panel(drawn):
    table = drawn["violation_vs_density"].table
    of = table[table["measure"] == "of_seeds"]
    of = of.set_index(["panel", "profile", "target_density"])["violation"].sort_index(ascending=[True, True, False])
    for panel in ("cyclic, ERK masks", "LRR"):
        for profile in ("bfloat16", "reversed"):
            assert [of[panel, profile, density] for density in (1.0, 0.1, 0.05)] == [4, 8, 12]
        assert of[panel, "another seed"].tolist() == [10, 10, 10] and of[panel, "repeat"].tolist() == [0, 0, 0]
    means = table[table["measure"] == "of_means"]
    assert set(means["profile"]) == {"bfloat16", "reversed", "repeat"}, "of another seed they are 0 by construction"


@pytest.mark.parametrize("name", ["violation_vs_density", "hardware_costs"])
def test_density_falls_to_the_right_and_each_has_its_label(name, drawn):
    axes = drawn[name].figure.axes[-1]
    left, right = axes.get_xlim()
    assert left > 1 and right < 0.05
    with style.applied():
        drawn[name].figure.draw_without_rendering()
    # Three panels leave no room for 0.05 beside 0.1.
    assert [label.get_text().strip() for label in axes.get_xticklabels()] == ["1", "0.1", "0.05"]


def test_every_violation_of_a_seed_is_drawn_and_that_of_the_means_is_not(drawn):
    figure = drawn["violation_vs_density"].figure
    lines = [line for axes in figure.axes for line in axes.lines if line.get_marker() not in ("|", "_", "None")]
    lines += [line for axes in figure.axes for line in axes.lines if line.get_linestyle() == ":"]
    found = sorted((float(x), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True))
    table = drawn["violation_vs_density"].table
    table = table[table["measure"] == "of_seeds"]
    assert found == sorted(zip(table["target_density"], table["violation"], strict=True))


def test_profiles_at_one_density_stand_beside_each_other(drawn):
    """A band for another seed, and two profiles with different places in points."""
    axes = drawn["violation_vs_density"].figure.axes[0]
    places = {
        line.get_color(): line.get_transform().transform((1.0, 4.0))[0]
        for line in (points[0] for points in axes.containers)
    }
    assert len(set(places.values())) == len(places) == 3, "two profiles and the repeat"
    assert len(axes.collections) > 3, "bars and the band"


def test_mechanism_has_a_point_for_each_group_of_each_network(drawn):
    table = drawn["mechanism"].table
    assert len(table) == 5 * len(NETWORKS) * 3
    of = table[(table["panel"] == "gradient_norm") & (table["target_density"] == 0.05) & (table["group"] == "2")]
    assert of["value"].tolist() == [60, 60] and of["error_change"].tolist() == [12, 12]
    assert table.groupby("panel")["correlation"].unique().map(list).to_dict() == {
        "boundary_distance": [-1],
        "closeness": [1],
        "eigenvalue": [1],
        "gradient_norm": [1],
        "margin": [-1],
    }
    markers = {tuple(line.get_color()): set() for line in drawn["mechanism"].figure.axes[0].lines}
    for line in drawn["mechanism"].figure.axes[0].lines:
        markers[tuple(line.get_color())].add(line.get_marker())
    assert sorted(map(sorted, markers.values())) == [["P"], ["^", "s"], ["^", "s"]], "dense apart, others as elsewhere"
    drawn_points = sum(len(line.get_xdata()) for axes in drawn["mechanism"].figure.axes for line in axes.lines)
    assert drawn_points == len(table)


def test_front_has_each_weight_on_both_splits_and_the_control(drawn):
    table = drawn["mitigation_front"].table
    for split in ("validation", "test"):
        of = table[(table["split"] == split) & (table["compared"] == "profile")]
        assert of["weight"].tolist() == [0, 0.1, 1] and of["violation"].tolist() == [12, 6, 3]
        assert of["violation_se"].tolist()[0] == pytest.approx(6 / np.sqrt(3))
        control = table[(table["split"] == split) & (table["compared"] == "seed")]
        assert control["violation"].tolist() == [pytest.approx(4 / 3)] * 3
    assert "weight 0 (plain loss)" in texts(drawn["mitigation_front"].figure)


def test_costs_say_where_skipping_pays(drawn):
    """8 sqrt(density) against 4: up to a quarter, in latency and in throughput."""
    table = drawn["hardware_costs"].table
    assert table.dropna(subset=["pays_at"])["pays_at"].unique() == pytest.approx([0.25])
    said = texts(drawn["hardware_costs"].figure)
    own = "Of the kernels' own cost at density 1, density 0.05 takes 22 % (latency), 22 % (throughput)."
    assert f"Latency and throughput: kernels cost less up to density 0.25. {own}" in said
    shares = table.dropna(subset=["own_percent"])
    assert set(shares["kind"]) == {"kernels"} and set(shares["panel"]) == {"latency_ms", "throughput"}
    assert shares["own_percent"].tolist() == pytest.approx((100 * shares["density_kept"] ** 0.5).tolist())
    assert "kernels cost less from here on" in said
    assert [dotted(axes) for axes in drawn["hardware_costs"].figure.axes] == [[0.25], [0.25], [], []]
    of = table[(table["panel"] == "latency_ms") & (table["kind"] == "kernels") & (table["line"] == "lrr")]
    assert of["density_kept"].tolist() == [1, 0.1, 0.05]
    assert of["value"].tolist() == pytest.approx([8, 8 * 0.1**0.5, 8 * 0.05**0.5])
    sizes = table[(table["panel"] == "size") & (table["line"] == "lrr") & (table["kind"] == "size_dense")]
    assert sizes["value"].unique() == pytest.approx([70_000 / 1024], abs=1e-3)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (10.0, "at no density here"),
        (0.01, "at every density here, at density 1 too, where they skip nothing"),
    ],
)
def test_costs_say_where_skipping_never_or_always_pays(factor, said):
    costs = FRAMES["costs"]
    kernels = costs["engine"] == "kernels"
    slower = costs.assign(latency_ms=costs["latency_ms"].where(~kernels, factor * costs["latency_ms"]))
    figure = draw("hardware_costs", FRAMES | {"costs": slower}).figure
    assert any(text.startswith(f"Latency: kernels cost less {said}.") for text in texts(figure))
    assert dotted(figure.axes[0]) == [], "there is no crossing among the networks"


def test_without_a_dense_network_there_is_no_share_of_its_cost():
    costs = FRAMES["costs"][FRAMES["costs"]["run"] != "dense"]
    found = draw("hardware_costs", FRAMES | {"costs": costs})
    assert found.table["own_percent"].isna().all() and not any("own cost" in text for text in texts(found.figure))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_draw_is_said_in_a_sentence(name, drawn):
    empty = draw(name, {table: frame[:0] for table, frame in FRAMES.items()})
    (sentence,) = [text.get_text() for axes in empty.figure.axes for text in axes.texts]
    assert sentence.startswith("This experiment has no ") and sentence.endswith(".")
    assert len(empty.table) == 0 and list(empty.table.columns) == list(drawn[name].table.columns)


def test_files_are_the_same_again(tmp_path, drawn):
    save(drawn["hardware_sensitivity"], tmp_path / "first")
    save(draw("hardware_sensitivity"), tmp_path / "second")
    for suffix in ("csv", "svg", "png"):
        first, second = (tmp_path / f"{place}.{suffix}" for place in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_tables_read_back(tmp_path, drawn):
    for name, of in drawn.items():
        write_table(tmp_path / f"{name}.csv", of.table)
        read = pd.read_csv(tmp_path / f"{name}.csv")
        assert len(read) == len(of.table) > 0 and list(read.columns) == list(of.table.columns)


@pytest.mark.parametrize("width", [3.4, 5.5])
@pytest.mark.parametrize("name", NAMES)
def test_text_can_be_read(name, width, drawn):
    with style.applied():
        figure = drawn[name].figure if width == 5.5 else draw(name, width=width).figure
        figure.draw_without_rendering()
        outside = set()
        for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
            low, high = sorted(axis.get_view_interval())
            beyond = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
            outside |= {label for tick in beyond for label in (tick.label1, tick.label2)}
        shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        shown = [text for text in shown if text not in outside]
        boxes = [text.get_window_extent() for text in shown]
    assert min(text.get_fontsize() for text in shown) >= style.SMALLEST_FONT
    for i, (text, box) in enumerate(zip(shown, boxes, strict=True)):
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text
        assert [other for other, its in zip(shown[:i], boxes, strict=False) if box.overlaps(its)] == [], text
