"""How a job computes: device, precision, memory, and the same bits every time."""

import ctypes
import os
import platform
from typing import Any

import torch

from sculpt.core.errors import SculptError
from sculpt.data.augmentation import Images
from sculpt.models.build import build
from sculpt.models.stacked import Stack
from sculpt.training.device.lease import cuda_device


class DeviceError(SculptError):
    """The device that an execution profile asks for is not there."""


def device_of(profile: dict[str, Any]) -> torch.device:
    """The device that an execution profile asks for, CUDA's by a lease. Raises DeviceError where it is not there."""
    if profile["device"] != "cpu" and torch.cuda.is_available():
        return cuda_device()
    if profile["device"] == "cuda":
        raise DeviceError("the execution profile asks for a CUDA device, and there is none")
    return torch.device("cpu")


def be_deterministic(threads: int = 1) -> None:
    """The same bits every time: a fixed number of threads, deterministic algorithms, no choice by measurement.

    threads: of the CPU, as the execution profile says. Another number can give other bits, since it cuts sums
    elsewhere.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what cuBLAS asks for, read when CUDA starts
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode("error")
    torch.utils.deterministic.fill_uninitialized_memory = False  # 2 to 6 % of a step, for memory that nobody reads
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.allow_tf32 = False  # float32 means float32
    torch.set_float32_matmul_precision("highest")  # also where TORCH_ALLOW_TF32_CUBLAS_OVERRIDE asks for less


def keep_memory() -> None:
    """Keep freed memory for the next tensor: a full-size step spends up to 20 % on getting the same pages anew."""
    if platform.libc_ver()[0] == "glibc":
        libc, trim_threshold, mmap_max = ctypes.CDLL(None), -1, -4  # the names' numbers, from malloc.h
        libc.mallopt(mmap_max, 0)
        libc.mallopt(trim_threshold, -1)


def place_model(settings: dict[str, Any], replicates: int, images: Images) -> Stack:
    """The model of `settings` for these images, on their device, channels_last.

    settings: those of the model, and `classes`, which the data set decides.
    """
    model = {key: value for key, value in settings.items() if key != "classes"}
    network = build(model, replicates, images.shape[0], settings["classes"])
    return network.to(images.device, memory_format=torch.channels_last)
