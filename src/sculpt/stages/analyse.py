"""Run one analysis over nodes, each beside another, mostly the one before it. The test split stays shut."""

from argparse import Namespace
from collections.abc import Callable
from functools import cache

from sculpt.core.checkpoint import Checkpoint
from sculpt.core.errors import SculptError
from sculpt.core.files import MASK, WEIGHTS, write_rows
from sculpt.core.kinds import ANALYSES
from sculpt.core.tensors import read_mask
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.stages.artifacts.inputs import model_settings, read_fitting_weights, read_images
from sculpt.stages.artifacts.nodes import node_folder
from sculpt.stages.jobs.job import Job
from sculpt.training.device.execution import be_deterministic, device_of, keep_memory, place_model

PATHS = ("data", "results", "out")
SPLITS = ("train", "validation")


class AnalysisError(SculptError):
    """An analysis asks for what it may not have, or finds nothing; the message says what."""


def main(given: Namespace, job: Job) -> None:
    config = given.config
    be_deterministic(config["profile"].get("threads", 1))
    keep_memory()
    seeds, analysis = config["seeds"], config["analysis"]
    images = _images(given, seeds)
    network = place_model(model_settings(given.data, config["model"]), len(seeds), images("validation"))
    analyse = ANALYSES.load(analysis["name"])
    rows = []
    for key, before in config["nodes"]:
        # The node last, so that the network holds its weights.
        earlier = _checkpoint(given, before, network) if before else None
        rows += analyse(_checkpoint(given, key, network), earlier, network, images, analysis)
        job.log(f"{key}: {len(rows)} rows so far")
    if not rows:
        raise AnalysisError(f"{analysis['name']}: no row for any of {len(config['nodes'])} nodes")
    # Not a number is an empty cell, as in every table: readers take no other cell for a missing value.
    write_rows(given.out, [{key: None if value != value else value for key, value in row.items()} for row in rows])
    job.tell(f"{len(config['nodes'])} nodes, {len(rows)} rows")


def _images(given: Namespace, seeds: list[int]) -> Callable[[str], Images]:
    device = device_of(given.config["profile"])

    @cache
    def images(split: str) -> Images:
        """A split without augmentation, read when it is first asked for. Raises AnalysisError for any other."""
        if split not in SPLITS:
            raise AnalysisError(f"split {split!r}; allowed: {', '.join(SPLITS)}, since analyses decide what comes next")
        return read_images(given.data, split, seeds, device)

    return images


def _checkpoint(given: Namespace, key: str, network: Stack) -> Checkpoint:
    """A node, whose weights the network then holds."""
    folder = node_folder(given.results, key, given.config["seeds"])
    weights = read_fitting_weights(folder / WEIGHTS, network)
    return Checkpoint(key, given.config["seeds"], weights, read_mask(folder / MASK, weights))
