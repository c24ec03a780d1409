"""Read a data set, split it, and store each split as tensors."""

import os
from argparse import Namespace
from pathlib import Path

import torch

from sculpt.artifacts import write_json, write_tensors
from sculpt.data.load import read
from sculpt.stages.job import Job

PATHS = ("out",)


def main(given: Namespace, job: Job) -> None:
    root = Path(os.environ.get("SCULPT_DATA", "data/raw"))
    splits = read(root=root, **given.config["data"])
    for name, part in splits.parts.items():
        tensors = {"images": torch.from_numpy(part.images), "labels": torch.from_numpy(part.labels)}
        write_tensors(given.out / f"{name}.safetensors", tensors)
    sizes = {name: len(part) for name, part in splits.parts.items()}
    facts = {
        "classes": splits.classes,
        "channels": splits.parts["train"].images.shape[1],
        "mean": splits.mean,
        "scale": splits.scale,
        "sizes": sizes,
    }
    write_json(given.out / "data.json", facts)
    job.tell(", ".join(f"{count} {name} images" for name, count in sizes.items()))
