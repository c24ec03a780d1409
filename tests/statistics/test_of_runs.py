"""Tables of nodes and masks as tables of runs."""

import pandas as pd
import pytest
import trees

from sculpt.statistics.of_runs import HISTORY, LAYERS, along_runs, history_table, layer_table
from sculpt.statistics.pooling import PoolingError

CYCLIC = {"method": "cyclic", "mask": "erk", "densities": [0.5]}
SCULPT = {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1]}
WR = {"method": "wr", "ladder": [0.5, 0.2], "rewind_epoch": 2}


def histories(made):
    return {key: trees.history(node) for key, node in made.nodes.items()}


def test_a_run_has_its_whole_past_in_its_history():
    made = trees.tree(CYCLIC, SCULPT, WR)
    table = history_table(made, histories(made))
    assert [*table] == HISTORY
    for run, nodes in {
        "cyclic/erk_0.5": ["cyclic/erk_0.5/cycle_1", "cyclic/erk_0.5/cycle_2", "cyclic/erk_0.5/cycle_3"],
        "sculpt/erk_0.5/0.1": ["cyclic/erk_0.5/cycle_1", "cyclic/erk_0.5/cycle_2", "sculpt/erk_0.5/cycle_2/0.1"],
        "wr_2/0.5/0.2": ["dense/cycle_1", "iterative/wr_2/0.5", "iterative/wr_2/0.5/0.2"],
    }.items():
        rows = table[(table["run"] == run) & (table["seed"] == 1)]
        assert rows["epoch"].tolist() == [*range(1, 16)]
        assert rows["node"].tolist() == [node for node in nodes for _ in range(trees.EPOCHS)]
        assert rows["cycle"].tolist() == [cycle for cycle in (1, 2, 3) for _ in range(trees.EPOCHS)]


def test_an_epoch_that_a_run_has_twice_is_refused():
    made = trees.tree(CYCLIC)
    twice = histories(made)
    twice["cyclic/erk_0.5/cycle_2"] = twice["cyclic/erk_0.5/cycle_1"]
    with pytest.raises(PoolingError, match=r"^history.csv would average over cycle: 1, 2$"):
        history_table(made, twice)


def test_without_nodes_there_is_no_history():
    made = trees.tree({"method": "masks", "masks": ["erk"], "densities": [0.1]})
    table = history_table(made, {})
    assert table.empty and [*table] == HISTORY


def test_rows_of_a_shared_node_are_there_once_for_each_run():
    made = trees.tree(CYCLIC, SCULPT)
    table = pd.DataFrame(
        {"seed": [0, 1], "node": "cyclic/erk_0.5/cycle_2", "before": "x", "layer": "a", "kept": [1, 2]}
    )
    found = along_runs(made, table)
    assert [*found] == ["run", "cycle", "node", "seed", "before", "layer", "kept"]
    assert found[["run", "cycle", "seed", "kept"]].to_numpy().tolist() == [
        [run, 2, seed, seed + 1] for run in ("cyclic/erk_0.5", "sculpt/erk_0.5/0.1") for seed in (0, 1)
    ]


def test_layers_are_those_of_each_runs_mask_at_the_density_that_it_was_drawn_at():
    made = trees.tree(
        {"method": "masks", "masks": ["snip"], "densities": [0.5]}, SCULPT, {"method": "lrr", "ladder": [0.2]}
    )
    kept = {"masks/snip_0.5": [{"a": (8, [3])}, {"a": (8, [5])}], "masks/erk_0.5": [{"a": (8, [4])}, {"a": (8, [4])}]}
    table = layer_table(made, kept)
    assert [*table] == LAYERS
    assert table.drop(columns="variant").to_numpy().tolist() == [
        [run, mask, 0.5, seed, "a", 8, count]
        for run, mask, counts in (
            ("masks/snip_0.5", "snip", (3, 5)),
            ("cyclic/erk_0.5", "erk", (4, 4)),
            ("sculpt/erk_0.5/0.1", "erk", (4, 4)),
        )
        for seed, count in enumerate(counts)
    ]


def test_the_masks_of_a_variant_carry_its_name():
    made = trees.tree(
        *({"method": "masks", "masks": ["erk"], "densities": [0.5]} | more for more in ({}, {"variant": "noisy"}))
    )
    table = layer_table(made, {"masks/erk_0.5": [{"a": (8, [4])}] * 2})
    assert table["variant"].isna().tolist() == [True, True, False, False]
    assert table["run"].unique().tolist() == ["masks/erk_0.5", "noisy/masks/erk_0.5"]
