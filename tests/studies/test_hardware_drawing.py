"""Labels of the study's figures: densities, large and small numbers."""

import pytest
from matplotlib.figure import Figure

from sculpt.studies.hardware.drawing import every_density, in_thousands
from sculpt.studies.hardware.figures.hardware_sensitivity import short


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.4, "0.4"), (12.34, "12"), (123.4, "123"), (0.02, "0.02"), (0.0123, "0.012"), (3.2e-7, "3e-7")],
)
def test_numbers_in_cells_are_short(value, text):
    assert short(value) == text


def test_densities_that_find_no_room_keep_a_tick():
    axes = Figure((1.5, 1)).subplots()
    every_density(axes, [0.1, 0.099, 0.098, 0.097, 0.01, 0.1], 1.0)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.1", "\n0.099", "", "", "0.01"]
    assert axes.get_xticks().tolist() == [0.1, 0.099, 0.098, 0.097, 0.01]


@pytest.mark.parametrize(("value", "text"), [(0.3, "0.3"), (500, "500"), (30_000, "30k"), (1_500_000, "1.5M")])
def test_large_numbers_of_an_axis_are_in_thousands(value, text):
    assert in_thousands(value) == text
