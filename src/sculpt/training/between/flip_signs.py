"""Flip signs of kept weights at random, every few epochs (Gadhikar & Burkholz 2024, arXiv 2402.19262).

The sign perturbation of that paper's public code: every 30 epochs, each kept weight of a convolution changes its sign
with probability 0.3, while levels are pruned and in the training after the last. Magnitudes stay, biases, batch norm
and the head too. Ours: the number of epochs, which is counted anew in each cycle; that a share of the schedule can be
left to recover in, and that nothing flips after a cycle's last epoch; and a weight goes on with the momentum that it
had, since what the paper does with it was not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Section
from sculpt.training.until import last_update

if TYPE_CHECKING:
    from sculpt.core.settings import Values
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.training.moving import Changed, When

EXACT = True


class Settings(Section):
    every: Annotated[Count, Field(description="epochs from one perturbation to the next, from the start of a cycle")]
    probability: Annotated[float, Field(gt=0, le=1, description="of a weight to change its sign")]
    until: Annotated[
        float | None, Field(gt=0, le=1, description="share of a schedule's epochs after which signs stay; absent: 1")
    ] = None

    def faults(self, around: Any) -> Iterator[str]:
        if self.every > (last := last_update(self.until or 1, around.epochs)):
            share = f" and until {self.until:g}" if self.until else ""
            why = f"training.epochs {around.epochs}{share}, and nothing flips after a cycle's last epoch"
            allowed = f"1 to {last}" if last else "a longer cycle"
            yield f"every: {self.every}; allowed: {allowed} ({why})"


def after_epoch(
    network: Stack, mask: Tensors, images: Images, seeds: list[int], when: When, density: float | None, settings: Values
) -> Changed | None:
    """Other signs of the convolutions' weights (R, out, in, k, k); which of them depends on seed and epoch alone."""
    import torch

    from sculpt.core.randomness import generator
    from sculpt.training.moving import Changed

    if when.done % settings["every"] or when.done > last_update(settings.get("until", 1), when.epochs):
        return None
    weights = network.checkpoint()
    generators = [generator("flip signs", seed, when.epoch) for seed in seeds]
    for name, kept in mask.items():
        lots = torch.stack([torch.rand(kept.shape[1:], generator=random) for random in generators])
        if kept.dim() == _CONVOLUTION:
            flips = (lots < settings["probability"]).to(weights[name].device)
            weights[name] = torch.where(flips, -weights[name], weights[name])
    return Changed(mask, weights)


_CONVOLUTION = 5
"""Dimensions of a stacked convolution's weights; those of the head have three."""
