"""What one look at the hardware has left, here or copied from another machine; labels and groups beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from sculpt.core.files import ArtifactError, first_line, must_exist, read_json
from sculpt.core.machines import MACHINE, OUTCOMES, SPLITS, digest_of, read_machine
from sculpt.core.outcomes import Outcomes, read_outcomes
from sculpt.statistics.comparison import Split


@dataclass(frozen=True)
class Look:
    """folder: where it lies. machine: what machine.json says. outcomes: with seeds alone where it was not available."""

    folder: Path
    machine: dict[str, Any]
    outcomes: Outcomes


def look_of(hardware: Path, block: str, profile: str, take: str) -> Look:
    """One look below a folder `hardware`; where there is none, one that is not available and says so.

    Raises ArtifactError: the folder is not there, a file cannot be read, or the outcomes are not those that
    machine.json tells of.
    """
    if not hardware.is_dir():
        raise ArtifactError(f"{hardware}: no such folder; it is the folder `hardware` of another machine's results")
    folder = hardware / block / profile / take
    if not folder.is_dir():
        return Look(folder, {"available": False, "why": f"no folder {block}/{profile}/{take}"}, Outcomes([]))
    machine, outcomes = read_machine(folder / MACHINE), read_outcomes(folder / OUTCOMES)
    if machine["outcomes"] != digest_of(folder / OUTCOMES):
        raise ArtifactError(f"{folder / OUTCOMES}: not the file that {MACHINE} tells of: its sha256 is another")
    return Look(folder, machine, outcomes)


def must_fit(
    look: Look, seeds: list[int], nodes: set[str], frozen: set[str], images: Mapping[str, int], here: Look
) -> None:
    """Raises ArtifactError where a look of another machine is not of the seeds, nodes, splits and weights of here.

    nodes: that it must have. frozen: those of them that must have the weights of here: only they are compared across
    machines, and a machine may have trained the others itself. images: the number of each split.
    """
    if not look.machine["available"]:
        return
    file = look.folder / OUTCOMES
    if look.outcomes.seeds != seeds:
        raise ArtifactError(f"{file}: seeds {look.outcomes.seeds}, expected {seeds}")
    for node in sorted(nodes):
        for split, count in images.items():
            found = look.outcomes.predictions.get((node, split))
            if found is None:
                raise ArtifactError(f"{file}: lacks {node} on the split {split}")
            if found.shape[1] != count:
                raise ArtifactError(
                    f"{file}: {node} on {found.shape[1]} images of the split {split}, here it has {count}"
                )
    if here.machine["available"] and look.machine["splits"] != here.machine["splits"]:
        raise ArtifactError(f"{look.folder / MACHINE}: made from other images than those that are here")
    theirs, ours = look.machine["weights"], here.machine.get("weights") or {}
    if others := sorted(node for node in frozen if node in ours and ours[node] != theirs.get(node)):
        raise ArtifactError(
            f"{look.folder / MACHINE}: {others[0]} has other weights than here; copy the trained nodes too"
        )


def read_splits(data: Path) -> dict[str, Split]:
    """Labels and groups of each split, from the folder of the data; images stay shut. Raises ArtifactError."""
    facts = read_json(data / "data.json")
    names = facts.get("groups") or [str(label) for label in range(facts["classes"])]
    found = {}
    for split in SPLITS:
        path = data / f"{split}.safetensors"
        labels = _array(path, "labels")
        found[split] = Split(labels, _array(path, "groups") if facts.get("groups") else labels, names)
    return found


def _array(path: Path, name: str) -> np.ndarray:
    must_exist(path)
    try:
        with safe_open(path, "numpy") as file:
            return file.get_tensor(name)
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactError(f"{path}: unreadable tensors: {first_line(error)}") from None
