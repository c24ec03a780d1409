"""The tree of recipes: shared prefixes, parents, paths, costs, and what an edit adds."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from grids import experiment, names, small
from hypothesis import given
from hypothesis import strategies as st

from sculpt.recipe.node import INIT, TRAINED_STAGES, Block, node_folder, number
from sculpt.recipe.tree import RecipeError, Tree

CYCLIC = {"method": "cyclic", "mask": "erk", "densities": [0.5]}
SCULPT = {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1]}


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(experiment())


def test_the_default_experiment_is_the_one_of_the_design(tree):
    assert len(tree.nodes) == 111
    assert [len(tree.stage(stage)) for stage in TRAINED_STAGES] == [5, 59, 20, 27]
    assert len(tree.masks) == 16 and tree.blocks == [Block(0, 9)]


def test_the_tables_have_one_row_per_run_and_cycle(tree):
    rows = [(run.id, cycle) for run in tree.runs for cycle, _ in run.reported]
    assert len(rows) == len(set(rows)) == 112
    counts: dict[str, int] = {}
    for run in tree.runs:
        counts[run.labels["method"]] = counts.get(run.labels["method"], 0) + len(run.reported)
    iterative = {"lrr": 6, "imp": 6, "wr": 6, "lrr_equal": 3, "coupled": 3 * 4}
    cyclic = 8 * 4 + 3 * 3  # eight runs, and the three trunks of SCULPT that are no runs
    assert counts == {"dense": 4, "masks": 0, "single": 8, "cyclic": cyclic, "long": 6, "sculpt": 20, **iterative}


def test_parents_of_each_kind_of_node(tree):
    def parents(key):
        node = tree.find(key)
        return node.weights_from, node.mask_from, node.prune, node.first_epoch

    assert parents("dense/cycle_1") == (INIT, INIT, None, 0)
    assert parents("dense/rewind_1") == (INIT, INIT, None, 0)
    assert parents("cyclic/erk_0.05/cycle_1") == (INIT, "masks/erk_0.05", None, 0)
    assert parents("cyclic/erk_0.05/cycle_3") == ("cyclic/erk_0.05/cycle_2",) * 2 + (None, 10)
    assert parents("cyclic/erk_0.05/long_4") == (INIT, "masks/erk_0.05", None, 0)
    assert parents("sculpt/erk_0.5/cycle_3/0.01") == ("cyclic/erk_0.5/cycle_3",) * 2 + (0.01, 15)
    assert parents("iterative/lrr/0.5") == ("dense/cycle_1",) * 2 + (0.5, 5)
    assert parents("iterative/lrr/0.5/0.2") == ("iterative/lrr/0.5",) * 2 + (0.2, 10)
    assert parents("iterative/imp/0.5/0.2") == (INIT, "iterative/imp/0.5", 0.2, 10)
    assert parents("iterative/wr_1/0.5/0.2") == ("dense/rewind_1", "iterative/wr_1/0.5", 0.2, 10)


@pytest.mark.parametrize("name", names())
def test_every_parent_lies_before_its_child_and_every_run_is_made_of_nodes(name):
    tree = Tree(experiment(name))
    made = {INIT, *tree.masks}
    for key, node in tree.nodes.items():
        assert {node.weights_from, node.mask_from} <= made, key
        assert node.stage in TRAINED_STAGES and tree.path(key)[-1] == key
        made.add(key)
    for run in tree.runs:
        assert {*run.path, *(key for _, key in run.reported)} <= tree.nodes.keys()
        assert run.mask_key is None or run.mask_key in tree.masks
        assert [cycle for cycle, _ in run.reported] == sorted({cycle for cycle, _ in run.reported})
        assert not run.reported or run.reported[-1] == (run.cycles, run.path[-1])


def test_sculpt_costs_as_many_epochs_as_cyclic_and_long(tree):
    for key in ("sculpt/erk_0.5/cycle_3/0.01", "cyclic/erk_0.01/cycle_4", "cyclic/erk_0.01/long_4"):
        assert epochs(tree, key) == 20


def epochs(tree: Tree, key: str) -> int:
    """What the node and all before it trained, each epoch once."""
    own = {INIT: 0, **dict.fromkeys(tree.masks, 0), **{key: node.trained_epochs for key, node in tree.nodes.items()}}
    columns = ("epochs", "train_flops", "train_flops_dense")
    (seed,) = tree.cumulative(key, {part: [dict.fromkeys(columns, cost)] for part, cost in own.items()})
    return seed["epochs"]


def test_costs_are_summed_per_seed_over_nodes_and_masks_on_both_sides(tree):
    """IMP takes the initial weights anew; what its masks cost is on the side of the mask alone."""
    columns = ("epochs", "train_flops", "train_flops_dense")
    own = {
        key: [dict(zip(columns, (1, 10 * seed, 100), strict=True)) for seed in (1, 2)]
        for key in (*tree.nodes, *tree.masks)
    }
    for key, parts in (("iterative/imp/0.5/0.2", 3), ("sculpt/erk_0.5/cycle_3/0.01", 5), ("cyclic/erk_0.05/long_4", 2)):
        first, second = tree.cumulative(key, own)
        assert first == dict(zip(columns, (parts, 10 * parts, 100 * parts), strict=True)), key
        assert second["train_flops"] == 20 * parts


def test_the_epochs_up_to_a_rewind_point_are_charged_once(tree):
    """They are the first of dense/cycle_1, which is on the path too; alone, the point costs its own."""
    assert "dense/rewind_1" in tree.ancestors("iterative/wr_1/0.5")
    assert tree.cost("iterative/wr_1/0.5") == ["dense/cycle_1", "iterative/wr_1/0.5"]
    assert epochs(tree, "iterative/wr_1/0.5/0.2") == epochs(tree, "iterative/lrr/0.5/0.2") == 15
    assert tree.cost("dense/rewind_1") == ["dense/rewind_1"]


def test_the_data_order_goes_on_from_the_side_of_the_mask():
    """The weights of IMP and WR come from an earlier epoch, which they do not go back to."""
    found = small({"method": "wr", "rewind_epoch": 2, "ladder": [0.5, 0.2]}, {"method": "imp", "ladder": [0.5, 0.2]})
    for key in ("iterative/wr_2/0.5/0.2", "iterative/imp/0.5/0.2"):
        assert found.nodes[key].first_epoch == 10


def test_one_more_cycle_keeps_every_cycle_and_adds_the_new_branch(tree):
    longer = Tree(experiment(cycles=5))
    cycles = {key for key in tree.nodes if "/cycle_" in key and not key.startswith("sculpt")}
    assert all(longer.nodes[key] == tree.nodes[key] for key in cycles)
    assert "cyclic/erk_0.05/long_5" in longer.nodes and "sculpt/erk_0.5/cycle_4/0.01" in longer.nodes


def test_one_more_seed_block_keeps_the_blocks():
    six, four = (Tree(experiment(seeds=seeds, replicates=3)) for seeds in (6, 4))
    assert [block.name for block in six.blocks] == ["seeds_0-2", "seeds_3-5"] and six.blocks[1].seeds == [3, 4, 5]
    assert four.blocks[-1] == Block(3, 3)


def test_sharing_is_counted_against_every_run_alone(tree):
    assert sum(node.trained_epochs for node in tree.nodes.values()) == 641
    dense, single, cyclic, long, sculpt = 20, 8 * 5, 8 * 20, 6 * 20, 20 * 20
    iterative = 3 * sum(5 * (level + 1) for level in range(1, 7)) + 3 * 20
    coupled = 3 * 20  # beside the ladders that their masks come from
    assert tree.unshared_epochs() == dense + single + cyclic + long + sculpt + iterative + coupled


def test_a_trunk_is_no_result_until_it_is_asked_for():
    alone, asked, asked_before = small(SCULPT), small(SCULPT, CYCLIC), small(CYCLIC, SCULPT)
    (trunk,) = (run for run in alone.runs if run.id == "cyclic/erk_0.5")
    assert not trunk.result and trunk.cycles == 3 and len(trunk.reported) == 3
    for tree in (asked, asked_before):
        (run,) = (run for run in tree.runs if run.id == "cyclic/erk_0.5")
        assert run.result and run.cycles == 4 and len(run.reported) == 4


def test_two_starts_of_one_density_share_their_trunk():
    other = {**SCULPT, "targets": [0.05]}
    tree = small(SCULPT, other)
    assert [run.id for run in tree.runs] == ["cyclic/erk_0.5", "sculpt/erk_0.5/0.1", "sculpt/erk_0.5/0.05"]


def test_paths_name_the_variant_the_transform_and_the_criterion():
    masked = {"variant": "slow", "transform": "mixed"}
    tree = small(
        {**CYCLIC, **masked},
        {**SCULPT, **masked, "criterion": "snip"},
        {"method": "long", "mask": "erk", "densities": [0.5], **masked},
        {"method": "imp", "ladder": [0.5, 0.2], "criterion": "snip", **masked},
        {"method": "lrr", "ladder": [0.5], "criterion": "magnitude"},
    )
    keys = [
        "cyclic/slow/erk_0.5+mixed/cycle_1",
        "sculpt/slow/erk_0.5+mixed/cycle_3/0.1+snip",
        "cyclic/slow/erk_0.5+mixed/long_4",
        "iterative/slow/imp+mixed/0.5+snip/0.2+snip",
        "iterative/lrr/0.5",
    ]
    assert set(keys) <= tree.nodes.keys() and set(tree.masks) == {"masks/erk_0.5"}
    first, sculpt, _, imp, lrr = (tree.nodes[key] for key in keys)
    assert (first.variant, first.transform, first.epochs, first.criterion) == ("slow", "mixed", 7, None)
    assert tree.nodes["cyclic/slow/erk_0.5+mixed/cycle_2"].transform is None, "it acts on the weights of a start"
    assert (sculpt.criterion, sculpt.transform, sculpt.first_epoch) == ("snip", None, 21)
    assert (imp.criterion, imp.transform, imp.weights_from) == ("snip", "mixed", INIT)
    assert lrr.criterion == "magnitude" and lrr.variant is None
    labels = {run.id: run.labels for run in tree.runs}
    assert labels["slow/sculpt/erk_0.5+mixed/0.1+snip"] == {
        "method": "sculpt",
        "mask": "erk",
        "start_density": 0.5,
        "target_density": 0.1,
        "criterion": "snip",
        "transform": "mixed",
        "weights": None,
        "length": None,
        "variant": "slow",
    }


def test_a_mask_belongs_to_its_variant_only_where_that_changes_the_labels_that_it_reads():
    plain = {"method": "masks", "masks": ["erk", "snip", "synflow"], "densities": [0.1]}
    tree = small(plain, {**plain, "variant": "noisy"}, {**plain, "variant": "slow"})
    assert set(tree.masks) == {"masks/snip_0.1", "masks/noisy/snip_0.1", "masks/erk_0.1", "masks/synflow_0.1"}
    keys = {run.id: run.mask_key for run in tree.runs}
    assert keys["noisy/masks/snip_0.1"] == "masks/noisy/snip_0.1" and keys["slow/masks/snip_0.1"] == "masks/snip_0.1"


def test_two_nodes_of_one_path_are_refused():
    """Nothing but a fault of a run method can ask for them."""
    tree = small(CYCLIC)
    node = tree.nodes["cyclic/erk_0.5/cycle_1"]
    assert tree.add(node) is node and len(tree.nodes) == 4
    with pytest.raises(RecipeError, match=r"plans cyclic/erk_0\.5/cycle_1 otherwise than a run before it; allowed: "):
        tree.add(type(node)(**{**vars(node), "epochs": 6}))


@pytest.mark.parametrize("side", ["weights_from", "mask_from"])
def test_a_node_from_what_nothing_plans_is_refused(side):
    """Nothing but a fault of a run method can ask for it."""
    tree = small(CYCLIC)
    first = tree.nodes["cyclic/erk_0.5/cycle_1"]
    for above in ("iterative/nope", "dense/zz", "masks/erk_0.3"):
        with pytest.raises(
            RecipeError, match=f"^runs.0: plans dense/zz from {above}; allowed: what is planned before it$"
        ):
            tree.add(replace(first, key="dense/zz", **{side: above}))
    assert "dense/zz" not in tree.nodes


def test_an_unknown_node_says_what_there_is(tree):
    said = r"dense/cycle_9: this experiment has no such node; in stage dense: cycle_1, "
    with pytest.raises(RecipeError, match=said):
        tree.find("dense/cycle_9")


@pytest.mark.parametrize("name", names())
def test_every_result_is_in_one_branch_and_stands_after_the_one_before_it(name):
    tree = Tree(experiment(name))
    branches = tree.branches()
    chained = [node.key for branch in branches for node in branch]
    assert sorted(chained) == sorted(node.key for node in tree.results)
    assert not any("rewind" in key for key in chained)
    for branch in branches:
        assert {node.stage for node in branch} == {branch[0].stage}
        assert all(tree.before(below) == above.key for above, below in pairwise(branch))


def test_a_density_more_leaves_every_other_branch_as_it_is(tree):
    grown = experiment()
    for run in grown["runs"]:
        for key in ("densities", "targets"):
            if key in run and "ladder" not in run:  # the targets of a coupled run are rungs
                run[key] = [*run[key], 0.005]
    before, after = ([[node.key for node in branch] for branch in each.branches()] for each in (tree, Tree(grown)))
    assert [branch for branch in after if branch in before] == before
    assert len(after) > len(before)


def test_folders():
    assert node_folder("digits", "seeds_0-2", "init/init") == "results/digits/init/seeds_0-2"
    assert node_folder("digits", "seeds_0-2", "sculpt/a/b") == "results/digits/sculpt/seeds_0-2/a/b"


@given(st.floats(min_value=1e-9, max_value=1, exclude_min=True))
def test_numbers_in_paths_are_decimals_that_read_back_the_same(value):
    text = number(value)
    assert float(text) == value and re.fullmatch(r"[0-9.]+", text)
