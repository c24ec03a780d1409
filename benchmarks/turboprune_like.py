"""A training epoch the way TurboPrune writes it (its commit 9db458e), built anew from a description of it.

What is in here since it is in there:
- NCHW; a mask multiplied into the weight of each convolution and linear layer in every forward pass;
- images on the device as float32, the whole epoch augmented before its first batch, one masked copy for each of the 25
  offsets of a crop by two pixels, reflected borders, flips that alternate from epoch to epoch, batches by index;
- torch.optim.SGD as it comes, zero_grad, a Python scheduler step and `loss.item()` at every step, a running accuracy
  updated at every step;
- on CUDA: bfloat16 autocast and TF32, kernels that need not be deterministic. Eager, as its default is.

Left out in its favour: the line to wandb and the progress bar of every step, the test set after every epoch, and
torchmetrics, whose update does more than the sum in here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from case import Case, autocast, for_plain_loops
from plain_resnet20 import plain_resnet20
from rounds import seconds_of
from torch import Tensor, nn
from torch.nn.functional import conv2d, cross_entropy, linear, pad


class MaskedConv2d(nn.Conv2d):
    def __init__(self, *arguments: Any, **settings: Any):
        super().__init__(*arguments, **settings)
        self.register_buffer("mask", torch.ones_like(self.weight))

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight * self.mask, None, self.stride, self.padding)


class MaskedLinear(nn.Linear):
    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.register_buffer("mask", torch.ones_like(self.weight))

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight * self.mask, self.bias)


class Loader:
    """Iterates over one augmented epoch of images (N, C, H, W) float32 and labels (N,), on their device."""

    def __init__(self, images: Tensor, labels: Tensor, batch: int, shift: int):
        flipped = torch.rand(len(images), device=images.device) < 0.5
        images = torch.where(flipped[:, None, None, None], images.flip(-1), images)
        self.size = images.shape[-1]
        self.padded = pad(images, (shift,) * 4, mode="reflect")
        self.labels, self.batch, self.shift = labels, batch, shift
        self.epochs = 0

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        count, size, device = len(self.labels), self.size, self.labels.device
        offsets = range(2 * self.shift + 1)
        down, right = torch.randint(len(offsets), (2, count), device=device)
        images = self.padded.new_empty(count, self.padded.shape[1], size, size)
        for i in offsets:
            for j in offsets:
                chosen = (down == i) & (right == j)
                images[chosen] = self.padded[chosen, :, i : i + size, j : j + size]
        if self.epochs % 2:
            images = images.flip(-1)
        self.epochs += 1
        for part in torch.randperm(count, device=device).split(self.batch):
            if len(part) == self.batch:
                yield images[part], self.labels[part]


def epoch(case: Case, device: torch.device, precision: str, density: float) -> Callable[[], float]:
    """A function that trains one epoch and gives its seconds."""
    images, labels = for_plain_loops(case, device)
    network = plain_resnet20(case.channels, case.classes, case.model["width"], MaskedConv2d, MaskedLinear)
    network.to(device).train()
    for layer in network.modules():
        if isinstance(layer, MaskedConv2d | MaskedLinear):
            layer.mask.bernoulli_(density)
    loader = Loader(images, labels, case.batch, case.shift)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    context = autocast(device, precision)

    def run() -> None:
        total, correct, seen = 0.0, torch.zeros((), device=device), 0
        for x, y in loader:
            optimizer.zero_grad()
            with context:
                logits = network(x)
                loss = cross_entropy(logits, y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            correct += (logits.argmax(1) == y).sum()
            seen += len(y)
            scheduler.step()
        (correct / seen).item()

    return seconds_of(run, device)
