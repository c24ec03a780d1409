"""Each method can be told from every other, and so can what nobody gave a look."""

import numpy as np
from seaborn.utils import relative_luminance

from sculpt.plotting.colours import palette, readable_on
from sculpt.plotting.looks import MASKS, METHODS, look_of, mask_look


def test_methods_differ_in_colour_and_in_marker():
    for looks in (METHODS, MASKS):
        assert len({look.color for look in looks.values()}) == len(looks)
        assert len({look.marker for look in looks.values()}) == len(looks)
    assert [look.label for look in METHODS.values()] == [
        *("dense", "single", "cyclic", "long", "SCULPT", "LRR", "IMP", "WR", "LRR, equal epochs")
    ]


def test_an_unlisted_method_has_a_look_that_follows_from_its_name():
    for look_named, listed in ((look_of, METHODS), (mask_look, MASKS)):
        fresh, other = look_named("fresh"), look_named("other")
        assert fresh == look_named("fresh") and fresh.label == "fresh" and fresh.marker != other.marker
        assert {fresh.color, other.color}.isdisjoint(look.color for look in listed.values())


def test_what_sets_runs_apart_shows_beside_the_colour_of_their_method():
    plain, noisy, long = (look_of(series) for series in ("sculpt", "sculpt, noisy", "sculpt, long"))
    assert noisy.label == "SCULPT, noisy"
    assert plain.color == noisy.color == long.color
    assert len({plain.marker, noisy.marker, long.marker}) == 3 and plain.line != noisy.line


def test_text_on_every_colour_of_a_map_is_readable():
    for color in palette()(np.linspace(0, 1, 256)):
        light, dark = sorted([relative_luminance(color), relative_luminance(readable_on(color))])[::-1]
        assert (light + 0.05) / (dark + 0.05) >= 4.5
