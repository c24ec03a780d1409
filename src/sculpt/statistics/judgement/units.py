"""What the effects of claims are counted in."""

from sculpt.recipe.node import number

POINTS = "points of test accuracy"


def points(margin: float) -> str:
    """A margin in words: `one point`, `2 points`."""
    return "one point" if margin == 1 else f"{number(margin)} points"


def inside(margin: float, of: str = "points of test accuracy") -> str:
    """The unit of a claim that two are equivalent (`within`): how far their distance stays inside the margin."""
    return f"{of} inside the margin of {number(margin)}"
