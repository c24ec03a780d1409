"""Which execution profiles are without effect on which machine: by probe, by outcomes and by trained weights."""

import json

import numpy as np
import pytest

from sculpt.core.outcomes import Outcomes
from sculpt.statistics.machines import profile_table

NODE, PLAIN, VARIANT = "iterative/lrr/0.5", "dense/cycle_1", "dense/slow/cycle_1"
SLOW = {"run": "slow/dense", "node": VARIANT, "effect": "training", "profile": "idle", "against": PLAIN}
SETTINGS = {"reference": "torch", "frozen": [{"run": "lrr/0.5", "node": NODE}], "trained": []}
LACKING = {"available": False, "why": "no CUDA device", "device": None, "flags": None, "probe": None}


def said(inference: str, training: str, **more) -> dict:
    return {
        "available": True,
        "why": None,
        "device": "cpu",
        "flags": {"b": 1, "a": None},
        "probe": {"inference": inference, "training": training},
        "profile": {"device": "cpu", "precision": "float32", "environment": {"MKL_CBWR": "AUTO"}},
        "provenance": {"processor": {"processor": "x86_64 model 1"}},
        "weights": {NODE: "n", PLAIN: "p", VARIANT: "v"},
        **more,
    }


def outcomes(nodes: tuple[str, ...] = (NODE,), losses: float = 0.5, predicted: int = 1) -> Outcomes:
    """Two seeds and three images, of which the last of the second seed has this class and this loss."""
    found = Outcomes([0, 1])
    for node in nodes:
        found.predictions[node, "test"] = np.array([[1, 1, 1], [1, 1, predicted]], np.int16)
        found.losses[node, "test"] = np.array([[0.5, 0.5, 0.5], [0.5, 0.5, losses]])
    return found


def look(inference: str = "a", training: str = "b", seen: Outcomes | None = None, **more) -> list:
    """One seed block."""
    return [(said(inference, training, **more), seen or outcomes())]


def differs(machines: dict, **settings) -> dict[tuple[str, str], tuple]:
    found = profile_table({**SETTINGS, **settings}, machines)
    return {(row.machine, row.profile): (row.inference_differs, row.training_differs) for row in found.itertuples()}


def test_a_profile_whose_probe_is_the_references_is_without_effect():
    machines = {"here": {"torch": look(), "idle": look(), "order": look("a", "c"), "half": look("d", "e")}}
    assert differs(machines) == {
        ("here", "torch"): (False, False),
        ("here", "idle"): (False, False),
        ("here", "order"): (False, True),
        ("here", "half"): (True, True),
    }


@pytest.mark.parametrize("changed", [{"losses": 0.5 + 1e-15}, {"predicted": 2}])
def test_a_profile_that_changes_an_outcome_has_an_effect_whatever_its_probe_says(changed):
    idle = look(seen=outcomes(**changed))
    assert differs({"here": {"torch": look(), "idle": idle}})["here", "idle"] == (True, False)


def test_every_seed_block_counts_and_nodes_that_are_not_frozen_do_not():
    two = {"torch": 2 * look(), "late": look() + look(seen=outcomes(losses=0.75)), "probe": look() + look("x", "y")}
    two |= {"trained": 2 * look()}
    for _, seen in two["trained"]:
        seen.predictions[PLAIN, "test"] = seen.predictions[NODE, "test"] + 1
    assert differs({"here": two}) == {
        ("here", "torch"): (False, False),
        ("here", "late"): (True, False),
        ("here", "probe"): (True, True),
        ("here", "trained"): (False, False),
    }


@pytest.mark.parametrize(
    ("trained", "expected"),
    [
        (SLOW, True),
        ({**SLOW, "effect": "variant"}, False),  # not the profile alone
        ({**SLOW, "effect": "training_repeat"}, False),
        ({**SLOW, "against": VARIANT}, False),  # the same weights
        ({**SLOW, "profile": "other"}, False),
    ],
)
def test_other_weights_of_a_run_trained_under_the_profile_alone_are_an_effect_on_training(trained, expected):
    found = differs({"here": {"torch": look(), "idle": look()}}, trained=[trained])
    assert found == {("here", "torch"): (False, False), ("here", "idle"): (False, expected)}


def test_the_reference_is_never_told_apart_from_itself_by_a_run_that_trained_under_it():
    found = differs({"here": {"torch": look()}}, trained=[{**SLOW, "profile": "torch"}])
    assert found == {("here", "torch"): (False, False)}


def test_on_another_machine_a_profile_is_against_the_reference_there_and_that_against_the_one_here():
    there = outcomes(losses=0.25)
    machines = {
        "here": {"torch": look(), "idle": look("d", "e"), "half": look("d", "e")},
        "far": {"torch": look("x", "b", there), "idle": look("x", "b", there), "half": look("d", "e", there)},
        "near": {"torch": look(seen=there), "idle": look()},
    }
    found = differs(machines)
    assert found["far", "torch"] == (True, False)
    assert found["far", "idle"] == (False, False), "what the machine changes is not told of a profile that does nothing"
    assert found["far", "half"] == (True, True)
    assert found["near", "torch"] == (True, False) and found["near", "idle"] == (True, False), "by the outcomes"


def test_what_is_not_available_is_listed_with_why_and_differs_in_nothing():
    asked = {"device": "cuda", "precision": "tf32", "threads": 4}
    cuda = [({**said("", ""), **LACKING, "profile": asked}, Outcomes([0, 1]))]
    gone = [({"available": False, "why": "no folder seeds_0-1/half/first"}, Outcomes([]))]
    machines = {"here": {"torch": look(), "cuda": cuda}, "far": {"torch": look("x"), "half": gone}, "off": {}}
    machines["off"] = {"torch": gone, "half": look("d", "e")}
    found = profile_table(SETTINGS, machines).set_index(["machine", "profile"])
    for place in (("here", "cuda"), ("far", "half"), ("off", "half")):
        assert found.loc[place, "inference_differs"] is None and found.loc[place, "training_differs"] is None
    assert found["available"].tolist() == [True, False, True, False, False, True]
    assert found.loc[("far", "half"), "why"] == "no folder seeds_0-1/half/first"
    cuda, torch = found.loc[("here", "cuda")], found.loc[("here", "torch")]
    assert cuda["why"] == "no CUDA device" and cuda["precision"] == "tf32" and cuda["threads"] == 4
    assert torch["processor"] == "x86_64 model 1" and json.loads(torch["flags"]) == {"a": None, "b": 1}
    assert torch["threads"] == 1 and json.loads(torch["environment"]) == {"MKL_CBWR": "AUTO"}
    assert torch["probe_inference"] == "a" and torch["probe_training"] == "b"


def test_a_profile_that_one_seed_block_lacks_is_not_available():
    half = [*look("d", "e"), ({"available": False, "why": "no folder"}, Outcomes([]))]
    (_, row) = profile_table(SETTINGS, {"here": {"torch": 2 * look(), "half": half}}).to_dict("records")
    assert not row["available"] and row["why"] == "no folder" and row["inference_differs"] is None


def test_nothing_differs_from_a_reference_that_is_not_there():
    torch = [({**said("", ""), **LACKING}, Outcomes([0, 1]))]
    found = profile_table(SETTINGS, {"here": {"torch": torch, "half": look("d", "e")}})
    assert found["inference_differs"].tolist() == [None, None] and found["available"].tolist() == [False, True]
