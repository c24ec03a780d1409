"""One network under both engines, ready to be measured: the kernels that skip zeros, and torch's dense ones."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sculpt.core.checkpoint import Checkpoint
from sculpt.core.processor import processor
from sculpt.data.augmentation import Images
from sculpt.engine.batches import Batches, Split, plain
from sculpt.engine.network import Network
from sculpt.engine.programs.programs import PLAIN_BATCH
from sculpt.engine.takes import takes
from sculpt.models.restacked import single
from sculpt.models.stacked import Stack
from sculpt.studies.hardware.energy import Since, of_cuda_device, of_packages
from sculpt.studies.hardware.memory import bytes_of_kernels, peak_rise

MIB = 2**20


@dataclass(frozen=True)
class Run:
    """A network and a batch that lies ready.

    call: evaluates it; returns logits (1, B, classes) from torch, predicted classes (B,) from the kernels. meter: of
    the energy. memory: MiB, None where nothing tells.
    """

    call: Callable[[], object]
    meter: Since
    memory: Callable[[], float | None]
    processor: str


def runs_of(network: Stack, node: Checkpoint, images: Images, batches: tuple[int, ...]) -> dict[tuple[str, int], Run]:
    """By engine and batch, of the node's first seed; a batch has the images of a split in order, as often as it takes.

    torch computes on the images' device, the kernels on a CPU; they are left out where they lack the model, or where
    the images do not fit into memory.
    """
    found, alone = {}, single(network, node.weights, 0)
    rows = {batch: torch.arange(batch, device=images.pixels.device) % len(images) for batch in batches}
    for batch, index in rows.items():
        x, _ = images.plain(index, 1)
        found["torch", batch] = _dense(alone, x.contiguous(memory_format=torch.contiguous_format))
    if takes(alone, images):
        classes = alone.head.weight.shape[0]
        engine = Network(deepcopy(alone).cpu(), images.shape, classes)
        weights, mask = ({name: tensor[0] for name, tensor in part.items()} for part in (node.weights, node.mask))
        engine.load(weights, mask)
        for batch, index in rows.items():
            found["kernels", batch] = _skipping(engine, images, index)
    return found


def _dense(alone: Stack, x: Tensor) -> Run:
    def evaluated(model: Stack) -> Tensor:
        with torch.inference_mode():
            logits = model(x)
            if x.is_cuda:
                torch.cuda.synchronize(x.device)
        return logits

    def whole() -> None:
        evaluated(deepcopy(alone))

    if not x.is_cuda:
        return Run(lambda: evaluated(alone), of_packages(), lambda: peak_rise(whole), processor()["processor"])

    def allocated() -> float:
        torch.cuda.reset_peak_memory_stats(x.device)
        before = torch.cuda.memory_allocated(x.device)
        whole()
        return (torch.cuda.max_memory_allocated(x.device) - before) / MIB

    facts = torch.cuda.get_device_properties(x.device)
    return Run(lambda: evaluated(alone), of_cuda_device(str(facts.uuid)), allocated, facts.name)


def _skipping(engine: Network, images: Images, rows: Tensor) -> Run:
    """As `Network.evaluate`, with what stays the same from batch to batch made before."""
    few = replace(images, pixels=images.pixels[rows].cpu(), labels=images.labels[rows, :1].cpu())
    few = replace(few, mean=images.mean.cpu(), scale=images.scale.cpu())
    programs, ffi = engine.programs, engine.programs.library.ffi
    split = Split(ffi, few, 0, programs.graph.picture)
    batches = Batches(*(ffi, plain(few, min(len(few), PLAIN_BATCH)), len(few)), [0.0], [0.0])

    def call() -> NDArray[np.int32]:
        engine.enter(back=False)
        programs.evaluation.run(programs.library, split.struct, batches.struct, batches.count)
        return batches.predictions

    return Run(call, of_packages(), lambda: bytes_of_kernels(engine) / MIB, processor()["processor"])
