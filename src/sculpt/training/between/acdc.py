"""AC/DC (Peste et al. 2021, arXiv 2106.12379): phases of compressed and of dense training by turns.

Dense for `warm_up` epochs; then compressed and dense by turns, `phase` epochs each. A dense phase begins only if a
compression ends it by `until` of the schedule; from the last compression on the mask stays. A compression keeps the
largest weights of all layers together. Where a dense phase begins, cut weights come back at zero and the momentum of
all weights is reset (`RestoreWeights` and `--reset_momentum_after_recycling` of the authors' code, as all of their
scripts run it). Their ResNet-20 trains 200 epochs: dense 10, phases of 20, the last compression after 170.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sculpt.core.settings import Count
from sculpt.training import until

if TYPE_CHECKING:
    from sculpt.core.settings import Values
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.training.moving import Changed, When

EXACT = True
MOVES = "alternates"


class Settings(until.Settings):
    warm_up: Annotated[Count, Field(description="dense epochs before the first compression")]
    phase: Annotated[Count, Field(description="epochs of each phase")]


def too_short(epochs: int, settings: Values) -> str:
    """Why a schedule of so many epochs is never compressed; nothing where it is."""
    latest = until.last_update(settings["until"], epochs)
    if latest < 1 or settings["warm_up"] <= latest:
        return until.too_short(epochs, settings)
    return f"warm_up: {settings['warm_up']}; allowed: at most {latest}, until which {epochs} epochs are compressed"


def compressions(epochs: int, settings: Values) -> list[int]:
    """The epochs at whose end the network is compressed."""
    latest = until.last_update(settings["until"], epochs)
    return list(range(settings["warm_up"], latest + 1, 2 * settings["phase"]))


def after_epoch(
    network: Stack, mask: Tensors, images: Images, seeds: list[int], when: When, density: float, settings: Values
) -> Changed | None:
    from sculpt.pruning.mask import keep_highest
    from sculpt.training.moving import Changed

    ends = compressions(when.epochs, settings)
    if when.done in ends:
        weights = network.split(dict(network.prunable()))
        return Changed(keep_highest({name: weight.detach().abs().cpu() for name, weight in weights.items()}, density))
    if when.done + settings["phase"] in ends[1:]:
        return Changed(network.everything(), at_rest=True)
    return None
