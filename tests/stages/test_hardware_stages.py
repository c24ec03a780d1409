"""The look at the hardware and the comparison, on two small nodes; a device that is not there; another machine."""

import shutil
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import torch

from sculpt.core.files import WEIGHTS, ArtifactError, read_json, write_json
from sculpt.core.machines import MACHINE, OUTCOMES, digest_of, read_machine
from sculpt.core.outcomes import read_outcomes, write_outcomes
from sculpt.core.tables import read_table
from sculpt.core.tensors import write_tensors
from sculpt.models.build import build
from sculpt.stages import compare_hardware, look_at_hardware
from sculpt.stages.artifacts.nodes import node_folder

MODEL, SEEDS, BLOCK = {"name": "resnet20", "width": 2}, [2, 3], "seeds_2-3"
NODES = ["dense/cycle_1", "iterative/lrr/0.5"]
FLOAT32 = {"device": "cpu", "precision": "float32"}
PROFILES = {
    "torch": FLOAT32,
    "idle": {**FLOAT32, "deterministic": False},
    "half": {"device": "cpu", "precision": "bfloat16"},
    "gpu": {"device": "cuda", "precision": "tf32"},
}
RUNS = [
    {"run": "dense", "method": "dense", "target_density": 1.0, "cycle": 1, "node": NODES[0]},
    {"run": "lrr/0.5", "method": "lrr", "target_density": 0.5, "cycle": 2, "node": NODES[1]},
]
SETTINGS = {"reference": "torch", "profiles": ["idle", "half", "gpu"], "seeds": [SEEDS]}
SETTINGS |= {"frozen": RUNS, "plain": [], "trained": []}


@pytest.fixture(scope="module")
def looked(tmp_path_factory) -> Path:
    """Nodes, data with two groups, and a look under every profile, on a machine without CUDA."""
    folder, patch = tmp_path_factory.mktemp("looked"), pytest.MonkeyPatch()
    generator = torch.Generator().manual_seed(0)
    network = build(MODEL, len(SEEDS), 1, 2)
    network.initialise([torch.Generator().manual_seed(seed) for seed in SEEDS])
    for size, node in enumerate(NODES, start=1):
        weights = {name: size * tensor for name, tensor in network.checkpoint().items()}
        write_tensors(node_folder(folder / "results", node, SEEDS) / WEIGHTS, weights)
    facts = {"channels": 1, "classes": 2, "mean": [0.0], "scale": [16.0], "groups": ["NA", "right"]}
    write_json(folder / "data/data.json", facts)
    for split, count in (("validation", 4), ("test", 30)):
        images = torch.randint(0, 16, (count, 1, 8, 8), dtype=torch.uint8, generator=generator)
        of_image = {"labels": torch.arange(count) % 2, "groups": torch.arange(count) // (count - 2)}
        write_tensors(folder / f"data/{split}.safetensors", {"images": images, **of_image})
    patch.setattr(torch.cuda, "is_available", lambda: False)
    for profile, take in (*((name, "first") for name in PROFILES), ("torch", "second")):
        look(folder, profile, take)
    patch.undo()
    return folder


def look(folder: Path, profile: str, take: str, log=str) -> None:
    config = {"model": MODEL, "seeds": SEEDS, "profile": PROFILES[profile], "nodes": NODES, "take": take}
    out = folder / "results/hardware" / BLOCK / profile / take
    given = Namespace(config=config, data=folder / "data", results=folder / "results", out=out, threads=1)
    look_at_hardware.main(given, SimpleNamespace(tell=str, log=log))


def compare(folder: Path, **settings) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    said: list[str] = []
    config, results = {**SETTINGS, **settings}, folder / "results"
    given = Namespace(config=config, data=folder / "data", results=results, out=folder / "out")
    compare_hardware.main(given, SimpleNamespace(tell=said.append))
    return read_table(folder / "out/hardware.csv"), read_table(folder / "out/profiles.csv"), said


def test_a_look_holds_what_the_nodes_predict_and_what_computed(looked):
    folder = looked / "results/hardware" / BLOCK / "half/first"
    found, said = read_outcomes(folder / OUTCOMES), read_machine(folder / MACHINE)
    assert found.seeds == SEEDS and found.places == {(n, split) for n in NODES for split in ("validation", "test")}
    assert found.predictions[NODES[0], "test"].shape == (2, 30) and (found.losses[NODES[0], "test"] > 0).all()
    assert said["available"] and said["why"] is None and said["profile"] == PROFILES["half"]
    assert said["device"] == "cpu" and said["flags"]["autocast"] == "bfloat16" and said["provenance"]["processor"]
    assert said["outcomes"] == digest_of(folder / OUTCOMES) and {*said["probe"]} == {"inference", "training"}
    weights = {node: digest_of(node_folder(looked / "results", node, SEEDS) / WEIGHTS) for node in NODES}
    assert said["weights"] == weights and said["splits"]["test"] == digest_of(looked / "data/test.safetensors")


def test_the_state_of_the_device_is_in_the_log_at_both_ends_and_in_no_file(looked, tmp_path, monkeypatch):
    shutil.copytree(looked, tmp_path / "copy")
    answers = iter([{"clocks.sm": 1410.0, "power.draw": 71.5}, {"clocks.sm": 1395.0, "power.draw": 80.25}])
    blank = {"clocks.mem": None, "temperature.gpu": None, "absent": {"clocks.mem": "no answer"}}
    monkeypatch.setattr(look_at_hardware, "sensors", lambda device: {**next(answers), **blank})
    log: list[str] = []
    look(tmp_path / "copy", "half", "first", log.append)
    assert log == [
        "the device before: clocks.sm 1410 MHz, power.draw 71.5 W",
        "the device after: clocks.sm 1395 MHz, power.draw 80.25 W",
    ]
    before, after = (folder / "results/hardware" / BLOCK / "half/first" for folder in (looked, tmp_path / "copy"))
    assert (before / MACHINE).read_bytes() == (after / MACHINE).read_bytes()


def test_a_device_without_sensors_says_why_once():
    assert look_at_hardware._state(torch.device("cpu")) == "computed on a CPU"


def test_a_repeat_has_the_same_bytes(looked):
    first, second = (looked / "results/hardware" / BLOCK / "torch" / take for take in ("first", "second"))
    for file in (OUTCOMES, MACHINE):
        assert (first / file).read_bytes() == (second / file).read_bytes()


def test_a_device_that_is_not_there_is_listed_and_no_fault(looked):
    folder = looked / "results/hardware" / BLOCK / "gpu/first"
    said = read_machine(folder / MACHINE)
    assert (said["available"], said["why"], said["device"]) == (False, "no CUDA device", None)
    assert said["probe"] is said["flags"] is said["weights"] is None and said["provenance"]["processor"]
    assert read_outcomes(folder / OUTCOMES).places == set() and read_outcomes(folder / OUTCOMES).seeds == SEEDS


def test_instructions_that_the_processor_lacks_are_told_of_this_processor(tmp_path, looked, monkeypatch):
    shutil.copytree(looked, tmp_path / "copy")
    monkeypatch.setattr(look_at_hardware, "lacking", lambda profile: "no avx512")
    look(tmp_path / "copy", "idle", "first")
    said = read_machine(tmp_path / "copy/results/hardware" / BLOCK / "idle/first" / MACHINE)
    assert (said["available"], said["why"], said["device"]) == (False, "no avx512", "cpu")


def test_the_tables_tell_an_effect_from_none_and_from_what_is_not_there(looked):
    hardware, profiles, said = compare(looked)
    profiles = profiles.set_index("profile")
    assert profiles["available"].to_dict() == {"torch": True, "idle": True, "half": True, "gpu": False}
    assert profiles["inference_differs"].tolist()[:3] == [False, False, True]
    assert profiles["inference_differs"].isna().tolist() == [False, False, False, True]
    assert said[:2] == ["idle: without effect on this machine", "gpu: not available: no CUDA device"]
    assert {*hardware["group"]} == {"all", "NA", "right"} and {*hardware["profile"]} == {"torch", "idle", "half"}
    few = hardware[hardware["split"] == "test"].groupby("group")["few"].first()
    assert few.to_dict() == {"all": False, "NA": False, "right": True}
    same = hardware[hardware["profile"] == "idle"]
    assert same["loss"].equals(same["loss_reference"]) and not same["flips"].any() and len(same)
    half = hardware[hardware["profile"] == "half"]
    assert (half["loss"] != half["loss_reference"]).any() and (half["effect"] == "evaluation").all()


@pytest.fixture
def far(looked, tmp_path) -> Path:
    """Looks of another machine: copied, without one profile, and with another reference."""
    shutil.copytree(looked / "results/hardware", tmp_path / "far")
    shutil.rmtree(tmp_path / "far" / BLOCK / "half")
    return tmp_path / "far"


def changed(folder: Path, change) -> None:
    """Other outcomes, and a machine.json that tells of them."""
    outcomes = read_outcomes(folder / OUTCOMES)
    change(outcomes)
    said = read_json(folder / MACHINE)
    write_json(folder / MACHINE, {**said, "outcomes": write_outcomes(folder / OUTCOMES, outcomes)})


def test_another_machine_stands_beside_this_one(looked, far):
    def flip(outcomes) -> None:
        outcomes.predictions[NODES[0], "test"][0, :3] ^= 1

    changed(far / BLOCK / "torch/first", flip)
    hardware, profiles, said = compare(looked, machines={"far": str(far)})
    there = hardware[(hardware["machine"] == "far") & (hardware["group"] == "all") & (hardware["split"] == "test")]
    evaluated = there[(there["effect"] == "evaluation") & (there["run"] == "dense")]
    assert evaluated.set_index(["profile", "seed"])["flips"].to_dict() == {
        **{("torch", 2): 3, ("torch", 3): 0, ("idle", 2): 0, ("idle", 3): 0},
    }
    lacking_half = profiles[(profiles["machine"] == "far") & (profiles["profile"] == "half")].iloc[0]
    assert not lacking_half["available"] and lacking_half["why"] == f"no folder {BLOCK}/half/first"
    assert f"half on far: not available: no folder {BLOCK}/half/first" in said
    differs = profiles.set_index(["machine", "profile"])["inference_differs"].to_dict()
    assert differs["far", "torch"] and differs["far", "idle"], "each by an outcome: the looks there differ"


def test_what_only_another_machine_changes_is_not_told_of_a_profile_there(looked, far):
    def flip(outcomes) -> None:
        outcomes.predictions[NODES[0], "test"][0, :3] ^= 1

    for profile in ("torch", "idle"):
        changed(far / BLOCK / profile / "first", flip)
    _, profiles, said = compare(looked, machines={"far": str(far)})
    differs = profiles.set_index(["machine", "profile"])["inference_differs"].to_dict()
    assert differs["far", "torch"] is True and differs["far", "idle"] is False
    assert "idle on far: without effect on that machine" in said


def test_a_profile_that_changes_training_alone_is_told_so(looked, tmp_path):
    shutil.copytree(looked, tmp_path / "copy")
    machine = tmp_path / "copy/results/hardware" / BLOCK / "idle/first" / MACHINE
    said = read_json(machine)
    write_json(machine, {**said, "probe": {**said["probe"], "training": "0" * 64}})
    assert "idle: without effect on evaluation on this machine" in compare(tmp_path / "copy")[2]


REFERENCE = f"{BLOCK}/torch/first"
DAMAGES = {
    "other bytes": (
        lambda far: write_outcomes(far / REFERENCE / OUTCOMES, read_outcomes(far / BLOCK / "gpu/first" / OUTCOMES)),
        f"{REFERENCE}/{OUTCOMES}: not the file that machine.json tells of: its sha256 is another",
    ),
    "other seeds": (
        lambda far: changed(far / REFERENCE, lambda outcomes: outcomes.seeds.reverse()),
        rf"{REFERENCE}/{OUTCOMES}: seeds \[3, 2\], expected \[2, 3\]",
    ),
    "a node less": (
        lambda far: changed(
            far / REFERENCE,
            lambda outcomes: [getattr(outcomes, kind).pop((NODES[1], "test")) for kind in ("predictions", "losses")],
        ),
        f"{REFERENCE}/{OUTCOMES}: lacks {NODES[1]} on the split test",
    ),
    "other weights": (
        lambda far: write_json(
            far / REFERENCE / MACHINE,
            {**read_json(far / REFERENCE / MACHINE), "weights": dict.fromkeys(NODES, "0" * 64)},
        ),
        f"{REFERENCE}/{MACHINE}: {NODES[0]} has other weights than here; copy the trained nodes too",
    ),
    "other images": (
        lambda far: write_json(far / REFERENCE / MACHINE, {**read_json(far / REFERENCE / MACHINE), "splits": {}}),
        f"{REFERENCE}/{MACHINE}: made from other images than those that are here",
    ),
    "a cut file": (
        lambda far: (far / REFERENCE / MACHINE).write_text("{"),
        f"{REFERENCE}/{MACHINE}: unreadable JSON",
    ),
    "no folder": (shutil.rmtree, ": no such folder; it is the folder `hardware` of another machine's results"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_another_machine_has_and_does_not_fit_is_named(looked, far, damage):
    spoil, said = DAMAGES[damage]
    spoil(far)
    with pytest.raises(ArtifactError, match=f"^{far}/?{said}"):
        compare(looked, machines={"far": str(far)})
