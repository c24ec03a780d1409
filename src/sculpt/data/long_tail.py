"""A long tail: training images that grow fewer exponentially from the first class to the last.

The shape is that of the long-tailed CIFAR of Cui et al. 2019 (arXiv 1901.05555). Rounding, which images stay, and what
holds for classes of unequal size are definitions of this project.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sculpt.data.split import Splits


def tail_sizes(largest: int, classes: int, factor: float) -> list[int]:
    """Images of each class: class k of K keeps round(largest * factor^(k / (K - 1))), k from 0.

    largest: images of the first class. factor: images of the last class per image of the first.
    """
    return [round(largest * factor ** (k / (classes - 1))) for k in range(classes)]


def with_long_tail(splits: Splits, factor: float) -> Splits:
    """The same data set with a long tail in its training images, which stay in their order. No other part changes.

    `largest` of `tail_sizes` is the number of images of the smallest class, so that every class has enough. A class's
    images are drawn without replacement and the same every time; those of a smaller factor are some of those of a
    larger one. Raises DataError where a class would have no image.
    """
    import numpy as np
    import torch

    from sculpt.core.randomness import generator
    from sculpt.data.split import DataError

    train = splits.parts["train"]
    smallest = int(np.bincount(train.labels, minlength=splits.classes).min())
    sizes = tail_sizes(smallest, splits.classes, factor)
    if empty := sizes.count(0):
        raise DataError(
            f"data.long_tail is {factor}, which leaves {empty:,} of {splits.classes:,} classes without a training "
            f"image, the first class {sizes.index(0)}; the smallest class has {smallest:,} before the tail is cut"
        )
    kept = []
    for label, size in enumerate(sizes):
        rows = np.flatnonzero(train.labels == label)
        drawn = torch.randperm(len(rows), generator=generator("long tail", label))[:size]
        kept.append(rows[drawn.numpy()])
    return replace(splits, parts={**splits.parts, "train": train.part(np.sort(np.concatenate(kept)))})
