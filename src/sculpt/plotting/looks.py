"""The colour, marker and line of each run method and each mask method, and of those that are not listed here."""

from typing import Any, NamedTuple
from zlib import crc32

_MARKER_SIZES = {"": 0, "*": 7, "X": 4.8, "^": 4.5, "v": 4.5, "<": 4.5, "o": 3.8, "s": 3.6, "D": 3.5}


class Look(NamedTuple):
    label: str
    color: str
    marker: str
    line: str = "-"

    @property
    def drawing(self) -> dict[str, Any]:
        """The arguments of a matplotlib line; marker sizes that look alike."""
        size = _MARKER_SIZES.get(self.marker, 6)
        drawing = {"color": self.color, "marker": self.marker, "linestyle": self.line, "markersize": size}
        return drawing | ({"markeredgewidth": 0.4} if self.marker.startswith("$") else {})


# The colours of Okabe and Ito (2008), which colour-blind readers tell apart; grey in place of their yellow.
METHODS = {
    "dense": Look("dense", "#777777", ""),
    "single": Look("single", "#56B4E9", "o"),
    "cyclic": Look("cyclic", "#0072B2", "s"),
    "long": Look("long", "#009E73", "D"),
    "sculpt": Look("SCULPT", "#D55E00", "*"),
    "lrr": Look("LRR", "#000000", "^", "--"),
    "imp": Look("IMP", "#CC79A7", "v", "--"),
    "wr": Look("WR", "#E69F00", "X", "--"),
    "lrr_equal": Look("LRR, equal epochs", "#8A5A2B", "<", ":"),
}
MASKS = {
    "erk": Look("ERK", "#0072B2", "s"),
    "balanced": Look("balanced", "#56B4E9", "D"),
    "uniform": Look("uniform", "#777777", "o"),
    "snip": Look("SNIP", "#E69F00", "v", "--"),
    "grasp": Look("GraSP", "#CC79A7", "X", "--"),
    "synflow": Look("SynFlow", "#009E73", "^", "--"),
    "magnitude": Look("magnitude", "#D55E00", "*", "--"),
}
_MORE_COLOURS = ("#332288", "#882255", "#117733", "#AA4499", "#666600", "#661100", "#004488")
"""Of the muted scheme of Tol (2021), darkened; for methods that are not listed above."""
_MORE_LINES = (":", "-.")


def mask_look(series: str) -> Look:
    """The look of a mask method, or of a mask method under a variant: `snip, noisy`."""
    return _look(series, MASKS)


def look_of(series: str) -> Look:
    """The look of a series (`sculpt.plotting.series`): of a run method, or of one with what sets its runs apart."""
    return _look(series, METHODS)


def _look(series: str, listed: dict[str, Look]) -> Look:
    """What is set apart has its method's colour; its marker and line follow from its name, as for unlisted methods."""
    method, _, apart = series.partition(", ")
    look = listed.get(method) or _named(method, method, _of_name(method, _MORE_COLOURS))
    return _named(f"{look.label}, {apart}", apart, look.color) if apart else look


def _named(label: str, name: str, color: str) -> Look:
    return Look(label, color, f"${name[0].upper()}$", _of_name(name, _MORE_LINES))


def _of_name(name: str, cycle: tuple[str, ...]) -> str:
    return cycle[crc32(name.encode()) % len(cycle)]
