"""What holds in one look at the hardware: its outcomes, and what is said of the machine."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sculpt.core.machines import SPLITS
from sculpt.core.outcomes import Outcomes
from sculpt.invariants.schema import Reasons

_TOLD = ("flags", "probe", "splits", "weights")
"""What is known only of a machine that has computed."""


def outcomes_complete(
    outcomes: Outcomes, seeds: list[int], nodes: list[str], facts: dict[str, Any], available: bool
) -> Reasons:
    """Each node and split once, over all its images, with classes and losses that can be; nothing if not available.

    facts: of the data.
    """
    if outcomes.seeds != seeds:
        yield f"has seeds {outcomes.seeds}, its job was given {seeds}"
        return
    wanted = {(node, split) for node in nodes for split in SPLITS} if available else set()
    if odd := sorted(wanted ^ outcomes.places):
        node, split = odd[0]
        yield f"node {node}, split {split}: {'not there' if odd[0] in wanted else 'not of its job'}"
        return
    for (node, split), predictions in outcomes.predictions.items():
        images, losses = facts["sizes"][split], outcomes.losses[node, split]
        if predictions.shape[1] != images:
            yield f"node {node}: on {predictions.shape[1]} images, the {split} split has {images}"
        elif predictions.min() < 0 or predictions.max() >= facts["classes"]:
            yield f"node {node}, split {split}: predicts a class that there is not"
        elif not np.isfinite(losses).all() or (losses < 0).any():
            yield f"node {node}, split {split}: holds a loss that is negative or not finite"


def machine_is(
    machine: dict[str, Any],
    profile: dict[str, Any],
    weights: Mapping[str, str],
    splits: Mapping[str, str],
) -> Reasons:
    """Of this profile, and of the weights and images that are here; weights, splits: sha256 by node and split."""
    if machine["profile"] != profile:
        yield "is of another profile than its job's"
    if machine["available"] != (machine["why"] is None):
        yield "says that the profile is available and why it is not" if machine["available"] else "says not why"
    told = [key for key in _TOLD if machine[key] is not None]
    if told != [*_TOLD] * machine["available"]:
        state = "available" if machine["available"] else "not available"
        yield f"tells of {', '.join(told) or 'nothing'}, and the profile is {state}"
        return
    for key, here in (("weights", weights), ("splits", splits)):
        if machine["available"] and machine[key] != here:
            yield f"is of other {key} than those that are here"
