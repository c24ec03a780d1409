"""Whether a straight line of networks connects the ends of consecutive cycles (Frankle et al. 2020, arXiv 1912.05671).

The networks are those of `sculpt.studies.landscape.points`. A node that has a node before it is connected with that.
One without is connected with itself, with the next seed, and with itself after hidden units changed places: controls
whose outcome is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.core.settings import Values
from sculpt.recipe.selection import Selection

if TYPE_CHECKING:
    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.studies.landscape.points import End


class Settings(Selection):
    pass


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """A row per seed, path, split (train and validation) and alpha; alpha is 0 at the node before and 1 at the node.

    Columns: node, seed, path (`before`; of a node without one `itself`, `other_seed` and `permuted`), before (its key,
    empty for the controls), split, alpha, loss (mean cross-entropy), accuracy (percent), height (points of error above
    the straight line between the ends, signed), height_loss (the same of the loss). other_seed: 1 is the next seed of
    the block, after the last the first; a block of one seed has none. permuted: a model without residual blocks has
    none. Labels are the true ones, also where training had noisy ones.
    """
    from sculpt.studies.landscape.points import ALPHAS, SPLITS, Line, heights

    line, rows = Line(network, images), []
    for r, seed in enumerate(node.seeds):
        for path, start, end in _paths(node, before, network, r):
            points = line.points(start, end, r)
            for split in SPLITS:
                losses, accuracies = (
                    [getattr(point, part) for point in points[split]] for part in ("loss", "accuracy")
                )
                above = zip(heights([-value for value in accuracies]), heights(losses), strict=True)
                place = {"node": node.key, "seed": seed, "path": path, "before": before.key if before else None}
                for alpha, loss, accuracy, (height, height_loss) in zip(ALPHAS, losses, accuracies, above, strict=True):
                    measured = {"loss": loss, "accuracy": accuracy, "height": height, "height_loss": height_loss}
                    measured = {name: rounded(value) for name, value in measured.items()}
                    rows.append(place | {"split": split, "alpha": alpha} | measured)
    return rows


def _paths(
    node: Checkpoint, before: Checkpoint | None, network: Stack, replicate: int
) -> Iterator[tuple[str, End, End]]:
    """The lines of one seed, each with its name and its ends."""
    from sculpt.studies.landscape.permuted import permuted
    from sculpt.studies.landscape.points import End

    own = _of(node, replicate)
    if before is not None:
        yield "before", _of(before, replicate), own
        return
    yield "itself", own, own
    if len(node.seeds) > 1:
        yield "other_seed", own, _of(node, (replicate + 1) % len(node.seeds))
    if (swapped := permuted(network, own.weights, own.mask, node.seeds[replicate])) is not None:
        yield "permuted", own, End(*swapped)


def _of(node: Checkpoint, replicate: int) -> End:
    from sculpt.studies.landscape.points import End

    parts = ({name: tensor[replicate] for name, tensor in part.items()} for part in (node.weights, node.mask))
    return End(*parts)
