"""Training steps of one network, ready to be timed: on the project's kernels, or on a device; and their memory."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor

from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images, epoch_draws
from sculpt.engine.errors import EngineError
from sculpt.engine.network import Network
from sculpt.models.restacked import restacked
from sculpt.models.stacked import Stack
from sculpt.training.engines.torch import TorchEngine

MIB = 2**20
UPDATE = {"momentum": 0.9, "decay": 5e-4, "smoothing": 0.0}
"""Of the steps that are timed. Their values change no time, but a step with momentum reads and writes the velocity."""

TRAINING = {
    "loss": {"name": "cross_entropy", "smoothing": UPDATE["smoothing"]},
    "update": {"name": "sgd", "momentum": UPDATE["momentum"], "weight_decay": UPDATE["decay"]},
}
"""The same, as a job's settings have it."""


def kernels_for(network: Stack, images: Images, batch: int) -> Network | None:
    """A network of one seed on the kernels, on one thread; None where they lack the model or the images."""
    if type(images) is not Images or images.pixels.is_cuda:
        return None
    try:
        return Network(
            restacked(network, 1),
            images.shape,
            network.head.weight.shape[0] // network.replicates,
            batch_size=batch,
            **UPDATE,
        )
    except EngineError:
        return None


def draws_of(images: Images, seeds: list[int], batch: int) -> Tensor:
    """The batches of a first epoch."""
    return epoch_draws(images, seeds, 0, batch, flip=False)


def steps(engine: Network, images: Images, draws: Tensor) -> Callable[[], object]:
    """A call that takes one step per batch of draws (batches, 4, B, 1): augmentation, both passes and the update.

    The learning rate is 0, so that every call meets the same weights.
    """
    return lambda: engine.train(images, 0, draws, [0.0] * len(draws))


def stacked_steps(network: Stack, mask: Tensors, images: Images, draws: Tensor) -> Callable[[], object]:
    """A call that takes the same steps with PyTorch on the images' device, all seeds of the stack at once, as a job.

    draws: (batches, 4, B, R). The network is copied, and holds weights that are zero outside the mask (R, ...).
    """
    device = images.pixels.device
    profile = {"device": device.type, "precision": "float32"}
    engine = TorchEngine({"training": TRAINING, "profile": profile}, deepcopy(network).train())
    engine.take(mask)

    def call() -> None:
        engine.train(images, draws, [0.0] * len(draws))
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    return call


def bytes_of_training(engine: Network) -> int:
    """Bytes of a network of the kernels that trains, once it has taken a step.

    The buffers of its program, the lists of both passes, and weights, velocity and gradient of what is kept. Exact, and
    of one seed, as a job computes its seeds in turn. Images, other programs and the interpreter come on top.
    """
    programs, parameters = engine.programs, engine.parameters
    lists = 0
    for name, layer in programs.layers.items():
        for matrix in (*layer.outputs, *layer.inputs):
            rows = matrix.lists(parameters.places(name))
            lists += rows.groups.nbytes + rows.offsets.nbytes + rows.weights.nbytes + 4 * len(rows.weights)
    return programs.training.program.bytes + lists + 3 * 4 * parameters.count + programs.running.nbytes


def one(tensors: Tensors) -> Tensors:
    """Those of the first replicate, on a CPU."""
    return {name: tensor[0].cpu() for name, tensor in tensors.items()}
