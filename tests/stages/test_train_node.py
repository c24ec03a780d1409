"""The training job as a process: killed, out of memory, on a device that fails, and run again after that."""

import json
import math
import multiprocessing
import os
import re
import resource
import signal
import time
from argparse import Namespace
from pathlib import Path

import pytest
import torch

from sculpt.core.files import read_json, write_json
from sculpt.core.tensors import read_tensors, write_tensors
from sculpt.stages import train_node
from sculpt.stages.jobs.job import Job, run
from sculpt.training import resume, stacking

MODEL = {"name": "resnet20", "width": 4}
SEEDS = [0, 1]
CONFIG = {
    "seeds": SEEDS,
    "model": MODEL,
    "training": {
        "batch_size": 8,
        "schedule": {"name": "triangular", "warmup": 0.5, "start": 0.2},
        "learning_rate": 0.1,
        "loss": {"name": "cross_entropy", "smoothing": 0.0},
        "update": {"name": "sgd", "momentum": 0.9, "weight_decay": 0.01},
        "label_noise": 0.0,
        "shift": 1,
        "flip": True,
    },
    "profile": {"device": "cpu", "precision": "float32"},
    "cycle": {"epochs": 4, "first_epoch": 0, "stretch": 1},
    "lineage": {"weights": "init/init", "mask": "init/init", "scored": "init/init"},
    "prune": {"density": 0.1, "criterion": {"name": "magnitude"}},
}
OUTPUTS = ("weights.safetensors", "mask.safetensors", "history.csv", "record.json")


@pytest.fixture(autouse=True)
def every_epoch(monkeypatch):
    """An epoch checkpoint every epoch; and what a job sets in its process is put back."""
    monkeypatch.setattr(resume, "SECONDS", 0.0)
    yield
    torch.set_deterministic_debug_mode("default")


@pytest.fixture
def inputs(tmp_path):
    """Data of noise, and an initialisation, below tmp_path."""
    random = torch.Generator().manual_seed(0)
    for split, count in (("train", 24), ("validation", 12)):
        images = torch.randint(256, (count, 1, 8, 8), generator=random, dtype=torch.uint8)
        write_tensors(tmp_path / f"data/{split}.safetensors", {"images": images, "labels": torch.arange(count) % 3})
    write_json(tmp_path / "data/data.json", {"classes": 3, "channels": 1, "mean": [128.0], "scale": [64.0]})
    config = json.dumps({"seeds": SEEDS, "model": MODEL})
    paths = ["--data", f"{tmp_path}/data", "--out", f"{tmp_path}/init"]
    run("initialize", ["--label", "init", "--log", f"{tmp_path}/init.log", "--config", config, *paths])
    return tmp_path


def train(folder, out="out", source="code", training=None, **other):
    """The job, here in this process."""
    config = CONFIG | other | {"training": CONFIG["training"] | (training or {})}
    above = folder / "init"
    files = {
        "weights": above / "weights.safetensors",
        "mask": above / "mask.safetensors",
        "scored": above / "weights.safetensors",
        "data": folder / "data",
        "log": folder / f"{out}.log",
        "out": folder / out,
    }
    arguments = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    run("train_node", ["--label", out, "--source", source, "--config", json.dumps(config), *arguments])


def outputs(folder):
    return [(folder / name).read_bytes() for name in OUTPUTS]


def progress_files(folder):
    return sorted(path.name for path in folder.glob("*.progress.safetensors"))


def forked(target, *arguments):
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    process.start()
    return process


def stop_after(epoch, error, monkeypatch):
    def progress(self, done, total, loss):
        if done == epoch:
            raise error

    monkeypatch.setattr(Job, "progress", progress)


def wait_after(epoch, folder):
    def progress(self, done, total, loss):
        if done == epoch:
            (folder / "waits").touch()
            time.sleep(60.0)

    Job.progress = progress
    train(folder)


@pytest.mark.parametrize(("stacked", "epoch"), [(True, 2), (False, 6)])
def test_a_killed_job_goes_on_to_the_same_bytes(inputs, monkeypatch, capfd, stacked, epoch):
    """Seeds in one stack; and one after the other, where the first seed's four epochs are not trained again."""
    monkeypatch.setattr(stacking, "STACKED_FLOPS", math.inf if stacked else 0)
    process = forked(wait_after, epoch, inputs)
    while not (inputs / "waits").exists():
        assert process.is_alive()
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert not (inputs / "out").exists()
    capfd.readouterr()
    train(inputs)
    told = re.findall(r"goes on after epoch (\d)", capfd.readouterr().err)
    assert told == (["2"] if stacked else ["4", "2"])
    assert (inputs / "out.log").read_text().count("epoch") == 2 + len(told)
    train(inputs, out="undisturbed")
    assert outputs(inputs / "out") == outputs(inputs / "undisturbed")
    assert progress_files(inputs) == []


@pytest.mark.parametrize(
    "changed", ["code", "setting", "init/mask.safetensors", "data/data.json", "data/train.safetensors"]
)
def test_an_epoch_checkpoint_of_another_job_is_not_used(inputs, monkeypatch, capfd, changed):
    with monkeypatch.context() as cut:
        stop_after(2, KeyboardInterrupt(), cut)
        with pytest.raises(KeyboardInterrupt):
            train(inputs)
    assert progress_files(inputs) == ["out.seed_0.progress.safetensors"]
    other = {"code": {"source": "edited"}, "setting": {"training": {"learning_rate": 0.2}}}.get(changed, {})
    if changed.endswith("json"):
        (inputs / changed).write_text((inputs / changed).read_text() + " ")
    elif changed.endswith("safetensors"):
        write_tensors(inputs / changed, different(read_tensors(inputs / changed)))
    capfd.readouterr()
    train(inputs, **other)
    assert "of other settings, code, inputs or device; training starts from the beginning" in capfd.readouterr().err
    train(inputs, out="undisturbed", **other)
    assert outputs(inputs / "out") == outputs(inputs / "undisturbed")


def different(tensors):
    """Other values of the same shapes: images in another order, a mask without its first weight."""
    tensors = {name: tensor.flip(0) for name, tensor in tensors.items()}
    for tensor in tensors.values():
        if tensor.dtype == torch.bool:
            tensor.view(-1)[0] = False
    return tensors


def test_a_record_says_what_made_it_and_what_it_cost_itself(inputs):
    train(inputs)
    init, node = (read_json(inputs / name / "record.json") for name in ("init", "out"))
    layout = "replicate-major: the first axis of every tensor is the seed"
    nothing = {"density": 1.0, "epochs": 0, "train_flops": 0, "train_flops_dense": 0}
    assert init == {"model": MODEL, "layout": layout, "seeds": [{"seed": seed, **nothing} for seed in SEEDS]}
    seeds = node.pop("seeds")
    assert node == {"layout": layout} | {key: CONFIG[key] for key in ("model", "lineage", "prune")}
    assert [(record["seed"], record["epochs"]) for record in seeds] == [(0, 4), (1, 4)]
    assert {key for record in seeds for key in record} == {
        *("seed", "density", "epochs", "train_flops", "train_flops_dense", "train_loss", "validation", "after_prune")
    }


def test_a_node_without_a_prune_and_with_a_transform_says_so(inputs):
    given = {key: value for key, value in CONFIG.items() if key != "prune"}
    transform = {"name": "shuffle_signs"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(__name__ + ".CONFIG", given)
        train(inputs, transform=transform)
    node = read_json(inputs / "out" / "record.json")
    assert node["transform"] == transform and "prune" not in node
    assert all("after_prune" not in record for record in node["seeds"])


def test_a_mask_change_acts_on_the_whole_block_and_the_record_names_it(inputs, monkeypatch):
    """Also where the seeds are trained one after the other: another seed's mask is beside a seed's own."""
    train(inputs)
    files = {"weights": "out", "mask": "out", "scored": "out"}
    monkeypatch.setattr(stacking, "STACKED_FLOPS", 0)
    monkeypatch.setattr(__name__ + ".CONFIG", {key: value for key, value in CONFIG.items() if key != "prune"})
    (inputs / "init").rename(inputs / "first")
    (inputs / files["mask"]).rename(inputs / "init")
    train(inputs, out="changed", change={"name": "other_seed"})
    before, after = (read_tensors(inputs / name / "mask.safetensors") for name in ("init", "changed"))
    weights = read_tensors(inputs / "changed/weights.safetensors")
    assert any(not torch.equal(mask[0], mask[1]) for mask in before.values())
    for name, mask in after.items():
        assert torch.equal(mask, before[name].flip(0)) and not weights[name][~mask].any()
    assert read_json(inputs / "changed/record.json")["change"] == {"name": "other_seed"}


def test_a_job_leaves_its_settings_as_they_are(inputs):
    """The key of its epoch checkpoints is made of them."""
    config = json.loads(json.dumps(CONFIG))
    folder = inputs / "init"
    files = {"weights": folder / "weights.safetensors", "mask": folder / "mask.safetensors"}
    given = Namespace(
        config=config,
        data=inputs / "data",
        scored=files["weights"],
        out=inputs / "out",
        source=None,
        log=None,
        threads=1,
        **files,
    )
    train_node.main(given, Job("out", inputs / "out.log"))
    assert config == CONFIG


def test_threads_are_the_profiles(inputs, monkeypatch):
    asked = []
    monkeypatch.setattr(train_node, "be_deterministic", asked.append)
    train(inputs)
    train(inputs, profile=CONFIG["profile"] | {"threads": 2})
    assert asked == [1, 2]


def in_little_memory(folder):
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**27, used + 2**27))
    train(folder, training={"shift": 20_000})


def test_a_job_without_memory_names_what_to_lower(inputs, capfd):
    process = forked(in_little_memory, inputs)
    process.join()
    assert process.exitcode == 1
    assert re.fullmatch(
        r"\nout: error: out of memory: [\d.]+ GiB more were asked for, this machine has [\d.]+ GiB; lower the number "
        r"of jobs at once .*, or replicates \(now 2\), or training.batch_size \(now 8\)\n",
        capfd.readouterr().err.replace("\ninit: 16,948 prunable weights per seed\n", ""),
    )


def test_a_device_that_fails_says_where_the_job_stands(inputs, monkeypatch, capfd):
    capfd.readouterr()
    lost = torch.AcceleratorError("CUDA error: unspecified launch failure\nCUDA kernel errors might be ...")
    with monkeypatch.context() as fault:
        stop_after(2, lost, fault)
        with pytest.raises(SystemExit, match="1"):
            train(inputs)
    file = inputs / "out.seed_0.progress.safetensors"
    assert capfd.readouterr().err == (
        f"\nout: error: the device failed: CUDA error: unspecified launch failure; this was in epoch 3; the checkpoint "
        f"of epoch 2 is kept in {file}: run again to go on from there\n"
    )
    train(inputs)
    assert "goes on after epoch 2" in capfd.readouterr().err
