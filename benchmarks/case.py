"""What is trained in a benchmark, and where and how long it is measured."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Case:
    """A model on made-up images (channels, size, size), with crops shifted by up to `shift` pixels."""

    model: dict[str, Any]
    size: int
    batch: int
    images: int
    channels: int = 3
    classes: int = 10
    shift: int = 2


@dataclass(frozen=True)
class Run:
    """Where, and how long, to measure; `smoke` makes everything tiny."""

    device: torch.device
    smoke: bool
    compiled: bool

    def case(self, case: Case) -> Case:
        return replace(case, model={"name": "resnet20", "width": 4}, size=8, batch=8, images=16) if self.smoke else case

    def rounds(self, count: int) -> int:
        return 2 if self.smoke else count


def for_plain_loops(case: Case, device: torch.device) -> tuple[Tensor, Tensor]:
    """Images (N, C, H, W) float32 and labels (N,) on the device, whose fastest kernels may be chosen from now on."""
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.benchmark = True
    images = torch.randn(case.images, case.channels, case.size, case.size, device=device)
    return images, torch.randint(case.classes, (case.images,), device=device)


def autocast(device: torch.device, precision: str) -> torch.autocast:
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16")
