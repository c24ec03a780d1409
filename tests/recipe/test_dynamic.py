"""Dynamic runs: one schedule over C cycles' epochs, from a drawn mask or from the dense network."""

import pytest
from grids import experiment
from pydantic import ValidationError

from sculpt.recipe.methods.dynamic import Settings
from sculpt.recipe.tree import Tree

RIGL = {"name": "rigl", "drop": 0.3, "until": 0.75, "samples": 64}
GMP = {"name": "gmp", "until": 0.75}
SPARSE = {"method": "dynamic", "variant": "rigl", "mask": "erk", "targets": [0.05, 0.02]}
DENSE = {"method": "dynamic", "variant": "gmp", "targets": [0.05]}


def planned(*runs):
    plain = experiment()
    variants = {name: plain["training"] | {"between": rule} for name, rule in (("rigl", RIGL), ("gmp", GMP))}
    return Tree(plain | {"variants": variants, "runs": list(runs)})


def test_a_rule_that_rewires_starts_on_the_drawn_mask():
    tree = planned(SPARSE, {"method": "long", "mask": "erk", "densities": [0.05]})
    run, _, long = tree.runs
    (node,) = (tree.nodes[key] for key in run.path)
    assert run.id == "rigl/rigl/erk_0.05" and node.key == f"cyclic/rigl/erk_0.05/rigl_{tree.cycles}"
    assert run.labels | {"method": "rigl", "mask": "erk", "target_density": 0.05, "variant": "rigl"} == run.labels
    assert run.mask_key == long.mask_key == node.mask_from == "masks/erk_0.05" and node.weights_from == "init/init"
    control = tree.nodes[long.path[0]]
    assert (node.epochs, node.stretch, node.first_epoch) == (control.epochs, control.stretch, control.first_epoch)
    assert run.reported == ((tree.cycles, node.key),) and run.cycles == tree.cycles and run.result
    assert node.density == 0.05 and node.prune is None


def test_a_rule_that_thins_starts_with_the_dense_network():
    (run,) = (tree := planned(DENSE)).runs
    (node,) = (tree.nodes[key] for key in run.path)
    assert run.id == "gmp/gmp/0.05" and node.key == f"dense/gmp/0.05/gmp_{tree.cycles}"
    assert node.mask_from == node.weights_from == "init/init" and node.density == 0.05
    assert run.mask_key is None and run.labels["mask"] is None and not tree.masks


def test_its_cost_is_its_own_and_its_mask_s():
    tree = planned(SPARSE, DENSE)
    assert tree.cost("cyclic/rigl/erk_0.05/rigl_4") == ["cyclic/rigl/erk_0.05/rigl_4", "masks/erk_0.05"]
    assert tree.cost("dense/gmp/0.05/gmp_4") == ["dense/gmp/0.05/gmp_4"]


def test_targets_are_needed():
    with pytest.raises(ValidationError, match="targets"):
        Settings()
