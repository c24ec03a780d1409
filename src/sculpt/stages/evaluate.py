"""Evaluate nodes on the test split, under one execution profile: each class, and which images are right.

The only stage that opens the test split, so nothing that is chosen can depend on it.
"""

from argparse import Namespace

import pandas as pd

from sculpt.core.files import WEIGHTS
from sculpt.core.hits import write_hits
from sculpt.core.tables import write_table
from sculpt.stages.artifacts.inputs import model_settings, read_fitting_weights, read_images
from sculpt.stages.artifacts.nodes import node_folder
from sculpt.stages.jobs.job import Job
from sculpt.training.device.execution import be_deterministic, device_of, keep_memory, place_model
from sculpt.training.engine import started

PATHS = ("data", "results", "out", "hits")


def main(given: Namespace, job: Job) -> None:
    config = given.config
    be_deterministic(config["profile"].get("threads", 1))
    keep_memory()
    seeds, device = config["seeds"], device_of(config["profile"])
    images = read_images(given.data, "test", seeds, device)
    network = place_model(model_settings(given.data, config["model"]), len(seeds), images)
    engine = started(config, network, given.threads)
    labels = images.labels[:, 0]
    tables, hits = [], {}
    for node in config["nodes"]:
        read_fitting_weights(node_folder(given.results, node, seeds) / WEIGHTS, network)
        engine.take()
        losses, predictions = engine.evaluate(images)
        correct = (predictions == labels).cpu()
        hits[node] = correct.numpy()
        for seed, hit, loss in zip(seeds, correct, losses.double().cpu(), strict=True):
            by_image = pd.DataFrame(
                {"class": labels.cpu().numpy(), "accuracy": 100.0 * hit.numpy(), "loss": loss.numpy()}
            )
            of_class = by_image.groupby("class", as_index=False).agg(
                images=("accuracy", "size"), accuracy=("accuracy", "mean"), loss=("loss", "mean")
            )
            tables.append(of_class.assign(node=node, seed=seed))
        job.log(f"{node}: accuracy {100 * correct.double().mean():.2f} %")
    columns = ["node", "seed", "class", "images", "accuracy", "loss"]
    write_table(given.out, pd.concat(tables)[columns])
    write_hits(given.hits, seeds, hits)
    job.tell(f"{len(config['nodes'])} nodes evaluated")
