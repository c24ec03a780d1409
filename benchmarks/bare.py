"""A loop that does nothing but the forward pass, the backward pass and the update, over batches that lie ready.

No shuffling, augmentation, mask or metric: what the trainer does beyond this is its overhead.
"""

from collections.abc import Callable

import torch
from case import Case, autocast, for_plain_loops
from plain_resnet20 import plain_resnet20
from rounds import seconds_of
from torch.nn.functional import cross_entropy

from sculpt.training.device.execution import keep_memory


def epoch(case: Case, device: torch.device, precision: str, compiled: bool = False) -> Callable[[], float]:
    """A function that trains one epoch, channels_last, through torch.compile where `compiled`; gives its seconds."""
    keep_memory()  # else the ratio would be that of two allocators
    images, labels = for_plain_loops(case, device)
    network = plain_resnet20(case.channels, case.classes, case.model["width"])
    network.to(device, memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, foreach=True)
    context = autocast(device, precision)
    ready = [
        (x.contiguous(memory_format=torch.channels_last), y)
        for x, y in zip(images.split(case.batch), labels.split(case.batch), strict=True)
        if len(y) == case.batch
    ]
    if compiled:
        # On CUDA the mode that captures graphs, which is what compiling offers against the cost of launches.
        network.compile(mode="reduce-overhead" if device.type == "cuda" else None)

    def run() -> None:
        for x, y in ready:
            with context:
                loss = cross_entropy(network(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return seconds_of(run, device)
