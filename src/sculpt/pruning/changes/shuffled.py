"""Each layer's mask in a random order: as many weights of each layer, others of them.

The control for experiments on coupling: what is left of a mask's advantage is how many weights each layer keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors


def change(mask: Tensors, seeds: list[int]) -> Tensors:
    """A mask of the same shape (R, ...), bool. A seed's order depends on the seed and the layers' sizes alone.

    Layers are taken in the order of their names, which a file does not change.
    """
    import torch

    from sculpt.core.randomness import generator

    found = {name: kept.clone() for name, kept in mask.items()}
    for replicate, seed in enumerate(seeds):
        random = generator("shuffle mask", seed)
        for name in sorted(mask):
            flat = mask[name][replicate].flatten()
            order = torch.randperm(len(flat), generator=random)
            found[name][replicate] = flat[order].reshape(found[name][replicate].shape)
    return found
