"""What must hold in a look at the hardware."""

import numpy as np
import pytest

from sculpt.core.machines import KEYS
from sculpt.core.outcomes import Outcomes
from sculpt.invariants.looks import machine_is, outcomes_complete

NODE, FACTS = "dense/cycle_1", {"classes": 3, "sizes": {"validation": 2, "test": 4}}
PLACES = {(NODE, split): size for split, size in FACTS["sizes"].items()}
HERE = {"profile": {"device": "cpu"}, "weights": {NODE: "cd"}, "splits": {"test": "ef"}}
SAID = {**dict.fromkeys(KEYS), **HERE, "available": True, "flags": {}, "probe": {}}
LACKING = {**SAID, "available": False, "why": "no CUDA device"} | dict.fromkeys(("flags", "probe", "splits", "weights"))


def outcomes(**changed) -> Outcomes:
    zeros = {kind: {place: np.zeros((2, n)) for place, n in PLACES.items()} for kind in ("predictions", "losses")}
    return Outcomes(**{"seeds": [0, 1], **zeros, **changed})


def test_a_whole_look_has_no_fault():
    assert list(outcomes_complete(outcomes(), [0, 1], [NODE], FACTS, True)) == list(machine_is(SAID, **HERE)) == []
    empty = outcomes(predictions={}, losses={})
    assert list(outcomes_complete(empty, [0, 1], [NODE], FACTS, False)) == list(machine_is(LACKING, **HERE)) == []


def every(value: float) -> dict[tuple[str, str], np.ndarray]:
    return {place: np.full((2, images), value) for place, images in PLACES.items()}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seeds": [0, 2]}, "has seeds [0, 2], its job was given [0, 1]"),
        ({"predictions": {(NODE, "test"): np.zeros((2, 4))}}, f"node {NODE}, split validation: not there"),
        ({"predictions": dict.fromkeys(PLACES, np.zeros((2, 4)))}, f"node {NODE}: on 4 images, the validation split"),
        ({"predictions": every(3)}, f"node {NODE}, split validation: predicts a class that there is not"),
        ({"predictions": every(-1)}, f"node {NODE}, split validation: predicts a class that there is not"),
        ({"losses": every(-1)}, f"node {NODE}, split validation: holds a loss that is negative or not finite"),
        ({"losses": every(np.nan)}, f"node {NODE}, split validation: holds a loss that is negative or not finite"),
    ],
)
def test_outcomes_that_cannot_be_are_named(changed, said):
    first, *_ = outcomes_complete(outcomes(**changed), [0, 1], [NODE], FACTS, True)
    assert first.startswith(said)


def test_outcomes_of_a_profile_that_is_not_available_are_named():
    assert list(outcomes_complete(outcomes(), [0, 1], [NODE], FACTS, False)) == [
        f"node {NODE}, split test: not of its job"
    ]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"profile": {"device": "cuda"}}, "is of another profile than its job's"),
        ({"weights": {NODE: "zz"}}, "is of other weights than those that are here"),
        ({"splits": {"test": "zz"}}, "is of other splits than those that are here"),
        ({"probe": None}, "tells of flags, splits, weights, and the profile is available"),
        ({"why": "no"}, "says that the profile is available and why it is not"),
    ],
)
def test_a_machine_that_does_not_fit_its_look_is_named(said, fault):
    assert list(machine_is({**SAID, **said}, **HERE)) == [fault]


def test_a_machine_that_lacks_the_profile_says_why_and_nothing_else():
    assert list(machine_is({**LACKING, "why": None}, **HERE)) == ["says not why"]
    assert list(machine_is({**LACKING, "probe": {}}, **HERE)) == ["tells of probe, and the profile is not available"]
