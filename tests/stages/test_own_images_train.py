"""From a folder of made-up images to an evaluated network: each stage as its job describes it, in this process."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sculpt.cli.examination.examine import examine
from sculpt.core import image_folder
from sculpt.core.files import read_json
from sculpt.core.tables import read_table
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.stages.jobs.job import run

PARAMS = """
experiment: mine
recorded: []
experiments:
  mine:
    seeds: 2
    replicates: 2
    cycles: 2
    data: {name: folder, path: birds, size: 8}
    model: {name: resnet20, width: 4}
    training:
      epochs: 3
      batch_size: 16
      schedule: {name: triangular, warmup: 0.5, start: 0.2}
      learning_rate: 0.1
      loss: {name: cross_entropy, smoothing: 0.0}
      update: {name: sgd, momentum: 0.9, weight_decay: 0.0005}
      label_noise: 0.0
      shift: 1
      flip: false
    profiles: {default: {device: cpu, precision: float32, engine: kernels}}
    runs: [{method: cyclic, mask: erk, densities: [0.5]}]
"""
COLOURS = {"crow": (40, 40, 60), "gull": (220, 220, 230), "wren": (150, 90, 40)}


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder to run in, with 30 images of each bird, whose colours tell them apart."""
    random = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        (tmp_path / "raw/birds" / name).mkdir(parents=True)
        for i in range(30):
            pixels = random.normal(colour, 30, (random.integers(16, 24), random.integers(16, 24), 3))
            path = tmp_path / f"raw/birds/{name}/{i}.{'jpg' if i % 2 else 'png'}"
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    (tmp_path / "raw/birds/readme.txt").touch()
    (tmp_path / "params.yaml").write_text(PARAMS)
    monkeypatch.setenv("SCULPT_DATA", "raw")
    monkeypatch.chdir(tmp_path)
    image_folder.seen.cache_clear()
    yield tmp_path
    image_folder.seen.cache_clear()
    torch.set_deterministic_debug_mode("default")


def described() -> list[Job]:
    """The jobs up to the evaluation, each after those that it needs."""
    wanted = ("prepare_data", "initialize", "generate_mask", "train_node", "evaluate")
    return [job for job in all_jobs(*load(Path("params.yaml")).select()) if job.program in wanted]


def perform(job: Job) -> None:
    """A job with the arguments of its rule."""
    inputs = {role: files[0] for role, files in job.inputs.items() if files}
    first = Path(next(iter(job.files.values())))
    paths = {"out": first.parent}
    if job.program == "evaluate":
        paths = {"out": job.files["table"], "hits": job.files["hits"], "results": "results/mine"}
    paths |= {role: file for role, file in inputs.items() if role in ("weights", "mask", "scored")}
    if job.program != "prepare_data":
        paths["data"] = "results/mine/data"
    arguments = ["--label", job.label, "--log", job.log, "--config", job.config]
    arguments += [str(word) for name, path in paths.items() for word in (f"--{name}", path)]
    run(job.program, arguments)


def test_a_network_learns_to_tell_ones_own_images_apart(checkout):
    jobs = described()
    for job in jobs:
        perform(job)
    assert examine(jobs, checkout) == []
    facts = read_json(Path("results/mine/data/data.json"))
    assert (facts["groups"], facts["channels"], facts["classes"]) == ([*COLOURS], 3, 3)
    assert facts["sizes"] == {"train": 65, "validation": 7, "test": 18}
    log = Path("logs/mine/data.log").read_text()
    assert log.startswith("raw/birds: 1 other files and 0 hidden ones not read\n65 train images")
    table = read_table(Path(jobs[-1].files["table"]))
    last = table[table["node"] == json.loads(jobs[-1].config)["nodes"][-1]]
    assert (last["images"] == 6).all() and len(last) == 2 * 3
    assert last["accuracy"].mean() > 60, "chance is 33 percent"


def test_images_that_cannot_be_used_end_the_first_job_in_one_line(checkout, capfd):
    for name in ("1.jpg", "3.jpg"):
        Path("raw/birds/crow", name).write_bytes(b"broken")
    Image.new("RGB", (1, 1)).save("raw/birds/gull/0.png")
    with pytest.raises(SystemExit) as caught:
        perform(described()[0])
    assert caught.value.code == 1
    lines = [line for line in capfd.readouterr().err.splitlines() if "error" in line]
    assert len(lines) == 1
    assert lines[0].startswith("data: error: raw/birds: 3 of 90 images cannot be used: ")
    assert all(f"{name}: " in lines[0] for name in ("crow/1.jpg", "crow/3.jpg", "gull/0.png"))
    assert not Path("results/mine/data/data.json").exists()
