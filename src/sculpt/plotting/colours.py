"""The colour scale of maps, and text that can be read on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.colors import Colormap


def palette() -> Colormap:
    """From light for low values to dark for high ones, also in grey."""
    import seaborn

    return seaborn.color_palette("crest", as_cmap=True)


def readable_on(color: tuple[float, ...]) -> str:
    """Black or white, whichever has the higher contrast (WCAG 2: never below 4.5) on `color`."""
    from seaborn.utils import relative_luminance

    return "black" if relative_luminance(color) > 0.179 else "white"
