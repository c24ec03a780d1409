"""Which engine an execution profile names. Engines are no plug-ins: they are few, and import torch at their top."""

from typing import Any

from sculpt.core.kinds import BETWEEN, CRITERIA
from sculpt.core.plugins import Kind

ENGINES = Kind("engine", "training/engines", "start", ("settings", "network", "threads"), entry=False)

KERNELS_COMPUTE = {"loss": "cross_entropy", "update": "sgd"}
"""The plug-ins of training that the kernels have written out in C. A model says for itself that they can take it."""


def engine_of(profile: dict[str, Any]) -> str:
    """`kernels`, or `torch`, also where the profile names none."""
    return profile.get("engine", "torch")


def same_everywhere(settings: dict[str, Any]) -> bool:
    """Whether a job with these settings computes the same bits on every processor.

    It does where it has no execution profile, since then it computes with nothing that chooses kernels by the
    processor. A criterion that ranks scores computes them with torch: rounded, they are the same nearly always, which
    is not enough. So it is with a rule between epochs.
    """
    if "profile" not in settings:
        return True
    criterion = settings.get("criterion") or settings.get("prune", {}).get("criterion")
    if criterion and not any(CRITERIA.constant(criterion["name"], kind, False) for kind in ("EXACT", "RANDOM")):
        return False
    between = settings.get("training", {}).get("between")
    if between and not BETWEEN.constant(between["name"], "EXACT", False):
        return False
    return engine_of(settings["profile"]) == "kernels"
