"""The mask job: its mask and record, and that label noise reaches criteria that read labels alone."""

import json

import pytest
import torch

from sculpt.core.files import read_json, write_json
from sculpt.core.tensors import read_tensors, write_tensors
from sculpt.stages.jobs.job import run

MODEL = {"name": "resnet20", "width": 4}
SEEDS = [0, 1]


@pytest.fixture
def inputs(tmp_path):
    random = torch.Generator().manual_seed(0)
    images = torch.randint(256, (24, 1, 8, 8), generator=random, dtype=torch.uint8)
    write_tensors(tmp_path / "data/train.safetensors", {"images": images, "labels": torch.arange(24) % 3})
    write_json(tmp_path / "data/data.json", {"classes": 3, "channels": 1, "mean": [128.0], "scale": [64.0]})
    job(tmp_path, "initialize", "init", {})
    yield tmp_path
    torch.set_deterministic_debug_mode("default")


def job(folder, stage, out, config):
    files = {"data": folder / "data", "out": folder / out, "log": folder / f"{out}.log"}
    if stage != "initialize":
        files["weights"] = folder / "init/weights.safetensors"
    words = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    run(stage, ["--label", out, "--config", json.dumps({"seeds": SEEDS, "model": MODEL} | config), *words])


def drawn(folder, out, criterion, **other):
    profile = {"device": "cpu", "precision": "float32"}
    job(folder, "generate_mask", out, {"criterion": criterion, "density": 0.1, "profile": profile, **other})
    return read_tensors(folder / out / "mask.safetensors"), read_json(folder / out / "record.json")


@pytest.mark.parametrize(
    ("criterion", "passes"), [({"name": "erk"}, 0), ({"name": "snip", "samples_per_class": 2}, 6)], ids=str
)
def test_a_record_says_which_criterion_drew_it_and_what_that_cost(inputs, criterion, passes):
    mask, record = drawn(inputs, "mask", criterion, label_noise=0.0)
    seeds = record.pop("seeds")
    layout = "replicate-major: the first axis of every tensor is the seed"
    assert record == {"model": MODEL, "criterion": criterion, "layout": layout}
    assert [record["seed"] for record in seeds] == SEEDS
    for r, record in enumerate(seeds):
        kept = sum(int(layer[r].sum()) for layer in mask.values())
        assert kept == round(0.1 * 16_948) and record["density"] == pytest.approx(kept / 16_948, rel=1e-6)
        assert record["train_flops"] == record["train_flops_dense"]
        assert bool(record["train_flops"]) == bool(passes) and record["train_flops"] % (3 * max(passes, 1)) == 0
        assert record["epochs"] == 0
        assert ("flow_correction" in record) == (criterion["name"] == "erk")


def test_a_record_says_what_flow_correction_moved_unless_it_is_left_out(inputs):
    uncorrected = {"name": "uniform", "flow_correction": False}
    mask, record = drawn(inputs, "mask", {"name": "uniform"})
    plain, without = drawn(inputs, "plain", uncorrected)
    assert without["criterion"] == uncorrected and not any("flow_correction" in seed for seed in without["seeds"])
    for r, seed in enumerate(record["seeds"]):
        assert seed["flow_correction"]["moved"] == sum(int((mask[n][r] & ~plain[n][r]).sum()) for n in mask)
        assert set(seed["flow_correction"]["raised"]) < set(mask) and "head.weight" in seed["flow_correction"]["raised"]


def test_label_noise_changes_what_a_criterion_that_reads_labels_keeps(inputs):
    snip = {"name": "snip", "samples_per_class": 2}
    plain, noisy = (drawn(inputs, f"mask_{noise}", snip, label_noise=noise)[0] for noise in (0.0, 0.5))
    assert any(not torch.equal(noisy[name], kept) for name, kept in plain.items())


def test_a_criterion_that_reads_no_labels_has_no_noise_in_its_settings(inputs):
    mask, record = drawn(inputs, "mask", {"name": "magnitude"})
    assert len(mask) == 22 and record["criterion"] == {"name": "magnitude"}
