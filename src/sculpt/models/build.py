"""The network that settings name."""

from typing import Any

from sculpt.core.kinds import MODELS
from sculpt.models.stacked import Stack


def build(settings: dict[str, Any], replicates: int, channels: int, classes: int) -> Stack:
    """The model of that name, on the CPU; only `initialise` or `load` gives its weights a meaning."""
    return MODELS.load(settings["name"])(replicates, channels, classes, settings)
