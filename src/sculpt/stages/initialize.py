"""Draw the initial weights of a seed block, on the CPU, so that every device starts equal."""

from argparse import Namespace

import torch

from sculpt import models
from sculpt.core.files import MASK, RECORD, WEIGHTS, read_json, write_json
from sculpt.core.randomness import generator
from sculpt.core.tensors import write_tensors
from sculpt.stages.inputs import model_settings
from sculpt.stages.job import Job

PATHS = ("data", "out")


def main(given: Namespace, job: Job) -> None:
    seeds = given.config["seeds"]
    settings = model_settings(given.data, given.config["model"])
    channels = read_json(given.data / "data.json")["channels"]
    network = models.build(replicates=len(seeds), channels=channels, **settings)
    network.initialise([generator("initial weights", seed) for seed in seeds])
    weights = network.checkpoint()
    mask = {name: torch.ones(len(seeds), *shape, dtype=torch.bool) for name, shape in network.shapes().items()}
    write_tensors(given.out / WEIGHTS, weights)
    write_tensors(given.out / MASK, mask)
    nothing = {"epochs": 0, "train_flops": 0, "train_flops_dense": 0}
    write_json(given.out / RECORD, [{"seed": seed, **nothing} for seed in seeds])
    job.tell(f"{sum(kept[0].numel() for kept in mask.values()):,} prunable weights a seed")
