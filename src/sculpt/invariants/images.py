"""What holds in the prepared data."""

from typing import Any

import torch

from sculpt.core.tensors import Tensors
from sculpt.data.long_tail import tail_sizes
from sculpt.invariants.schema import Reasons, misfits

SPLITS = ("train", "validation", "test")


def data_facts(facts: Any, settings: dict[str, Any]) -> Reasons:
    """data.json: what the images are, with as many and cropped to as much as the job's settings ask for.

    A long tail of classes of unequal size has fewer images than one of equal classes.
    """
    wanted = {split: settings[split] for split in SPLITS}
    sizes = dict.fromkeys(SPLITS, int)
    schema = {"channels": int, "classes": int, "mean": [float], "scale": [float], "sizes": sizes}
    if "crop" in settings:
        schema["crop"] = int
    if isinstance(facts, dict) and ("groups" in facts or "groups" in settings):
        names, facts = facts.get("groups"), {key: value for key, value in facts.items() if key != "groups"}
        if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
            yield f"groups are {names!r}, expected a list of names"
    faults = list(misfits(facts, schema))
    yield from faults
    if not faults and "long_tail" in settings:
        classes = facts["classes"]
        most = sum(tail_sizes(wanted["train"] // classes, classes, settings["long_tail"]))
        if classes <= facts["sizes"]["train"] <= most:
            wanted["train"] = facts["sizes"]["train"]
    if not faults and facts["sizes"] != wanted:
        yield f"sizes are {facts['sizes']}, params.yaml asks for {wanted}"
    if not faults and facts["classes"] != settings.get("classes", facts["classes"]):
        yield f"classes are {facts['classes']}, the folder of images has {settings['classes']}"
    if not faults and facts.get("crop") != settings.get("crop"):
        yield f"crop is {facts['crop']}, params.yaml asks for {settings['crop']}"


def split_fits(tensors: Tensors, split: str, facts: dict[str, Any], size: int) -> Reasons:
    """A split: images (n, channels, size, size) of bytes, a class of each, and a group of each where there are any."""
    count = facts["sizes"][split]
    shapes = {"images": (count, facts["channels"], size, size), "labels": (count,)}
    if "groups" in facts:
        shapes = {"groups": (count,), **shapes}
    found = {name: tuple(tensors[name].shape) for name in sorted(tensors)}
    if found != shapes:
        yield f"holds {found}, expected {shapes}"
    elif tensors["images"].dtype != torch.uint8:
        yield f"images are {tensors['images'].dtype}, expected torch.uint8"
    elif not set(tensors["labels"].tolist()) <= set(range(facts["classes"])):
        yield f"a label is not a class from 0 to {facts['classes'] - 1}"
    elif "groups" in facts and not set(tensors["groups"].tolist()) <= set(range(len(facts["groups"]))):
        yield f"a group is not one from 0 to {len(facts['groups']) - 1}"
