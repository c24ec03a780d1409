"""The initial weights of another seed, which no run of the experiment has: those of seed + offset.

The control for experiments on coupling (arXiv 2406.02773, figure 5, where it is not said whether random weights are
those of another seed): weights of which the mask can know nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import MOST, Section

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors
    from sculpt.models.stacked import Stack

READS_NETWORK = True


class Settings(Section):
    offset: Annotated[int, Field(ge=1, le=MOST, description="a seed takes the weights of the seed so much higher")]

    def faults(self, around: Any) -> Iterator[str]:
        if self.offset < around.seeds:
            yield f"offset: {self.offset}; allowed: at least seeds ({around.seeds}), so that no run has these weights"


def transform(weights: Tensors, mask: Tensors, seeds: list[int], settings: dict[str, Any], network: Stack) -> Tensors:
    """Freshly drawn weights, biases of zero and fresh batch norm, each (R, ...), as the stage `init` draws them.

    Nothing of `weights` is left. `network` is drawn anew on the way.
    """
    from sculpt.core.randomness import generator

    network.initialise([generator("initial weights", seed + settings["offset"]) for seed in seeds])
    return {name: tensor.to(weights[name]) for name, tensor in network.checkpoint().items()}
