"""LRR at equal epochs: its ladder follows from C, and its networks are LRR's."""

from itertools import pairwise

import pytest
from grids import small
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sculpt.recipe.methods.lrr_equal import Settings
from sculpt.recipe.run import Run
from sculpt.recipe.tree import RecipeError, Tree

EQUAL = {"method": "lrr_equal", "targets": [0.1, 0.02]}


def densities(tree: Tree, run: Run) -> list[float]:
    return [tree.nodes[key].density for key in run.path]


def test_it_has_the_epochs_of_cyclic_training_in_even_steps():
    tree = small(EQUAL, {"method": "cyclic", "mask": "erk", "densities": [0.1]})
    runs = {run.id: run for run in tree.runs}
    spent = {id_: sum(tree.nodes[key].trained_epochs for key in run.path) for id_, run in runs.items()}
    assert spent["lrr_equal/0.1"] == spent["lrr_equal/0.02"] == spent["cyclic/erk_0.1"]
    for target in (0.1, 0.02):
        run = runs[f"lrr_equal/{target}"]
        assert len(run.path) == run.cycles == tree.cycles and run.reported == ((tree.cycles, run.path[-1]),)
        assert run.labels["method"] == "lrr_equal" and run.labels["target_density"] == target
        found = densities(tree, run)
        assert found[0] == 1 and found[-1] == target
        steps = [below / above for above, below in pairwise(found)]
        assert steps == pytest.approx([target ** (1 / (tree.cycles - 1))] * (tree.cycles - 1), rel=1e-4)


def test_its_networks_are_those_of_lrr_down_the_same_ladder():
    alone = small(EQUAL)
    (first, _) = alone.runs
    ladder = densities(alone, first)[1:]
    both = small(EQUAL, {"method": "lrr", "ladder": ladder})
    assert both.nodes.keys() == alone.nodes.keys()
    methods = {run.labels["method"] for run in both.runs if run.path[-1] == first.path[-1]}
    assert methods == {"lrr", "lrr_equal"}


@given(target=st.floats(0.001, 0.9), cycles=st.integers(2, 12))
def test_every_ladder_falls(target, cycles):
    tree = small({"method": "lrr_equal", "targets": [target]}, cycles=cycles)
    (run,) = tree.runs
    assert all(below < above for above, below in pairwise(densities(tree, run)))


def test_one_target_twice_is_refused():
    with pytest.raises(RecipeError, match=r"^runs\.0\.targets\.1: lrr_equal/0\.1; allowed: each run once"):
        small({"method": "lrr_equal", "targets": [0.1, 0.1]})


def test_a_target_without_a_prune_is_refused():
    with pytest.raises(ValidationError, match=r"targets\.1: 1; allowed: above 0 and below 1"):
        Settings.model_validate({"targets": (0.1, 1.0)})
