"""Train one node of the recipe for one seed block: prune where it says so, one schedule, evaluation on validation."""

import time
from argparse import Namespace
from statistics import fmean

from sculpt.artifacts import HISTORY, MASK, RECORD, WEIGHTS, read_json, read_mask, write_json, write_rows, write_tensors
from sculpt.stages.inputs import model_settings, read_fitting_weights, read_images
from sculpt.stages.job import Job
from sculpt.training.execution import be_deterministic, device_of, keep_memory, place_model
from sculpt.training.stacking import train_seeds

PATHS = ("data", "weights", "mask", "scored", "before", "out")


def main(given: Namespace, job: Job) -> None:
    be_deterministic()
    keep_memory()
    config = given.config
    seeds, device = config["seeds"], device_of(config["profile"])
    augmentation = config["shift"], config["label_noise"], config.get("resized_crop")
    images = read_images(given.data, "train", seeds, device, *augmentation)
    validation = read_images(given.data, "validation", seeds, device)
    config["model"] = model_settings(given.data, config["model"])
    network = place_model(config["model"], len(seeds), images)
    scored = read_fitting_weights(given.scored, network) if config["prune"] is not None else None
    weights = read_fitting_weights(given.weights, network)
    mask = read_mask(given.mask, weights)
    start = time.process_time()
    before = read_json(given.before)
    trained = train_seeds(config, network, weights, mask, scored, before, images, validation, job.progress)
    job.log(f"trained in {time.process_time() - start:.2f} CPU s")
    write_tensors(given.out / WEIGHTS, trained.weights)
    write_tensors(given.out / MASK, trained.mask)
    write_rows(given.out / HISTORY, trained.history)
    write_json(given.out / RECORD, trained.records)
    accuracies = " ".join(f"{record['validation']['accuracy']:.1f}" for record in trained.records)
    losses = [record["train_loss"] for record in trained.records]
    job.tell(f"loss {fmean(losses):.4f}, validation accuracy {accuracies} %")
