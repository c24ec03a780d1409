"""Runs of another number of cycles than C, one schedule over the dense network, and SCULPT in two prunes."""

import pytest
from grids import small
from pydantic import ValidationError

from sculpt.recipe.methods.sculpt_twice import Settings as SculptTwice
from sculpt.recipe.node import INIT
from sculpt.recipe.tree import RecipeError

ERK = {"mask": "erk", "densities": [0.05]}
CYCLIC, LONG = {"method": "cyclic", **ERK}, {"method": "long", **ERK}
SCULPT = {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.05]}
TWICE = {"method": "sculpt_twice", "mask": "erk", "start": 0.5, "via": 0.1, "targets": [0.05, 0.02]}


def runs(tree):
    return {run.id: run for run in tree.runs}


def reported(run):
    return [cycle for cycle, _ in run.reported]


def test_more_cycles_share_those_of_c_and_are_a_run_of_their_own():
    tree = small(CYCLIC, {**CYCLIC, "cycles": 7}, LONG, {**LONG, "cycles": 7})
    found = runs(tree)
    assert list(found) == [
        *("single/erk_0.05", "cyclic/erk_0.05", "cyclic/erk_0.05/7_cycles", "long/erk_0.05", "long/erk_0.05/7_cycles")
    ]
    more, long = found["cyclic/erk_0.05/7_cycles"], found["long/erk_0.05/7_cycles"]
    assert more.path == tuple(f"cyclic/erk_0.05/cycle_{c}" for c in range(1, 8)) and more.cycles == 7
    assert reported(more) == [1, 2, 3, 4, 5, 6, 7] and reported(long) == [7] and long.cycles == 7
    assert {run.labels["length"] for run in (more, long)} == {7}
    assert {found[name].labels["length"] for name in ("cyclic/erk_0.05", "long/erk_0.05")} == {None}
    assert len(tree.nodes) == 7 + 2
    (node,) = (tree.nodes[key] for key in long.path)
    assert (node.key, node.epochs, node.stretch) == ("cyclic/erk_0.05/long_7", 35, 7)


def test_a_run_of_its_own_number_reports_no_single_cycle():
    tree = small({**CYCLIC, "cycles": 2})
    assert list(runs(tree)) == ["cyclic/erk_0.05/2_cycles"]


def test_the_number_c_said_once_more_is_the_ordinary_run():
    tree = small({**CYCLIC, "cycles": 4}, {**LONG, "cycles": 4}, {**SCULPT, "cycles": 4})
    assert [run.id for run in tree.runs if run.result] == ["cyclic/erk_0.05", "long/erk_0.05", "sculpt/erk_0.5/0.05"]
    assert not any(run.labels["length"] for run in tree.runs)
    with pytest.raises(RecipeError, match=r"^runs\.1\.densities\.0: cyclic/erk_0\.05; allowed: each run once"):
        small(CYCLIC, {**CYCLIC, "cycles": 4})


def test_sculpt_of_another_length_has_one_cycle_after_its_prune():
    tree = small(SCULPT, {**SCULPT, "cycles": 6}, {**SCULPT, "cycles": 2})
    found = runs(tree)
    long = found["sculpt/erk_0.5/0.05/6_cycles"]
    assert long.path == (*(f"cyclic/erk_0.5/cycle_{c}" for c in range(1, 6)), "sculpt/erk_0.5/cycle_5/0.05")
    assert (long.cycles, reported(long), long.labels["length"]) == (6, [6], 6)
    assert tree.nodes[long.path[-1]].first_epoch == 25
    assert found["sculpt/erk_0.5/0.05/2_cycles"].path == ("cyclic/erk_0.5/cycle_1", "sculpt/erk_0.5/cycle_1/0.05")
    assert reported(found["cyclic/erk_0.5"]) == [1, 2, 3, 4, 5], "every cycle of the trunks is in the tables"


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_trunks_that_nobody_asked_for_the_longer_is_told(first):
    asked = [SCULPT, {**SCULPT, "cycles": 6}]
    (trunk,) = (run for run in small(asked[first], asked[1 - first]).runs if not run.result)
    assert trunk.cycles == 5
    tree = small(asked[first], {"method": "cyclic", "mask": "erk", "densities": [0.5]}, asked[1 - first])
    assert runs(tree)["cyclic/erk_0.5"].result and runs(tree)["cyclic/erk_0.5"].cycles == 4


def test_the_dense_network_has_one_schedule_over_all_cycles():
    tree = small(
        {"method": "dense", "cycles": 4}, {"method": "dense_long"}, {"method": "dense_long", "variant": "slow"}
    )
    plain, slow = runs(tree)["dense_long"], runs(tree)["slow/dense_long"]
    node = tree.nodes["dense/long_4"]
    assert plain.path == ("dense/long_4",) and plain.reported == ((4, "dense/long_4"),) and plain.mask_key is None
    assert (node.weights_from, node.mask_from, node.epochs, node.first_epoch, node.stretch) == (INIT, INIT, 20, 0, 4)
    assert plain.labels["method"] == "dense_long" and plain.labels["target_density"] == 1.0
    assert slow.labels["variant"] == "slow" and tree.nodes["dense/slow/long_4"].epochs == 28


def test_two_prunes_are_one_cycle_apart_and_end_at_c():
    tree = small(TWICE)
    found = runs(tree)
    run = found["sculpt_twice/erk_0.5/0.1/0.02"]
    via, end = "sculpt/erk_0.5/cycle_2/0.1", "sculpt/erk_0.5/cycle_2/0.1/0.02"
    assert run.path == ("cyclic/erk_0.5/cycle_1", "cyclic/erk_0.5/cycle_2", via, end)
    assert run.reported == ((4, end),) and run.cycles == 4
    assert [(tree.nodes[key].prune, tree.nodes[key].first_epoch) for key in (via, end)] == [(0.1, 10), (0.02, 15)]
    assert tree.nodes[end].weights_from == tree.nodes[end].mask_from == via
    assert (run.labels["start_density"], run.labels["target_density"]) == (0.5, 0.02)
    assert len(tree.nodes) == 2 + 1 + 2, "the first prune is shared by the targets"


def test_the_densities_of_two_prunes_fall():
    given = {key: value for key, value in TWICE.items() if key != "method"} | {"targets": (0.05, 0.02)}
    SculptTwice.model_validate(given)
    with pytest.raises(ValidationError, match=r"via: 0\.5; allowed: above 0 and below the start density 0\.5"):
        SculptTwice.model_validate(given | {"via": 0.5})
    with pytest.raises(ValidationError, match=r"targets\.1: 0\.1; allowed: above 0 and below via, 0\.1"):
        SculptTwice.model_validate(given | {"targets": (0.05, 0.1)})
