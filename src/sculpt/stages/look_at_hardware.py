"""Evaluate nodes under one execution profile, image by image, and say what computed and whether it changes any bit.

It opens the test split as `evaluate` does. Nothing is chosen from what it finds.
"""

from argparse import Namespace
from typing import Any

import torch

from sculpt.core.files import WEIGHTS, write_json
from sculpt.core.machines import MACHINE, OUTCOMES, SPLITS, digest_of
from sculpt.core.outcomes import Outcomes, write_outcomes
from sculpt.stages.artifacts.inputs import model_settings, read_fitting_weights, read_images
from sculpt.stages.artifacts.nodes import node_folder
from sculpt.stages.jobs.job import Job
from sculpt.training.device.execution import be_deterministic, device_of, keep_memory, place_model
from sculpt.training.device.flags import read_flags
from sculpt.training.device.lacking import lacking
from sculpt.training.device.probe import probe
from sculpt.training.device.provenance import SENSORS, provenance, sensors
from sculpt.training.engine import started

PATHS = ("data", "results", "out")


def main(given: Namespace, job: Job) -> None:
    """Write outcomes.safetensors and machine.json (`sculpt.core.machines`).

    Where this machine lacks what the profile asks for, they say so, and the job has done its work.
    """
    profile = given.config["profile"]
    be_deterministic(profile.get("threads", 1))
    keep_memory()
    why = lacking(profile)
    outcomes, said = (_absent(given), _nothing(profile)) if why else _looked(given, job)
    digest = write_outcomes(given.out / OUTCOMES, outcomes)
    write_json(given.out / MACHINE, {**said, "available": not why, "why": why, "profile": profile, "outcomes": digest})
    job.tell(f"not available: {why}" if why else f"{len(given.config['nodes'])} nodes on {', '.join(SPLITS)}")


def _absent(given: Namespace) -> Outcomes:
    return Outcomes(given.config["seeds"])


def _nothing(profile: dict[str, Any]) -> dict[str, Any]:
    """What is known of a machine that cannot compute under the profile."""
    cuda = profile["device"] != "cpu" and torch.cuda.is_available()
    name = torch.cuda.get_device_name() if cuda else None if profile["device"] == "cuda" else "cpu"
    return {
        "device": name,
        "flags": None,
        "probe": None,
        "provenance": provenance(torch.device("cuda" if cuda else "cpu")),
        "splits": None,
        "weights": None,
    }


def _looked(given: Namespace, job: Job) -> tuple[Outcomes, dict[str, Any]]:
    config, found = given.config, Outcomes(given.config["seeds"])
    seeds, profile = config["seeds"], config["profile"]
    device = device_of(profile)
    job.log(f"the device before: {_state(device)}")
    images = {split: read_images(given.data, split, seeds, device) for split in SPLITS}
    network = place_model(model_settings(given.data, config["model"]), len(seeds), images["test"])
    engine = started(config, network, given.threads)
    files = {node: node_folder(given.results, node, seeds) / WEIGHTS for node in config["nodes"]}
    for node, file in files.items():
        read_fitting_weights(file, network)
        engine.take()
        for split, of_split in images.items():
            losses, predictions = engine.evaluate(of_split)
            found.predictions[node, split] = predictions.cpu().numpy()
            found.losses[node, split] = losses.double().cpu().numpy()
    job.log(f"the device after: {_state(device)}")
    said = {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "flags": read_flags(profile, device),
        "probe": probe(profile, given.threads),
        "provenance": provenance(device),
        "splits": {split: digest_of(given.data / f"{split}.safetensors") for split in SPLITS},
        "weights": {node: digest_of(file) for node, file in files.items()},
    }
    return found, said


def _state(device: torch.device) -> str:
    """Clocks, power and temperature now. For the log alone: they are never twice the same."""
    found = sensors(device)
    told = [f"{name} {found[name]:g} {unit}" for name, unit in SENSORS.items() if found[name] is not None]
    return ", ".join(told) or "; ".join(dict.fromkeys(found["absent"].values()))
