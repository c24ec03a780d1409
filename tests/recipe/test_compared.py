"""Which runs the section `hardware` compares."""

import pytest
from grids import experiment, small

from sculpt.recipe.compared import compared, last
from sculpt.recipe.tree import RecipeError

RUNS = (
    {"method": "dense", "cycles": 2},
    {"method": "cyclic", "mask": "erk", "densities": [0.1, 0.05]},
    {"method": "lrr", "ladder": [0.5, 0.1]},
)


def tree(*more: dict, **variants: dict):
    plain = experiment()
    profiles = plain["profiles"] | {"half": {"device": "cpu", "precision": "bfloat16"}}
    variants = {name: plain["training"] | overlay for name, overlay in variants.items()}
    return small(*RUNS, *more, variants=variants, profiles=profiles)


def test_the_last_node_of_each_selected_run_is_frozen():
    found = compared(tree(), {"methods": ["dense", "cyclic"], "densities": [1.0, 0.1]})
    assert [last(run) for run in found.frozen] == [(2, "dense/cycle_2"), (4, "cyclic/erk_0.1/cycle_4")]
    assert found.trained == [] and found.plain == found.frozen


def test_a_trunk_that_nobody_asked_for_is_not_compared():
    dense = small({"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1]})
    assert {run.labels["method"] for run in compared(dense, {}).frozen} == {"sculpt"}


def test_a_run_that_trains_under_a_profile_stands_beside_the_plain_one():
    half = {"method": "lrr", "ladder": [0.5, 0.1], "variant": "half"}
    loud = {"method": "dense", "cycles": 2, "variant": "loud"}
    variants = {"half": {"profile": "half", "engine": "torch"}, "loud": {"label_noise": 0.2}}
    found = compared(tree(half, loud, **variants), {"methods": ["dense"]})
    assert [run.id for run in found.frozen] == ["dense", "loud/dense"], "a variant without a profile is like others"
    assert [(pair.run.id, pair.plain.id, pair.profile) for pair in found.trained] == [
        ("half/lrr/0.5", "lrr/0.5", "half"),
        ("half/lrr/0.5/0.1", "lrr/0.5/0.1", "half"),
    ]
    assert all(pair.alone for pair in found.trained)
    assert [run.id for run in found.plain] == ["dense", "loud/dense", "lrr/0.5", "lrr/0.5/0.1"]


def test_a_variant_that_changes_more_than_the_profile_is_told_apart():
    more = [{"method": "dense", "cycles": 2, "variant": name} for name in ("again", "loud")]
    found = compared(tree(*more, again={"profile": "half"}, loud={"profile": "half", "label_noise": 0.2}), {})
    assert [(pair.run.id, pair.alone) for pair in found.trained] == [("again/dense", True), ("loud/dense", False)]


def test_the_repeat_of_training_is_told_by_the_settings_of_its_profile_and_not_by_its_name():
    torch = {"device": "cpu", "precision": "float32"}
    profiles = {"default": {**torch, "engine": "kernels"}, "torch": torch, "again": {**torch, "partition": "long"}}
    profiles |= {"half": {**torch, "precision": "bfloat16"}}
    training = experiment()["training"] | {"profile": "torch"}
    overlays = {name: {"profile": name} for name in ("again", "half", "default")}
    overlays |= {"engine": {"profile": "default", "engine": "torch"}, "loud": {"profile": "again", "label_noise": 0.2}}
    found = compared(
        small(
            RUNS[0],
            *({**RUNS[0], "variant": name} for name in overlays),
            training=training,
            profiles=profiles,
            variants={name: training | overlay for name, overlay in overlays.items()},
        ),
        {},
    )
    assert {pair.run.id.split("/")[0]: pair.effect for pair in found.trained} == {
        "again": "training_repeat",
        "half": "training",
        "default": "training",
        "engine": "training_repeat",
        "loud": "variant",
    }


def test_what_cannot_be_compared_is_refused():
    alone = tree({"method": "imp", "ladder": [0.5], "variant": "half"}, half={"profile": "half"})
    with pytest.raises(RecipeError, match=r"^runs\.3\.ladder\.0: half/imp/0\.5 trains under the profile half; "):
        compared(alone, {"methods": ["dense"]})
    with pytest.raises(RecipeError, match=r"^hardware\.methods\.0: wr selects nothing"):
        compared(tree(), {"methods": ["wr"]})
