"""Small nodes for the tests: images, settings, networks and masks, and one call that trains."""

from dataclasses import replace

import torch

from sculpt.core.randomness import generator
from sculpt.data.augmentation import Images, augmented, epoch_draws, noisy_labels
from sculpt.models.build import build
from sculpt.pruning.mask import keep_highest, within
from sculpt.pruning.random_masks import draw_at_random
from sculpt.training.device.execution import place_model
from sculpt.training.engine import started
from sculpt.training.inputs import Data, Start
from sculpt.training.node import train

CLASSES, N, BATCH, EPOCHS = 3, 24, 8, 2
MODEL = {"name": "resnet20", "classes": CLASSES, "width": 4}


def data(seeds, n=N, shift=1, key=0, noise=0.0, double=False):
    """Images of 8x8 with a bright block where their class is, under noise."""
    random = torch.Generator().manual_seed(key)
    labels = torch.arange(n) % CLASSES
    pixels = torch.randint(120, (n, 1, 8, 8), generator=random)
    for image, label in zip(pixels, labels, strict=True):
        image[0, 2:6, 2 * int(label) : 2 * int(label) + 3] += 100
    noisy = noisy_labels(labels, CLASSES, noise, seeds)
    placed = Images.place(pixels.to(torch.uint8), noisy, [100.0], [60.0], shift, torch.device("cpu"))
    return replace(placed, mean=placed.mean.double(), scale=placed.scale.double()) if double else placed


def settings(seeds, **other):
    """Those of a job; `other` changes values of any of its sections, by their keys."""
    given = {
        "seeds": list(seeds),
        "model": MODEL,
        "profile": {"device": "cpu", "precision": "float32"},
        "training": {
            "batch_size": BATCH,
            "schedule": {"name": "triangular", "warmup": 0.5, "start": 0.2},
            "learning_rate": 0.1,
            "loss": {"name": "cross_entropy", "smoothing": 0.0},
            "update": {"name": "sgd", "momentum": 0.9, "weight_decay": 0.01},
            "label_noise": 0.0,
            "shift": 1,
            "flip": True,
        },
        "cycle": {"epochs": EPOCHS, "first_epoch": 0, "stretch": 1},
    }
    for section in (given, given["training"], given["cycle"]):
        section |= {key: other.pop(key) for key in list(other) if key in section}
    given |= {key: other.pop(key) for key in ("prune", "transform") if key in other}
    given["cycle"] |= {key: other.pop(key) for key in ("stop_epoch", "density") if key in other}
    given["training"] |= {key: other.pop(key) for key in ("between",) if key in other}
    assert not other
    return given


def prune_to(density, **criterion):
    """The settings of a prune."""
    return {"prune": {"density": density, "criterion": criterion or {"name": "magnitude"}}}


def sgd(momentum=0.9, weight_decay=0.01):
    return {"update": {"name": "sgd", "momentum": momentum, "weight_decay": weight_decay}}


def smoothed(smoothing):
    return {"loss": {"name": "cross_entropy", "smoothing": smoothing}}


def empty_network(seeds, images, model=MODEL):
    return place_model(model, len(seeds), images).to(images.mean.dtype)


def initial(seeds, images, model=MODEL):
    network = empty_network(seeds, images, model)
    network.initialise([generator("initial weights", seed) for seed in seeds])
    return network.checkpoint()


def full(seeds, model=MODEL):
    return {name: torch.ones(len(seeds), *shape, dtype=torch.bool) for name, shape in shapes(model).items()}


def sparse(seeds, density=0.3, model=MODEL):
    return draw_at_random("erk", full(seeds, model), lambda shape: float(sum(shape)), density, list(seeds), None).mask


def shapes(model):
    return build(model, replicates=1, channels=1, classes=CLASSES).shapes()


def largest(weights, mask, density):
    """What a magnitude prune keeps."""
    return keep_highest(within(mask, {name: weights[name].abs() for name in mask}), density)


def epoch_batches(images, seeds, epoch, size):
    return [augmented(images, draws) for draws in epoch_draws(images, list(seeds), epoch, size, flip=True)]


def run(
    seeds=(0, 1),
    weights=None,
    mask=None,
    scored=None,
    images=None,
    progress=None,
    checkpoints=None,
    model=MODEL,
    **other,
):
    """A node with all of its arguments filled in."""
    images = data(seeds) if images is None else images
    weights = initial(seeds, images, model) if weights is None else weights
    validation = replace(data(seeds, 12, 0, key=1), mean=images.mean, scale=images.scale)
    given = settings(seeds, model=model, **other)
    return train(
        given,
        started(given, empty_network(seeds, images, model)),
        Start(weights, sparse(seeds, model=model) if mask is None else mask, scored),
        Data(images, validation),
        progress or (lambda done, last, loss: None),
        checkpoints,
    )


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def kept_shares(mask):
    return torch.cat([kept.flatten(1) for kept in mask.values()], 1).double().mean(1).tolist()
