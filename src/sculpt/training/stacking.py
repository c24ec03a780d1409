"""How the seeds of a job train: with torch as one stack or one after the other, by a rule on the shape.

The rule is never a measurement, since it decides bits. The kernels train one seed after the other in any case.
"""

from functools import partial

import torch

from sculpt.core import costs as cost
from sculpt.core.engines import engine_of
from sculpt.core.settings import Values
from sculpt.models.stacked import Stack
from sculpt.training.device.execution import place_model
from sculpt.training.engine import started
from sculpt.training.inputs import Data, Progress, Start
from sculpt.training.node import Trained, train
from sculpt.training.resume import Checkpoints

STACKED_FLOPS = 1e9
"""The cost of one seed's dense forward pass over a batch up to which a stack is faster: beyond it, tensors that are
larger than the caches cost more than fewer calls save.

Three seeds of ResNet-20 as a stack, against one after the other on a CPU thread in float32, were 2.3 times as fast at
0.02 GFLOP (width 4, 8x8 images, batch 64), 1.9 at 0.08 (8, 8x8, 64), 1.4 at 0.3 (8, 8x8, 256), 1.1 to 1.3 at 0.65 (11
shapes of five models), 0.98 to 1.15 at 1.3 (five shapes), 0.96 at 2.6 (16, 16x16, 128), 0.83 at 10 (16, 32x32, 128).
CUDA: not measured.
"""


def train_seeds(
    settings: Values,
    network: Stack,
    start: Start,
    data: Data,
    progress: Progress,
    checkpoints: Checkpoints = None,
    threads: int = 1,
) -> Trained:
    """`node.train` with the engine of the job's execution profile. network: of all its seeds."""
    if engine_of(settings["profile"]) != "torch":
        return train(settings, started(settings, network, threads), start, data, progress, checkpoints)
    positions = network.positions(data.images.shape)
    flops = settings["training"]["batch_size"] * cost.dense_forward_flops(start.mask, positions)
    if flops <= STACKED_FLOPS:
        return train(settings, started(settings, network), start, data, progress, checkpoints)
    seeds = settings["seeds"]
    alone = started(settings, place_model(settings["model"], 1, data.images))
    parts = []
    for i, seed in enumerate(seeds):
        told = partial(_of_all, progress, i, len(seeds))
        parts.append(train({**settings, "seeds": [seed]}, alone, start.one(i), data.one(i), told, checkpoints))
    history = sorted((row for part in parts for row in part.history), key=lambda row: row["epoch"])
    return Trained(
        {name: torch.cat([part.weights[name] for part in parts]) for name in start.weights},
        {name: torch.cat([part.mask[name] for part in parts]) for name in start.mask},
        history,
        [record for part in parts for record in part.records],
    )


def _of_all(progress: Progress, before: int, seeds: int, done: int, last: int, loss: float) -> None:
    progress(before * last + done, seeds * last, loss)
