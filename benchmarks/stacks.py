"""Where a stack of three seeds pays: its steps against those of three separate networks, by model and width.

    python benchmarks/stacks.py

On one thread of the CPU, 32x32 images, in about three minutes; the rule that this justifies is in
`sculpt.training.stacking`. Prints a table, a ratio over 1 where the stack is faster, with the images of a batch.
"""

import os
import statistics
from functools import partial

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: one thread a process, as the jobs run

import torch
import trainer
from case import Case
from loops import DENSITY
from rounds import interleaved, ratios

SHAPES = {
    "resnet20": [(8, 64), (16, 64)],
    "resnet18": [(8, 64), (16, 64), (32, 32), (64, 16)],
    "resnet50": [(16, 32)],
    "vgg16": [(8, 64), (32, 32)],
    "mobilenetv2": [(8, 32), (16, 32), (32, 16)],
}
"""Widths, and the images of a batch."""
STEM = {"resnet18": {"stem": "cifar"}, "resnet50": {"stem": "cifar"}, "mobilenetv2": {"stem": "cifar"}}


def main() -> None:
    print("| model | width | batch | a seed's forward pass, GFLOP | stack of 3 | jobs stack |")
    print("|---|---|---|---|---|---|")
    for model, shapes in SHAPES.items():
        for width, batch in shapes:
            case = Case({"name": model, "width": width, **STEM.get(model, {})}, size=32, batch=batch, images=batch)
            device = torch.device("cpu")
            flops = batch * trainer.forward_flops(case, device) / 1e9
            stacked = "yes" if trainer.is_stacked(case, device) else "no"
            print(f"| {model} | {width} | {batch} | {flops:.2g} | {_ratio(case):.2f} | {stacked} |", flush=True)


def _ratio(case: Case) -> float:
    how = (case, [0, 1, 2], torch.device("cpu"), "float32", DENSITY)
    variants = {
        "one after the other": partial(trainer.one_after_the_other, *how),
        "stack": partial(trainer.epoch, *how),
    }
    found = interleaved(variants, rounds=5)
    return statistics.median(ratios(found["one after the other"], found["stack"]))


if __name__ == "__main__":
    main()
