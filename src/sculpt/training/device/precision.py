"""The precision and the memory layout in which a network computes under an execution profile."""

from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.training.device.rounding import Rounding

AUTOCAST = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def autocast(profile: dict[str, Any], device: torch.device) -> Any:
    """The context in which the forward pass runs."""
    if "mantissa" in profile:
        return Rounding(profile["mantissa"])
    dtype = AUTOCAST.get(profile["precision"])
    return nullcontext() if dtype is None else torch.autocast(device.type, dtype, cache_enabled=False)


def computing(network: Stack, profile: dict[str, Any]) -> Stack:
    """The network that computes: the given one, or a copy of it in another precision or memory layout."""
    double, contiguous = _double(profile), profile.get("memory_format") == "contiguous"
    if not double and not contiguous:
        return network
    made = deepcopy(network)
    if double:
        made.double()
    if contiguous:
        made.to(memory_format=torch.contiguous_format)
        made.register_forward_pre_hook(_contiguous)  # channels_last images alone would choose channels_last kernels
    return made


def precise(images: Images, profile: dict[str, Any]) -> Images:
    """The images as the network that computes takes them: normalised in float64 for a network in float64."""
    return replace(images, mean=images.mean.double(), scale=images.scale.double()) if _double(profile) else images


def _double(profile: dict[str, Any]) -> bool:
    return profile["precision"] == "float64"


def _contiguous(_network: Stack, given: tuple[Tensor]) -> tuple[Tensor]:
    return (given[0].contiguous(),)
