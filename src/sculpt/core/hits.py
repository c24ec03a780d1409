"""Which test images each node gets right: one bit per image and seed, packed, in a safetensors file.

A file holds `seeds` (R) and `images` (1), both int64, and for each node, under its key (stage/name), uint8
(R, ceil(images / 8)): image i of the split is bit 7 - i % 8 of byte i // 8; the bits after the last image are 0.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from sculpt.core.arrays import read_arrays
from sculpt.core.files import ArtifactError, replacing

Hits = dict[tuple[str, int], np.ndarray]
"""By a node's key and a seed: bool (images), whether the prediction is right."""
_HEAD = ("seeds", "images")


def write_hits(path: Path, seeds: list[int], correct: Mapping[str, np.ndarray]) -> None:
    """correct: of each node bool (len(seeds), images), with as many images for all of at least one node."""
    images = next(iter(correct.values())).shape[1]
    head = {"seeds": np.array(seeds, np.int64), "images": np.array([images], np.int64)}
    with replacing(path) as temporary:
        save_file(head | {node: np.packbits(hit, axis=1) for node, hit in correct.items()}, temporary)


def read_hits(path: Path) -> Hits:
    """Raises ArtifactError naming the file."""
    stored = read_arrays(path)
    if missing := [name for name in _HEAD if name not in stored]:
        raise ArtifactError(f"{path}: lacks {', '.join(missing)}")
    seeds, images = stored.pop("seeds").tolist(), int(stored.pop("images").sum())
    shape, found = (len(seeds), -(-images // 8)), {}
    for node, packed in stored.items():
        if packed.dtype != np.uint8 or packed.shape != shape:
            raise ArtifactError(f"{path}: {node} is {packed.dtype} {packed.shape}, expected uint8 {shape}")
        bits = np.unpackbits(packed, axis=1).astype(bool)
        if bits[:, images:].any():
            raise ArtifactError(f"{path}: {node} has bits after its last image")
        found |= {(node, seed): hit[:images] for seed, hit in zip(seeds, bits, strict=True)}
    return found


def merged(parts: Iterable[Hits]) -> Hits | None:
    """The hits of several files; None where there is none."""
    return {place: hit for part in parts for place, hit in part.items()} or None
