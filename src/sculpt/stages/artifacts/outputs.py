"""From what the libraries return to artifacts that say what they are."""

from pathlib import Path
from typing import Any

from sculpt.core.files import RECORD, write_json

LAYOUT = "replicate-major: the first axis of every tensor is the seed"
DESCRIBING = ("model", "criterion", "lineage", "change", "prune", "transform")
"""The settings of a job that its record repeats, so that whoever has the tensors knows what they are."""


def write_record(folder: Path, config: dict[str, Any], seeds: list[dict[str, Any]]) -> None:
    """The record of a job with these settings; seeds: what it tells of each seed, with the cost of this job alone."""
    described = {key: config[key] for key in DESCRIBING if key in config}
    write_json(folder / RECORD, {**described, "layout": LAYOUT, "seeds": seeds})
