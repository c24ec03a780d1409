"""The tree of recipes as rows, and their drawing."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from made_up_report import TREE

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.recipe.tree import Tree
from sculpt.report.content.recipes import rows
from sculpt.report.drawing import drawing, label

PARAMS = Path(__file__).parents[2] / "params.yaml"
NAMES = ("digits", "digits-full", "cifar10-small", "imagenet-resnet50")


TEXT = "{http://www.w3.org/2000/svg}text"


@cache
def plain(name: str) -> dict[str, Any]:
    return described(load(PARAMS).experiments[name])


def tree(*runs: dict) -> Tree:
    return Tree(plain("digits") | {"runs": list(runs), "analyses": {}, "figures": {}})


@pytest.fixture(scope="module")
def everything() -> dict[str, Tree]:
    return {name: Tree(plain(name)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_node_is_in_one_row_below_a_row_that_is_drawn_before(everything, name):
    found = rows(everything[name])
    assert sorted(key for row in found for key in row.keys) == sorted(everything[name].nodes)
    assert all(row.above is None or row.above < place for place, row in enumerate(found))
    assert len(found) <= 60


def test_chains_that_differ_in_density_alone_are_one_row():
    found = rows(tree({"method": "cyclic", "mask": "erk", "densities": [0.1, 0.05]}))
    assert [(row.title, row.details, row.chains, row.lengths) for row in found] == [
        ("cyclic", "erk at 0.1, 0.05", 2, (1.0, 1.0, 1.0, 1.0))
    ]


def test_sculpt_hangs_on_the_cycle_that_it_prunes():
    trunk, pruned = rows(tree({"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1, 0.05]}))
    assert (trunk.title, trunk.lengths, trunk.pruned) == ("trunk", (1.0, 1.0, 1.0), False)
    assert (pruned.title, pruned.details) == ("SCULPT", "pruned to 0.1, 0.05")
    assert (pruned.start, pruned.end, pruned.above, pruned.pruned, pruned.chains) == (3.0, 4.0, 0, True, 2)


def test_a_ladder_is_one_chain_with_a_prune_before_each_cycle():
    dense, ladder = rows(tree({"method": "lrr", "ladder": [0.5, 0.2, 0.1]}))
    assert (dense.title, dense.lengths) == ("trunk", (1.0,))
    assert (ladder.title, ladder.details, ladder.start) == ("LRR", "pruned to 0.5, 0.2, 0.1", 1.0)
    assert (ladder.lengths, ladder.rewound) == ((1.0, 1.0, 1.0), False)


def test_weights_from_elsewhere_are_told():
    found = {row.title: row for row in rows(tree({"method": "imp", "ladder": [0.5]}, {"method": "dense", "cycles": 1}))}
    assert found["IMP"].rewound and found["IMP"].details == "pruned to 0.5; initial weights"
    assert not found["dense"].rewound


def test_a_long_schedule_is_as_long_as_its_cycles():
    (long,) = rows(tree({"method": "long", "mask": "erk", "densities": [0.1]}))
    assert (long.title, long.lengths) == ("long", (4.0,))


@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("name", ["digits-full", "imagenet-resnet50"])
def test_nothing_is_drawn_beyond_the_width(everything, name, width):
    svg = drawing(rows(everything[name]), width, standalone=True)
    root = ElementTree.fromstring(svg)
    right = [float(x) for x in re.findall(r'c?x="([\d.]+)"', svg)] + [float(x) for x in re.findall(r"H([\d.]+)", svg)]
    assert max(right) <= width - 10 and min(right) >= 0
    below = [float(y) for y in re.findall(r'c?y="([\d.]+)"', svg)]
    assert max(below) < float(root.get("height"))
    for text in root.iter(TEXT):
        if text.get("text-anchor") != "middle":
            letters = len("".join(text.itertext()))
            assert float(text.get("x")) + 6.6 * letters <= width


def test_a_drawing_holds_a_label_of_each_row_and_a_mark_of_each_node():
    svg = drawing(TREE, 900)
    words = " ".join("".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(TEXT))
    assert [label(row) in words for row in TREE] == [True] * 3
    assert label(TREE[2]) == "coupled, 2 of them: at 0.2"
    assert svg.count('class="prune"') == 2 and svg.count('class="rewound"') == 1
    assert svg.count('class="end"') == 2 + 1 + 1  # between two prunes the diamond ends the cycle


def test_labels_are_text_and_no_markup():
    svg = drawing([replace(TREE[0], details="<script>alert(1)</script>", keys=("a&b",))], 900)
    assert "<script" not in svg and "&lt;script&gt;" in svg
    ElementTree.fromstring(svg)


def test_an_empty_tree_is_drawn():
    ElementTree.fromstring(drawing([], 360, standalone=True))
