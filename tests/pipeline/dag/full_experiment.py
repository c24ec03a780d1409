"""The jobs of a small experiment that has one of everything."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

from sculpt.core.settings import Values
from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import STAGES
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.job import Job

ROOT = Path(__file__).parents[3]
COUPLED = {"mask_of": "lrr", "ladder": [0.5, 0.1], "weights": "warm_up", "rewind_epoch": 1, "targets": [0.1]}


@cache
def _plain() -> Values:
    return described(load(ROOT / "params.yaml").experiments["digits"])


def experiment(**changed: Any) -> Values:
    plain = copy.deepcopy(_plain())
    training = plain["training"]
    cosine = {"name": "cosine", "warmup": 1.0}
    rich = {
        "seeds": 3,
        "replicates": 2,
        "variants": {
            "noisy": training | {"label_noise": 0.2},
            "slow": training | {"schedule": cosine, "profile": "other", "epochs": 7},
        },
        "profiles": {
            "default": plain["profiles"]["default"],
            "other": {"device": "cpu", "precision": "float32", "threads": 2},
            "wide": {
                "device": "cuda",
                "precision": "bfloat16",
                "partition": "wide",
                "environment": {"MKL_CBWR": "AUTO"},
            },
        },
        "hardware": {"reference": "other", "profiles": ["default", "wide"], "methods": ["lrr"]},
        "transforms": {"mixed": {"name": "shuffle_signs"}},
        "analyses": {"overlap": {"name": "overlap"}, "other": {"name": "overlap"}},
        "runs": [
            {"method": "dense", "cycles": 2},
            {"method": "masks", "masks": ["erk", "snip"], "densities": [0.05]},
            {"method": "cyclic", "mask": "snip", "densities": [0.3], "variant": "noisy", "transform": "mixed"},
            {"method": "long", "mask": "erk", "densities": [0.1], "checkpoints": True},
            {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1], "criterion": "snip"},
            {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.2]},
            {"method": "lrr", "ladder": [0.5, 0.1], "variant": "slow"},
            {"method": "lrr", "ladder": [0.5, 0.1]},
            {"method": "imp", "ladder": [0.5, 0.1], "transform": "mixed"},
            {"method": "wr", "rewind_epoch": 1, "ladder": [0.5, 0.1]},
            {"method": "coupled", **COUPLED, "change": "shuffled", "transform": "mixed"},
            {"method": "coupled", **COUPLED, "mask_of": "wr"},
        ],
    }
    return plain | copy.deepcopy(rich) | changed


def jobs(plain: Values | None = None) -> list[Job]:
    grid = Grid("rich", plain or experiment())
    return [job for stage in STAGES for job in stage.all_jobs(grid)]


def key(job: Job) -> tuple:
    return job.rule, *job.wildcards.values()
