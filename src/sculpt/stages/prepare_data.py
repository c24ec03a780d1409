"""Read a data set, split it, and store each split as tensors."""

from argparse import Namespace
from collections.abc import Iterator

import numpy as np
import torch

from sculpt.core.files import write_json
from sculpt.core.raw import data_root
from sculpt.core.tensors import write_streamed
from sculpt.data.load import read
from sculpt.stages.jobs.job import Job

PATHS = ("out",)


def main(given: Namespace, job: Job) -> None:
    settings = given.config["data"]
    crop = {"crop": settings["crop"]} if "crop" in settings else {}
    splits = read(data_root(), settings)
    sizes = {name: len(part) for name, part in splits.parts.items()}
    channels = len(splits.mean)
    count = job.counter("decoded", sum(sizes.values()))

    def counted(chunks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        for chunk in chunks:
            count(len(chunk))
            yield chunk

    for name, part in splits.parts.items():
        shape = (len(part), channels, settings["size"], settings["size"])
        columns = {"labels": torch.from_numpy(part.labels)}
        if part.groups is not None:
            columns["groups"] = torch.from_numpy(part.groups)
        write_streamed(given.out / f"{name}.safetensors", columns, "images", shape, counted(part.chunks(given.threads)))
    facts = {
        "classes": splits.classes,
        "channels": channels,
        "mean": splits.mean,
        "scale": splits.scale,
        "sizes": sizes,
        **crop,
        **({} if splits.group_names is None else {"groups": splits.group_names}),
    }
    write_json(given.out / "data.json", facts)
    told = {name: f"{count} {name} images" for name, count in sizes.items()}
    if "long_tail" in settings:
        of_each = np.bincount(splits.parts["train"].labels)
        told["train"] += f" ({of_each.max()} to {of_each.min()} of a class)"
    job.tell(", ".join(told.values()))
