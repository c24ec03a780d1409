"""Experiments as the tree takes them: the repository's own, and small ones."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

from sculpt.core.settings import Values
from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.recipe.tree import Tree

ROOT = Path(__file__).parents[2]


@cache
def _described() -> dict[str, Values]:
    return {name: described(found) for name, found in load(ROOT / "params.yaml").experiments.items()}


def experiment(name: str = "digits", **changed: Any) -> Values:
    return copy.deepcopy(_described()[name]) | changed


def names() -> list[str]:
    return list(_described())


def small(*runs: Values, **changed: Any) -> Tree:
    """The tree of a few runs, with a variant that has label noise, one that has another rate, and a transform."""
    plain = experiment()
    training = plain["training"]
    variants = {"noisy": training | {"label_noise": 0.2}, "slow": training | {"learning_rate": 0.01, "epochs": 7}}
    transforms = {"mixed": {"name": "shuffle_signs"}}
    return Tree(plain | {"variants": variants, "transforms": transforms, "runs": list(runs)} | changed)
