"""How good a network is right after a prune, before any training."""

from collections.abc import Callable

from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.training.engine import Engine

Scores = list[dict[str, float]]


def just_after_prune(
    engine: Engine, mask: Tensors, images: Images, validate: Callable[[], Scores]
) -> list[dict[str, dict[str, float]]]:
    """Validation right after the prune, with the carried batch-norm statistics and with re-estimated ones.

    The carried statistics belong to the weights before the prune, so alone they say little about the new mask. The
    engine has taken up what the network holds, and is left so.
    """
    before = engine.network.checkpoint()
    carried = validate()
    engine.estimate(images)
    estimated = validate()
    engine.network.load(before)
    engine.take(mask)
    return [{"carried": c, "reestimated": e} for c, e in zip(carried, estimated, strict=True)]
