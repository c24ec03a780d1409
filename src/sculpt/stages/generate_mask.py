"""Draw one mask at initialisation for a seed block."""

from argparse import Namespace

from sculpt.core import costs as cost
from sculpt.core.files import MASK
from sculpt.core.tensors import write_tensors
from sculpt.pruning.choice import choose
from sculpt.pruning.mask import densities
from sculpt.stages.artifacts.inputs import model_settings, read_fitting_weights, read_images
from sculpt.stages.artifacts.outputs import write_record
from sculpt.stages.jobs.job import Job
from sculpt.training.device.execution import be_deterministic, device_of, keep_memory, place_model

PATHS = ("data", "weights", "out")


def main(given: Namespace, job: Job) -> None:
    config = given.config
    be_deterministic(config["profile"].get("threads", 1))
    keep_memory()
    seeds, device = config["seeds"], device_of(config["profile"])
    # A criterion that reads no labels has no setting of their noise, so that the noise of a variant changes no mask.
    images = read_images(given.data, "train", seeds, device, label_noise=config.get("label_noise", 0.0))
    network = place_model(model_settings(given.data, config["model"]), len(seeds), images)
    read_fitting_weights(given.weights, network)
    drawn = choose(config["criterion"], network, network.everything(), images, seeds, config["density"])
    dense = cost.dense_forward_flops(drawn.mask, network.positions(images.shape))
    spent = cost.training_flops(dense, drawn.passes)
    write_tensors(given.out / MASK, drawn.mask)
    records = [
        {"seed": seed, "density": density, "epochs": 0, "train_flops": spent, "train_flops_dense": spent}
        for seed, density in zip(seeds, densities(drawn.mask), strict=True)
    ]
    for record, correction in zip(records, drawn.corrections or (), strict=drawn.corrections is not None):
        record["flow_correction"] = {"moved": correction.moved, "raised": correction.raised}
    write_record(given.out, config, records)
    job.tell(f"density {records[0]['density']:.6f}")
