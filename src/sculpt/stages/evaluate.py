"""Evaluate nodes on the test split, under one execution profile: each class, and which images are right.

It and `look_at_hardware` open the test split, and nothing is chosen from what they find.
"""

from argparse import Namespace
from math import fsum

from sculpt.core.files import WEIGHTS, write_rows
from sculpt.core.hits import write_hits
from sculpt.stages.artifacts.inputs import model_settings, read_fitting_weights, read_images
from sculpt.stages.artifacts.nodes import node_folder
from sculpt.stages.jobs.job import Job
from sculpt.training.device.execution import be_deterministic, device_of, keep_memory, place_model
from sculpt.training.engine import must_compute, started

PATHS = ("data", "results", "out", "hits")


def main(given: Namespace, job: Job) -> None:
    config = given.config
    be_deterministic(config["profile"].get("threads", 1))
    keep_memory()
    must_compute(config["profile"])
    seeds, device = config["seeds"], device_of(config["profile"])
    images = read_images(given.data, "test", seeds, device)
    network = place_model(model_settings(given.data, config["model"]), len(seeds), images)
    engine = started(config, network, given.threads)
    labels = images.labels[:, 0]
    of_class = {int(label): (labels == label).nonzero().flatten().cpu() for label in labels.unique()}
    rows, hits = [], {}
    for node in config["nodes"]:
        read_fitting_weights(node_folder(given.results, node, seeds) / WEIGHTS, network)
        engine.take()
        losses, predictions = engine.evaluate(images)
        correct = (predictions == labels).cpu()
        hits[node] = correct.numpy()
        for seed, hit, loss in zip(seeds, correct, losses.double().cpu(), strict=True):
            for label, members in of_class.items():
                count = len(members)
                rows.append(
                    {
                        "node": node,
                        "seed": seed,
                        "class": label,
                        "images": count,
                        "accuracy": 100 * int(hit[members].sum()) / count,
                        "loss": fsum(loss[members].tolist()) / count,
                    }
                )
        job.log(f"{node}: accuracy {100 * int(correct.sum()) / correct.numel():.2f} %")
    write_rows(given.out, rows)
    write_hits(given.hits, seeds, hits)
    job.tell(f"{len(config['nodes'])} nodes evaluated")
