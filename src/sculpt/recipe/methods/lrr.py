"""Learning rate rewinding: prune, train on from the same weights (Renda et al. 2020, arXiv 2003.02389)."""

from sculpt.core.settings import Values
from sculpt.recipe.cycles import ladder
from sculpt.recipe.settings import LadderSettings
from sculpt.recipe.tree import Tree


class Settings(LadderSettings):
    pass


def plan(tree: Tree, settings: Values) -> None:
    ladder(tree, settings, "lrr", lambda above: above)
