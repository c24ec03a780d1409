"""What nodes predict under one execution profile, image by image, in a safetensors file.

It holds `seeds` (R), int64, and for each node (its key, stage/name) and split the predicted class of each image,
`<node>:<split>:predictions`, int16 (R, N), and its cross-entropy, `<node>:<split>:losses`, float64 (R, N).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from sculpt.core.arrays import read_arrays
from sculpt.core.files import ArtifactError, replacing
from sculpt.core.machines import digest_of

_KINDS = {"predictions": np.dtype(np.int16), "losses": np.dtype(np.float64)}

Place = tuple[str, str]
"""A node's key and a split."""


@dataclass(frozen=True)
class Outcomes:
    """seeds: R of them. predictions, losses: by node and split, (R, N) each; both have the same places."""

    seeds: list[int]
    predictions: dict[Place, np.ndarray] = field(default_factory=dict)
    losses: dict[Place, np.ndarray] = field(default_factory=dict)

    @property
    def places(self) -> set[Place]:
        return {*self.predictions}


def write_outcomes(path: Path, outcomes: Outcomes) -> str:
    """Write them; returns the sha256 of the file."""
    arrays = {"seeds": np.array(outcomes.seeds, np.int64)}
    for kind, dtype in _KINDS.items():
        for (node, split), values in getattr(outcomes, kind).items():
            arrays[f"{node}:{split}:{kind}"] = np.ascontiguousarray(values, dtype)
    with replacing(path) as temporary:
        save_file(arrays, temporary)
    return digest_of(path)


def read_outcomes(path: Path) -> Outcomes:
    """Raises ArtifactError naming the file."""
    stored = read_arrays(path)
    if "seeds" not in stored:
        raise ArtifactError(f"{path}: lacks seeds")
    found = Outcomes(stored.pop("seeds").tolist())
    for name, values in stored.items():
        node, split, kind = ["", "", *name.rsplit(":", 2)][-3:]
        if kind not in _KINDS or not node:
            raise ArtifactError(f"{path}: {name} is not <node>:<split>:{' or '.join(_KINDS)}")
        if values.dtype != _KINDS[kind] or values.ndim != 2 or len(values) != len(found.seeds):
            expected = f"{_KINDS[kind]} ({len(found.seeds)}, images)"
            raise ArtifactError(f"{path}: {name} is {values.dtype} {values.shape}, expected {expected}")
        getattr(found, kind)[node, split] = values
    for place in found.predictions.keys() | found.losses.keys():
        shapes = [getattr(found, kind)[place].shape if place in getattr(found, kind) else None for kind in _KINDS]
        if shapes[0] != shapes[1]:
            raise ArtifactError(f"{path}: {':'.join(place)} has {' and '.join(_KINDS)} of {shapes[0]} and {shapes[1]}")
    return found


def joined(parts: Iterable[Outcomes]) -> Outcomes:
    """The outcomes of several seed blocks, which have the same places, as those of one."""
    parts = list(parts)
    found = Outcomes([seed for part in parts for seed in part.seeds])
    for kind in _KINDS:
        for place in getattr(parts[0], kind):
            getattr(found, kind)[place] = np.concatenate([getattr(part, kind)[place] for part in parts])
    return found
