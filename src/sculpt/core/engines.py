"""Which engine an execution profile names. Engines are no plug-ins: they are few, and import torch at their top."""

from typing import Any

from sculpt.core.plugins import Kind

ENGINES = Kind("engine", "training/engines", "start", ("settings", "network", "threads"), entry=False)


def engine_of(profile: dict[str, Any]) -> str:
    """`kernels`, or `torch`, also where the profile names none."""
    return profile.get("engine", "torch")


def same_everywhere(settings: dict[str, Any]) -> bool:
    """Whether a job with these settings computes the same bits on every processor.

    It does where it has no execution profile, since then it computes with nothing that chooses kernels by the
    processor.
    """
    return "profile" not in settings or engine_of(settings["profile"]) == "kernels"
