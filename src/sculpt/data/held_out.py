"""The test images of a pool of one's own, drawn from each class."""

import numpy as np
import torch

from sculpt.core.randomness import generator
from sculpt.data.own_images import held_out_of
from sculpt.data.split import Split


def cut_off(pool: Split, count: int) -> tuple[Split, Split]:
    """The images that are left for training, and `count` to test on, both in the order of the pool.

    Each class has as many as `held_out_of` says, drawn without replacement, and the same ones every time.
    """
    of_class = np.bincount(pool.labels).tolist()
    held_out = np.zeros(len(pool), dtype=bool)
    for label, tested in enumerate(held_out_of(of_class, count)):
        drawn = torch.randperm(of_class[label], generator=generator("images to test on", label))[:tested]
        held_out[np.flatnonzero(pool.labels == label)[drawn.numpy()]] = True
    return pool.part(np.flatnonzero(~held_out)), pool.part(np.flatnonzero(held_out))
