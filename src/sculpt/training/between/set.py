"""SET (Mocanu et al. 2018, arXiv 1707.04780): drop the smallest weights of each layer, and grow as many at random.

The share that is dropped falls with a cosine, and new weights begin at zero, as in RigL's comparison with SET (code of
arXiv 1911.11134). SET itself has a constant share, drops the smallest positive and the largest negative weights apart,
and draws the values of new weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sculpt.core.settings import Fraction
from sculpt.training import until

if TYPE_CHECKING:
    from sculpt.core.settings import Values
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.training.moving import Changed, When

EXACT = True
MOVES = "rewires"


class Settings(until.Settings):
    drop: Annotated[Fraction, Field(gt=0, description="share of a layer's weights that is replaced at the start")]


too_short = until.too_short_to_rewire


def after_epoch(
    network: Stack, mask: Tensors, images: Images, seeds: list[int], when: When, density: float, settings: Values
) -> Changed | None:
    """Where weights grow depends on seed and epoch alone."""
    import torch

    from sculpt.core.randomness import generator
    from sculpt.training.moving import Changed
    from sculpt.training.rewiring import drop_share, rewired

    share = drop_share(settings["drop"], settings["until"], when)
    if not share:
        return None
    lots: dict[str, list[torch.Tensor]] = {name: [] for name in mask}
    for seed in seeds:
        random = generator("set", seed, when.epoch)
        for name, kept in mask.items():
            order = torch.randperm(kept[0].numel(), generator=random)
            lots[name].append(order.reshape(kept.shape[1:]))
    return Changed(rewired(network, mask, {name: torch.stack(rows) for name, rows in lots.items()}, share))
