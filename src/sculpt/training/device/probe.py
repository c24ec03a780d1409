"""Whether an execution profile changes any bit on this machine: a fixed network, its outputs and one training step.

A definition of this project. Its images, labels and weights are drawn by the project's keyed generators, so they are
the same everywhere; it computes with the engine of the profile, as a job does. It sees one network and one shape: a
profile that does nothing to it can still round another one differently (so `sculpt.statistics.machines` asks for more).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from sculpt.core.engines import engine_of
from sculpt.core.randomness import generator
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images, epoch_draws
from sculpt.models.stacked import Stack
from sculpt.training.device.execution import device_of, place_model
from sculpt.training.engine import Engine, started

SEEDS, CLASSES, SIZE, IMAGES, BATCH = [0, 1], 10, 8, 128, 64
MODEL = {"name": "resnet20", "width": 8, "classes": CLASSES}
TRAINING = {
    "batch_size": BATCH,
    "loss": {"name": "cross_entropy", "smoothing": 0.0},
    "update": {"name": "sgd", "momentum": 0.9, "weight_decay": 0.0005},
}
RATE = 0.1
LOUDER = 2.0
"""Times initial weights: these count on the statistics of batches, without which the images would fade out."""


def probe(profile: dict[str, Any], threads: int = 1) -> dict[str, str]:
    """Two SHA-256: `inference`, of the logits; `training`, of all weights and statistics after one step.

    The process has the environment and the threads of the profile already. Logits count less the largest of their
    image, as float32: so the kernels, which keep no logits, can be compared with PyTorch.
    """
    device = device_of(profile)
    images = _images(device)
    network = place_model(MODEL, len(SEEDS), images)
    weights = _fill(network)
    settings = {"seeds": SEEDS, "profile": profile, "model": MODEL, "training": TRAINING}
    engine = started(settings, network, threads)
    network.load(weights)
    engine.take(network.everything())
    draws = epoch_draws(images, SEEDS, 0, BATCH, flip=True)[:1]
    engine.train(images, draws, [RATE])
    engine.give()
    trained = network.checkpoint()
    network.load(weights)
    engine.take(network.everything())
    logits = _logits(engine, profile, images)
    below = (logits - logits.max(2, keepdim=True).values).float()
    return {"inference": _digest([below]), "training": _digest(trained[name] for name in sorted(trained))}


def _images(device: torch.device) -> Images:
    random = generator("probe images", 0)
    pixels = torch.randint(256, (IMAGES, 1, SIZE, SIZE), generator=random, dtype=torch.uint8)
    labels = torch.randint(CLASSES, (IMAGES, 1), generator=random).expand(-1, len(SEEDS)).contiguous()
    return Images.place(pixels, labels, [127.5], [74.0], 1, device)


def _fill(network: Stack) -> Tensors:
    """Weights, and batch norm as after training: with its initial zeros and ones no product in it would be rounded."""
    network.initialise([generator("probe weights", seed) for seed in SEEDS])
    weights, random = network.checkpoint(), generator("probe batch norm", 0)
    prunable = network.prunable()
    for name in sorted(weights):
        if name in prunable:
            weights[name] *= LOUDER
        else:
            drawn = torch.rand(weights[name].shape, generator=random)
            weights[name] = 0.5 + drawn if name.endswith(("weight", "running_var")) else drawn - 0.5
    return weights


def _logits(engine: Engine, profile: dict[str, Any], images: Images) -> Tensor:
    """(R, N, classes), float64; those of the kernels up to a number that the classes of an image share."""
    if engine_of(profile) == "torch":
        return engine.logits(images)
    as_if = [replace(images, labels=torch.full_like(images.labels, label)) for label in range(CLASSES)]
    return -torch.stack([engine.evaluate(split)[0] for split in as_if], 2)  # each loss: a sum over classes - its logit


def _digest(tensors: Iterable[Tensor]) -> str:
    digest = hashlib.sha256()
    for tensor in tensors:
        digest.update(tensor.contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()
