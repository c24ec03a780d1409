"""Coupled runs: masks of other runs' ladders, the weights under them, and what of it is shared."""

import json

import pytest
from grids import experiment, small

from sculpt.core.kinds import MASK_CHANGES
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.train import CYCLIC
from sculpt.recipe.node import INIT
from sculpt.recipe.tree import RecipeError

LRR = {"method": "lrr", "ladder": [0.5, 0.05]}
WR = {"method": "wr", "rewind_epoch": 2, "ladder": [0.5, 0.05]}
FIRST = {"method": "coupled", "mask_of": "lrr", "ladder": [0.5, 0.05], "weights": "warm_up", "rewind_epoch": 2}
COUPLED = {**FIRST, "targets": [0.05]}
INITIAL = {key: value for key, value in COUPLED.items() if key != "rewind_epoch"} | {"weights": "initial"}
ERK = {"method": "coupled", "mask_of": "erk", "weights": "initial", "targets": [0.05]}
KEY = "cyclic/lrr_0.05~warm_up/cycle_"


def parents(node):
    return node.weights_from, node.mask_from, node.first_epoch, node.change, node.transform


def test_a_run_shows_each_cycle_on_the_ladders_mask_from_the_warm_up_weights():
    tree = small(COUPLED)
    (run,) = tree.runs
    assert run.id == "coupled/lrr_0.05/warm_up" and run.cycles == 4 and run.mask_key is None
    assert run.path == tuple(f"{KEY}{c}" for c in (1, 2, 3, 4)) == tree.path(f"{KEY}4")
    assert run.reported == tuple(enumerate(run.path, start=1))
    assert parents(tree.nodes[f"{KEY}1"]) == ("dense/rewind_2", "iterative/lrr/0.5/0.05", 0, None, None)
    assert parents(tree.nodes[f"{KEY}3"]) == (f"{KEY}2", f"{KEY}2", 10, None, None)
    wanted = {"method": "coupled", "mask": "lrr", "weights": "warm_up", "target_density": 0.05}
    assert {label: value for label, value in run.labels.items() if value is not None} == wanted


@pytest.mark.parametrize("other", [LRR, WR])
def test_the_ladder_and_the_rewind_point_are_those_of_the_method_itself(other):
    mine = {**COUPLED, "mask_of": other["method"]}
    alone, both = small(mine), small(mine, other)
    assert alone.nodes.items() <= both.nodes.items()
    assert both.nodes.keys() - alone.nodes.keys() == set(), "the method trains nothing that is not there"


def test_a_path_begins_with_the_first_cycle_and_no_node_stands_before_it():
    tree = small(COUPLED)
    assert tree.before(tree.nodes[f"{KEY}1"]) is None and tree.before(tree.nodes[f"{KEY}2"]) == f"{KEY}1"
    assert [f"{KEY}{c}" for c in (1, 2, 3, 4)] in [[node.key for node in branch] for branch in tree.branches()]


def test_a_run_costs_what_its_mask_cost_too():
    """The dense cycle, the warm-up within it once, two rungs, and four cycles of its own."""
    tree = small(COUPLED)
    ladder = ["dense/cycle_1", "iterative/lrr/0.5", "iterative/lrr/0.5/0.05"]
    assert tree.cost(f"{KEY}4") == sorted([*(f"{KEY}{c}" for c in (1, 2, 3, 4)), *ladder])
    assert sum(tree.nodes[key].trained_epochs for key in tree.cost(f"{KEY}4")) == 5 * 7


def test_arms_have_nodes_and_labels_of_their_own():
    masks = {"lrr": {}, "lrr+shuffled": {"change": "shuffled"}, "lrr+other_seed": {"change": "other_seed"}}
    fresh = {"mixed": {"name": "fresh_weights", "offset": 10000}}
    arms = [
        {**start, **more} for start in (COUPLED, INITIAL, {**INITIAL, "transform": "mixed"}) for more in masks.values()
    ]
    tree = small(*arms, transforms=fresh)
    names = [f"coupled/{mask}_0.05/{start}" for start in ("warm_up", "initial", "initial+mixed") for mask in masks]
    assert [run.id for run in tree.runs] == names
    assert [run.labels["mask"] for run in tree.runs] == [*masks] * 3
    first = tree.nodes["cyclic/lrr+other_seed_0.05~initial+mixed/cycle_1"]
    assert parents(first) == (INIT, "iterative/lrr/0.5/0.05", 0, "other_seed", "mixed")
    second = tree.nodes["cyclic/lrr+other_seed_0.05~initial+mixed/cycle_2"]
    assert (second.change, second.transform) == (None, None), "both act on a start"
    assert len(tree.nodes) == 1 + 1 + 2 + 9 * 4


def test_a_drawn_mask_with_the_initial_weights_is_the_cyclic_run():
    cyclic = {"method": "cyclic", "mask": "erk", "densities": [0.05]}
    tree = small(ERK, cyclic)
    assert len(tree.nodes) == 4 and tree.runs[0].path == tree.runs[-1].path
    assert tree.runs[0].mask_key == "masks/erk_0.05" and tree.runs[0].id == "coupled/erk_0.05/initial"
    warm = small({**ERK, "weights": "warm_up", "rewind_epoch": 1})
    first = warm.nodes["cyclic/erk_0.05~warm_up/cycle_1"]
    assert parents(first) == ("dense/rewind_1", "masks/erk_0.05", 0, None, None)
    assert warm.runs[0].mask_key == "masks/erk_0.05"
    shuffled = small({**ERK, "change": "shuffled"})
    assert shuffled.runs[0].path[0] == "cyclic/erk+shuffled_0.05~initial/cycle_1" and not shuffled.runs[0].mask_key


def test_a_variant_goes_down_its_own_ladder_and_more_cycles_are_another_length():
    tree = small({**COUPLED, "variant": "slow"}, COUPLED, {**COUPLED, "cycles": 2})
    slow, plain, short = tree.runs
    assert slow.path[0] == "cyclic/slow/lrr_0.05~warm_up/cycle_1" and slow.id == "slow/coupled/lrr_0.05/warm_up"
    node = tree.nodes[slow.path[0]]
    assert (node.weights_from, node.mask_from) == ("dense/slow/rewind_2", "iterative/slow/lrr/0.5/0.05")
    assert short.id == "coupled/lrr_0.05/warm_up/2_cycles" and short.labels["length"] == 2
    assert short.path == plain.path[:2]


def test_the_mask_of_another_seed_needs_another_seed_in_each_block():
    other = {**COUPLED, "change": "other_seed"}
    said = r"runs\.0\.change: other_seed; allowed: with two seeds in each block, .* seeds_2-2 has one"
    with pytest.raises(RecipeError, match=said):
        small(other, seeds=3, replicates=2)
    small(other, seeds=4, replicates=2)
    small({**COUPLED, "change": "shuffled"}, seeds=3, replicates=2)


def test_the_jobs_settings_name_the_change_and_its_module_is_in_their_identity():
    plain = experiment(runs=[{**COUPLED, "change": "shuffled"}, COUPLED], figures={}, analyses={})
    plain.pop("hardware")
    jobs = {job.wildcards["node"]: job for job in CYCLIC.all_jobs(Grid("some", plain))}
    job = jobs["lrr+shuffled_0.05~warm_up/cycle_1"]
    assert json.loads(job.config)["change"] == {"name": "shuffled"}
    assert MASK_CHANGES.module("shuffled") in job.chosen and job.origins["change"] == "runs"
    others = {name for name, job in jobs.items() if "change" in json.loads(job.config)}
    assert others == {"lrr+shuffled_0.05~warm_up/cycle_1"}
    folders = {file.rpartition("/")[0] for file in (*job.inputs["weights"], *job.inputs["mask"])}
    assert folders == {
        f"results/some/{name}" for name in ("dense/seeds_0-9/rewind_2", "iterative/seeds_0-9/lrr/0.5/0.05")
    }
