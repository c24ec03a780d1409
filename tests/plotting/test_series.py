"""Which runs are one line of a figure, and which of them go on from one another."""

import pandas as pd

from sculpt.plotting.ladders import ladders
from sculpt.plotting.layers import short_name
from sculpt.plotting.looks import METHODS
from sculpt.plotting.series import in_order, places, series


def test_a_series_is_named_by_all_that_sets_its_runs_apart():
    rows = [
        ("cyclic", None, None, None),
        ("sculpt", "magnitude", None, None),
        ("sculpt", "snip", None, None),
        ("lrr", "magnitude", "shuffled", "noisy"),
    ]
    frame = pd.DataFrame(rows, columns=["method", "criterion", "transform", "variant"])
    assert series(frame) == ["cyclic", "sculpt", "sculpt, snip", "lrr, shuffled, noisy"]
    read = frame.where(frame.notna(), float("nan"))  # as a file is read
    assert series(read) == series(frame)


def test_listed_methods_come_first_and_keep_their_places():
    found = ["regrow", "lrr", "cyclic, noisy", "cyclic", "lrr"]
    assert in_order(found) == ["cyclic", "lrr", "regrow", "cyclic, noisy"]
    assert places(found)["lrr"] == list(METHODS).index("lrr") == places(["lrr"])["lrr"]
    assert places(found)["cyclic, noisy"] == len(METHODS) + 1


def history(paths: dict[str, str]) -> pd.DataFrame:
    rows = [(run, node, epoch) for run, nodes in paths.items() for epoch, node in enumerate(nodes, start=1)]
    return pd.DataFrame(rows[::-1], columns=["run", "node", "epoch"])


def test_ladders_follow_the_paths_of_their_runs():
    paths = {"a": "ab", "b": "abc", "c": "abd", "e": "ae", "alone": "x", "other": "abce"}
    found = ladders(["a", "b", "c", "e", "alone"], history(paths))
    assert found == {"b": ["a", "b"], "c": ["a", "c"], "e": ["e"], "alone": ["alone"]}


def test_runs_of_one_path_are_ladders_of_their_own():
    assert ladders(["a", "b"], history({"a": "xy", "b": "xz"})) == {"a": ["a"], "b": ["b"]}
    assert ladders(["a", "b"], history({})) == {"a": ["a"], "b": ["b"]}


def test_short_layer_names():
    names = {"body.conv.weight": "conv", "body.stage1_3.conv2.weight": "1.3 conv2", "head.weight": "head"}
    assert {layer: short_name(layer) for layer in names} == names
