"""Train one node for one seed block: change or prune the mask where its recipe says so, one schedule, validation."""

import hashlib
import json
import time
from argparse import Namespace
from pathlib import Path
from statistics import fmean

import torch

from sculpt.core.engines import same_everywhere
from sculpt.core.files import HISTORY, MASK, WEIGHTS, write_rows
from sculpt.core.processor import processor
from sculpt.core.tensors import read_mask, write_tensors
from sculpt.pruning.changing import changed
from sculpt.stages.artifacts.inputs import model_settings, read_fitting_weights, read_images
from sculpt.stages.artifacts.outputs import write_record
from sculpt.stages.jobs.job import Job
from sculpt.training.device.execution import be_deterministic, device_of, keep_memory, place_model
from sculpt.training.engine import must_compute
from sculpt.training.inputs import Data, Start
from sculpt.training.resume import EpochCheckpoints
from sculpt.training.stacking import train_seeds

PATHS = ("data", "weights", "mask", "scored", "out")


def main(given: Namespace, job: Job) -> None:
    config = given.config
    be_deterministic(config["profile"].get("threads", 1))
    keep_memory()
    must_compute(config["profile"])
    seeds, training, device = config["seeds"], config["training"], device_of(config["profile"])
    augmentation = training["shift"], training["label_noise"], training.get("resized_crop")
    images = read_images(given.data, "train", seeds, device, *augmentation)
    data = Data(images, read_images(given.data, "validation", seeds, device))
    settings = {**config, "model": model_settings(given.data, config["model"])}
    network = place_model(settings["model"], len(seeds), images)
    scored = read_fitting_weights(given.scored, network) if "prune" in config else None
    weights = read_fitting_weights(given.weights, network)
    mask = read_mask(given.mask, weights)
    if "change" in config:
        mask = changed(config["change"], mask, seeds)
    start = Start(weights, mask, scored)
    checkpoints = EpochCheckpoints(given.log, _key(given, device), job.tell) if given.source else None
    began = time.process_time()
    try:
        trained = train_seeds(settings, network, start, data, job.progress, checkpoints, given.threads)
    except RuntimeError as error:
        if checkpoints:
            error.add_note(checkpoints.standing)
        raise
    job.log(f"trained in {time.process_time() - began:.2f} CPU s")
    if device.type == "cuda":
        job.log(f"peak memory of the device {torch.cuda.max_memory_reserved(device) // 2**20} MiB")
    write_tensors(given.out / WEIGHTS, trained.weights)
    write_tensors(given.out / MASK, trained.mask)
    write_rows(given.out / HISTORY, trained.history)
    write_record(given.out, config, trained.records)
    if checkpoints:
        checkpoints.remove()
    accuracies = " ".join(f"{record['validation']['accuracy']:.1f}" for record in trained.records)
    losses = [record["train_loss"] for record in trained.records]
    job.tell(f"loss {fmean(losses):.4f}, validation accuracy {accuracies} %")


def _key(given: Namespace, device: torch.device) -> str:
    """A digest of everything that decides this job's bytes."""
    splits = [given.data / name for name in ("data.json", "train.safetensors", "validation.safetensors")]
    inputs = [*splits, given.weights, given.mask, *([given.scored] if given.scored else [])]
    contents = [_sha256(file) for file in inputs]
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    computes = "any processor" if same_everywhere(given.config) else [processor(), name]
    parts = [given.config, given.source, contents, computes]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
