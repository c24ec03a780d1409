"""The rules of dynamic sparse training that this study compares, and how they are called."""

from typing import Any

from sculpt.plotting.looks import METHODS, Look

RULES = {
    "rigl": Look("RigL", "#882255", "P"),
    "set": Look("SET", "#117733", "p"),
    "gmp": Look("GMP", "#332288", "h", "--"),
    "acdc": Look("AC/DC", "#661100", "d", "--"),
}
"""By the name of the rule, which is the method of its runs. Colours of the muted scheme of Tol (2021), darkened."""
CONTROLS = ("long", "cyclic", "sculpt", "lrr", "lrr_equal")
"""The methods on the same axes."""

FAMILY = "dynamic baselines"
"""Claims n1 to n4 are corrected together."""


def look(method: str) -> Look:
    return RULES.get(method) or METHODS[method]


def name(method: str) -> str:
    """A method in a sentence."""
    return look(method).label


def entry(rule: str, mask: str, targets: list[float]) -> dict[str, Any]:
    """The entry of `runs` that adds runs of a rule."""
    drawn = {"mask": mask} if rule in ("rigl", "set") else {}
    return {"method": "dynamic", "variant": rule, **drawn, "targets": targets}
