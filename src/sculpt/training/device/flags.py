"""The switches of PyTorch that an execution profile sets, and what they say when they are read back."""

from typing import Any

import torch

from sculpt.training.device.execution import be_deterministic
from sculpt.training.device.precision import autocast


def set_flags(profile: dict[str, Any]) -> None:
    """Set every switch of this process as the profile says, also those that it does not name.

    So a process can go from one profile to another. Threads stay as they are; variables of the environment act only
    before PyTorch is imported.
    """
    be_deterministic(torch.get_num_threads())
    if not profile.get("deterministic", True):
        torch.set_deterministic_debug_mode("default")
        torch.backends.cudnn.benchmark = True
    tf32 = profile["precision"] == "tf32"
    torch.backends.cudnn.allow_tf32 = tf32
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.mkldnn.conv.fp32_precision = "tf32" if tf32 else "ieee"
    torch.backends.mkldnn.enabled = profile.get("onednn", True)


def read_flags(profile: dict[str, Any], device: torch.device) -> dict[str, Any]:
    """The switches as PyTorch has them now, and what holds within the forward pass of the profile on the device."""
    cuda, cudnn, mkldnn = torch.backends.cuda.matmul, torch.backends.cudnn, torch.backends.mkldnn
    with autocast(profile, device):
        casts = torch.is_autocast_enabled(device.type)
        autocast_dtype = str(torch.get_autocast_dtype(device.type)).removeprefix("torch.") if casts else None
    return {
        "device": device.type,
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "autocast": autocast_dtype,
        "deterministic_algorithms": torch.are_deterministic_algorithms_enabled(),
        "deterministic_warn_only": torch.is_deterministic_algorithms_warn_only_enabled(),
        "fill_uninitialized_memory": torch.utils.deterministic.fill_uninitialized_memory,
        "float32_matmul_precision": torch.get_float32_matmul_precision(),
        "onednn_enabled": mkldnn.enabled,
        "onednn_deterministic": mkldnn.deterministic,
        "onednn_conv_fp32_precision": mkldnn.conv.fp32_precision,
        "onednn_matmul_fp32_precision": mkldnn.matmul.fp32_precision,
        "cudnn_enabled": cudnn.enabled,
        "cudnn_benchmark": cudnn.benchmark,
        "cudnn_deterministic": cudnn.deterministic,
        "cudnn_allow_tf32": cudnn.allow_tf32,
        "cudnn_conv_fp32_precision": cudnn.conv.fp32_precision,
        "cuda_matmul_fp32_precision": cuda.fp32_precision,
        "cuda_matmul_fp16_reduction": cuda.allow_fp16_reduced_precision_reduction,
        "cuda_matmul_bf16_reduction": cuda.allow_bf16_reduced_precision_reduction,
    }
