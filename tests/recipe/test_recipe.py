"""The tree of recipes: shared prefixes, parents, paths, and what an edit adds."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sculpt.params.load import Experiment, ParamsError, load
from sculpt.recipe.tree import NODE_SHAPES, TRAINED_STAGES, Block, Mask, Recipe, node_folder, number

EXPERIMENTS = load(Path(__file__).parents[2] / "params.yaml").experiments
DIGITS = EXPERIMENTS["digits"]


def changed(**sections) -> Experiment:
    settings = DIGITS.model_dump(mode="json") | sections
    return Experiment.model_validate_json(json.dumps(settings))


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe(DIGITS)


def test_default_experiment_is_the_one_of_the_design(recipe):
    assert len(recipe.nodes) == 90
    assert [len(recipe.stage(stage)) for stage in ("dense", "cyclic", "sculpt", "iterative")] == [5, 47, 20, 18]
    assert recipe.blocks == [Block(0, 2)]


def test_parents_of_each_kind_of_node(recipe):
    def parents(key):
        node = recipe.find(key)
        return node.weights_from, node.mask_from, node.prune, node.first_epoch

    assert parents("dense/cycle_1") == ("init/init", "init/init", None, 0)
    assert parents("dense/rewind_1") == ("init/init", "init/init", None, 0)
    assert parents("cyclic/erk_0.05/cycle_1") == ("init/init", "masks/erk_0.05", None, 0)
    assert parents("cyclic/erk_0.05/cycle_3") == ("cyclic/erk_0.05/cycle_2",) * 2 + (None, 10)
    assert parents("cyclic/erk_0.05/long_4") == ("init/init", "masks/erk_0.05", None, 0)
    assert parents("sculpt/erk_0.5/cycle_3/0.01") == ("cyclic/erk_0.5/cycle_3",) * 2 + (0.01, 15)
    assert parents("iterative/lrr/0.5") == ("dense/cycle_1",) * 2 + (0.5, 5)
    assert parents("iterative/lrr/0.5/0.2") == ("iterative/lrr/0.5",) * 2 + (0.2, 10)
    assert parents("iterative/imp/0.5/0.2") == ("init/init", "iterative/imp/0.5", 0.2, 10)
    assert parents("iterative/wr_1/0.5/0.2") == ("dense/rewind_1", "iterative/wr_1/0.5", 0.2, 10)


def test_every_parent_exists_and_lies_before_its_child(recipe):
    made = {"init/init", *recipe.masks}
    for node in recipe.nodes.values():
        assert {node.weights_from, node.mask_from} <= made | set(recipe.nodes)
    assert all(recipe.path(key)[-1].key == key for key in recipe.nodes)


def test_sculpt_costs_as_many_epochs_as_cyclic_and_long(recipe):
    for key in ("sculpt/erk_0.5/cycle_3/0.01", "cyclic/erk_0.01/cycle_4", "cyclic/erk_0.01/long_4"):
        assert sum(node.trained_epochs for node in recipe.path(key)) == 20


def test_shapes_fit_their_own_stage_and_no_other(recipe):
    for node in recipe.nodes.values():
        fitting = [stage for stage in TRAINED_STAGES if re.fullmatch(NODE_SHAPES[stage], node.name)]
        assert fitting == [node.stage]


@pytest.mark.parametrize("method", ["erk", "layer_magnitude", "er2"])
def test_a_mask_method_is_named_as_a_module_may_be(method):
    assert re.fullmatch(NODE_SHAPES["masks"], Mask(method, 0.05).name)
    assert re.fullmatch(NODE_SHAPES["sculpt"], f"{Mask(method, 0.5).name}/cycle_3/0.01")


def test_one_more_cycle_keeps_every_cycle_and_adds_the_new_branch(recipe):
    longer = Recipe(changed(cyclic={**DIGITS.cyclic.model_dump(mode="json"), "cycles": 5}))
    cycles = {key for key in recipe.nodes if "/cycle_" in key and not key.startswith("sculpt")}
    assert cycles <= set(longer.nodes)
    assert all(longer.nodes[key] == recipe.nodes[key] for key in cycles)
    assert "cyclic/erk_0.05/long_5" in longer.nodes and "sculpt/erk_0.5/cycle_4/0.01" in longer.nodes


def test_one_more_seed_block_keeps_the_blocks():
    six = Recipe(changed(seeds=6))
    assert [block.name for block in six.blocks] == ["seeds_0-2", "seeds_3-5"]
    assert Recipe(changed(seeds=4)).blocks[-1] == Block(3, 3)
    assert Block.parse("seeds_3-5").seeds == [3, 4, 5]


def test_sharing_is_counted_against_every_run_alone(recipe):
    assert sum(node.trained_epochs for node in recipe.nodes.values()) == 536
    dense, single, cyclic, trunks, long, sculpt = 20, 8 * 5, 8 * 20, 3 * 15, 6 * 20, 20 * 20
    iterative = 3 * sum(5 * (level + 1) for level in range(1, 7))
    assert recipe.unshared_epochs() == dense + single + cyclic + trunks + long + sculpt + iterative


def test_runs_name_each_node_and_single_twice(recipe):
    runs = recipe.runs()
    assert len({(run["method"], run["cycles"], run["node"]) for run in runs}) == len(runs)
    of_node = [(run["method"], run["cycle"], run["cycles"]) for run in runs if run["node"] == "cyclic/erk_0.05/cycle_1"]
    assert of_node == [("single", 1, 1), ("cyclic", 1, 4)]
    assert not any("rewind" in run["node"] for run in runs)


def test_an_unknown_node_says_what_there_is(recipe):
    with pytest.raises(
        ParamsError, match=r"dense/cycle_9: this experiment has no such node; in stage dense: cycle_1, "
    ):
        recipe.find("dense/cycle_9")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_no_two_nodes_have_one_name(name):
    nodes = Recipe(EXPERIMENTS[name])._all_nodes()
    assert len({node.key for node in nodes}) == len(nodes)


def test_folders():
    assert node_folder("digits", "seeds_0-2", "init/init") == "results/digits/init/seeds_0-2"
    assert node_folder("digits", "seeds_0-2", "sculpt/a/b") == "results/digits/sculpt/seeds_0-2/a/b"


@given(st.floats(min_value=1e-9, max_value=1, exclude_min=True))
def test_numbers_in_paths_are_decimals_that_read_back_the_same(value):
    text = number(value)
    assert float(text) == value and re.fullmatch(r"[0-9.]+", text)
