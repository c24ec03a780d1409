"""Draw the initial weights of a seed block, on the CPU, so that every device starts equal."""

from argparse import Namespace

from sculpt.core.files import MASK, WEIGHTS, read_json
from sculpt.core.randomness import generator
from sculpt.core.tensors import write_tensors
from sculpt.models.build import build
from sculpt.stages.artifacts.outputs import write_record
from sculpt.stages.jobs.job import Job

PATHS = ("data", "out")


def main(given: Namespace, job: Job) -> None:
    seeds, facts = given.config["seeds"], read_json(given.data / "data.json")
    network = build(given.config["model"], len(seeds), facts["channels"], facts["classes"])
    network.initialise([generator("initial weights", seed) for seed in seeds])
    mask = network.everything()
    write_tensors(given.out / WEIGHTS, network.checkpoint())
    write_tensors(given.out / MASK, mask)
    nothing = {"density": 1.0, "epochs": 0, "train_flops": 0, "train_flops_dense": 0}
    write_record(given.out, given.config, [{"seed": seed, **nothing} for seed in seeds])
    job.tell(f"{sum(kept[0].numel() for kept in mask.values()):,} prunable weights per seed")
