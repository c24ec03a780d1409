"""The figure of Taylor's bound: medians over seeds, what does not hold, and what has no place on its axes."""

import pytest
from hardware_tables import FRAMES, draw
from matplotlib.text import Text

from sculpt.studies.hardware.figures.taylor_bound import BROKEN


@pytest.fixture(scope="module")
def drawn():
    return draw("taylor_bound")


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def test_the_bound_stands_beside_the_change_by_group_and_what_it_does_not_hold_is_marked(drawn):
    table = drawn.table
    assert set(table["profile"]) == {"bfloat16", "reversed"}, "neither the repeat nor what has no effect"
    of = table.set_index(["profile", "group"])
    for group in range(3):
        point = of.loc[("bfloat16", group)]
        assert point["change"] == pytest.approx((1 + group) / 10) and point["bound"] == pytest.approx(10 * (1 + group))
        assert point["bound_ratio"] == pytest.approx(100) and point["remainder_ratio"] == pytest.approx(2)
        assert point["rises_percent"] == pytest.approx(200 / 3) and point["holds_percent"] == 100
    assert of.loc[("reversed", 2), "holds_percent"] == pytest.approx(200 / 3)
    left, right = drawn.figure.axes
    rings = [
        line.get_xydata().tolist()
        for axes in (left, right)
        for line in axes.lines
        if line.get_color() == BROKEN["color"]
    ]
    assert rings == [[[pytest.approx(30), pytest.approx(0.3)]]]
    assert left.get_title() == "bound / change: median 100" and right.get_title() == "remainder / change: median 2"
    assert "bound does not hold" in texts(drawn.figure)


def test_a_group_without_a_change_is_named_and_not_drawn():
    taylor = FRAMES["taylor"]
    still = taylor["group"] == 0
    still = taylor.assign(change=taylor["change"].where(~still, 0.0))
    found = draw("taylor_bound", FRAMES | {"taylor": still})
    assert len(found.table) == 6 and found.table["bound_ratio"].isna().sum() == 2
    assert "2 of 6 points have no change or no bound." in texts(found.figure)


def test_equal_values_have_a_line_where_the_panel_reaches_them(drawn):
    assert "both are equal" in texts(drawn.figure), "the remainder is twice the change"
    far = FRAMES["taylor"].assign(remainder=1e6)
    assert "both are equal" not in texts(draw("taylor_bound", FRAMES | {"taylor": far}).figure)
