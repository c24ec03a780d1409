"""Labels of axes are true, and there are neither too few nor too many."""

from itertools import pairwise

import pytest

from sculpt.plotting.axes import decimal, density_axis, log_axis, scientific
from sculpt.plotting.panels import panels


def test_a_long_ladder_keeps_the_round_labels_apart():
    figure, (axes,) = panels(1, 2.5, "density", "")
    ladder = [round(0.8**level, 7) for level in range(1, 25)]
    density_axis(axes, [*ladder, 0.5, 0.1, 0.05, 0.01], 1.9)
    figure.draw_without_rendering()
    labels = axes.get_xticklabels()
    assert {"0.8", "0.1", "0.01"} <= {label.get_text() for label in labels}
    assert [float(label.get_text()) for label in labels] == list(axes.get_xticks())
    boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: box.x0)
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    assert axes.get_xlim()[0] > axes.get_xlim()[1]


@pytest.mark.parametrize(("low", "high"), [(1.01, 1.8), (0.02, 4.0), (3e9, 5e9), (1e9, 1e10), (7e9, 9e12)])
def test_log_axes_always_have_labels_that_are_true(low, high):
    _, (axes,) = panels(1, 3.0, "", "")
    log_axis(axes.yaxis, low, high, repr)
    ticks = axes.get_yticks()
    assert len(ticks) > 0 and all(low <= tick <= high for tick in ticks)
    assert [float(label.get_text()) for label in axes.get_yticklabels()] == list(ticks)


def test_numbers_as_labels():
    assert [decimal(density) for density in (1.0, 0.5, 0.05, 0.32768, 0.00001)] == [
        *("1", "0.5", "0.05", "0.32768", "0.00001")
    ]
    assert [scientific(value) for value in (1e10, 3e9, 1.5e12)] == [
        *("$10^{10}$", r"$3{\cdot}10^{9}$", r"$1.5{\cdot}10^{12}$")
    ]
