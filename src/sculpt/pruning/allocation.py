"""How many weights each layer keeps, exactly."""

from collections.abc import Sequence

import numpy as np

from sculpt.core.errors import SculptError


class DensityError(SculptError):
    """A density that a network cannot have."""


def kept_count(total: int, density: float) -> int:
    """The number of weights that a density stands for: the nearest whole number, at least one."""
    return max(1, round(total * density))


def count_to_keep(sizes: Sequence[int], density: float) -> int:
    """`kept_count` of layers of these sizes. Raises DensityError where it is less than a weight for each of them."""
    total, layers = sum(sizes), len(sizes)
    keep = kept_count(total, density)
    if keep < layers:
        raise DensityError(
            f"density {density:g} is {total * density:.3g} of {total:,} weights, fewer than the network's {layers} "
            f"layers; the smallest usable density is {layers / total:.4g}"
        )
    return keep


def allocate(shares: Sequence[float], capacities: Sequence[int], total: int) -> list[int]:
    """Kept weights of each layer, in proportion to `shares`, within the layers' sizes, adding up to `total`.

    What a full layer cannot take is shared out among the others (ERK and balanced allocation without this fall short of
    their density by up to a third). Fractions go to the largest remainders, ties to the first layer, and no layer that
    has weights is left empty while `total` is at least the number of such layers.

    shares: positive, one per layer. capacities: weights that each layer has, of which a prune may have left none.
    Raises ValueError where `total` exceeds them all.
    """
    share, room = np.asarray(shares, dtype=np.float64), np.asarray(capacities, dtype=np.int64)
    if not 0 <= total <= room.sum():
        raise ValueError(f"cannot keep {total} of {room.sum()} weights")
    ideal = _fill(share, room, total)
    counts = np.minimum(np.floor(ideal + 1e-9).astype(np.int64), room)
    counts = _move_into_empty_layers(counts, room, total)
    missing = total - int(counts.sum())
    by_remainder = np.argsort(-(ideal - counts), kind="stable")
    while missing > 0:
        for layer in by_remainder:
            if missing > 0 and counts[layer] < room[layer]:
                counts[layer] += 1
                missing -= 1
    while missing < 0:
        largest = int(np.argmax(counts))
        counts[largest] -= 1
        missing += 1
    return counts.tolist()


def allocate_at_least(
    shares: Sequence[float], capacities: Sequence[int], least: Sequence[int], total: int
) -> list[int]:
    """As `allocate`, with no layer below its `least`: one that would be is given it, and the others share the rest.

    least: at most the capacities, and adding up to at most `total`.
    """
    counts = allocate(shares, capacities, total)
    raised: set[int] = set()
    while short := {i for i, count in enumerate(counts) if count < least[i]}:
        raised |= short
        others = [i for i in range(len(counts)) if i not in raised]
        left = total - sum(least[i] for i in raised)
        rest = allocate([shares[i] for i in others], [capacities[i] for i in others], left)
        counts = list(least)
        for i, count in zip(others, rest, strict=True):
            counts[i] = count
    return counts


def _fill(share: np.ndarray, room: np.ndarray, total: int) -> np.ndarray:
    """min(room, c * share) with c such that it adds up to `total`."""
    full = np.zeros(len(room), dtype=bool)
    while True:
        left = total - room[full].sum()
        ideal = np.where(full, room, left * share / max(share[~full].sum(), np.finfo(float).tiny))
        over = ~full & (ideal > room)
        if not over.any():
            return ideal
        full |= over


def _move_into_empty_layers(counts: np.ndarray, room: np.ndarray, total: int) -> np.ndarray:
    return np.maximum(counts, np.minimum(room, 1)) if total >= np.count_nonzero(room) else counts
