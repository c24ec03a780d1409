"""A loop that does nothing but the forward pass, the backward pass and the update, over batches that lie ready.

No shuffling, augmentation, mask or metric: what the trainer does beyond this is its overhead.
"""

from collections.abc import Callable
from typing import Any

import torch
from plain_resnet20 import plain_resnet20
from torch import Tensor
from torch.nn.functional import cross_entropy


def epoch(
    images: Tensor, labels: Tensor, batch: int, width: int, precision: Any, compiled: bool = False
) -> Callable[[], None]:
    """A function that trains one epoch, channels_last, through torch.compile where `compiled`.

    images: (N, C, H, W) float32; labels: (N,).
    """
    network = plain_resnet20(images.shape[1], 10, width).to(images.device, memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, foreach=True)
    ready = [
        (x.contiguous(memory_format=torch.channels_last), y)
        for x, y in zip(images.split(batch), labels.split(batch), strict=True)
        if len(y) == batch
    ]
    if compiled:
        # On CUDA the mode that captures graphs, which is what compiling offers against the cost of launches.
        network.compile(mode="reduce-overhead" if images.is_cuda else None)

    def run() -> None:
        for x, y in ready:
            with precision:
                loss = cross_entropy(network(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return run
