"""A trained network, as a person takes it into a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from torch import Tensor, nn

from sculpt.api.evaluation import Split, evaluated, split_of

HISTORY_COLUMNS = ("seed", "epoch", "learning_rate", "train_loss", "train_accuracy")


@dataclass(frozen=True, eq=False, repr=False)
class Trained:
    """One seed of one node.

    experiment, node (stage/name), seed: which. module: a plain torch module in evaluation mode; images
    (B, channels, H, W), normalised as `images` returns them, to logits (B, classes). Its names are torchvision's where
    torchvision has the architecture. mask: of each prunable weight, by its name in the module, whether it is kept
    (bool). The weights outside are zero; training further needs the mask. history: one row per epoch of this node,
    columns seed, epoch, learning_rate, train_loss, train_accuracy (percent); epochs are counted from the run's first.
    record: model, lineage (keys of other nodes), prune, criterion, transform, change, each where there is one; of this
    seed density, epochs, train_flops, train_loss, validation (accuracy in percent, loss); under `data` what
    data.json says (channels, classes, mean, scale, sizes). folder: where the node's files lie, those of all
    seeds of its block. root: the repository.
    """

    experiment: str
    node: str
    seed: int
    module: nn.Module
    mask: dict[str, Tensor]
    history: pd.DataFrame
    record: dict[str, Any]
    folder: Path
    root: Path

    @property
    def density(self) -> float:
        """The kept share of the prunable weights."""
        return self.kept / sum(kept.numel() for kept in self.mask.values())

    @property
    def kept(self) -> int:
        """How many prunable weights are kept."""
        return sum(int(kept.sum()) for kept in self.mask.values())

    def layer_densities(self) -> pd.Series:
        """The kept share of each prunable layer, by the name of its weight in the module, in the order of layers."""
        shares = {name: int(kept.sum()) / kept.numel() for name, kept in self.mask.items()}
        return pd.Series(shares, name="density", dtype=float)

    def images(self, split: str = "test") -> tuple[Tensor, Tensor]:
        """A split as the network sees it in evaluation: float32 (N, channels, H, W), labels int64 (N,).

        split: train, validation or test. Images are the centre of each, normalised, not augmented; labels are without
        label noise. All of it is in memory at once: `evaluate` does not need that. Raises SculptError.
        """
        found = self._split(split)
        return found.batch(0, len(found)), found.labels

    def evaluate(self, split: str = "test") -> dict[str, Any]:
        """accuracy (percent), loss (mean cross-entropy), images (how many), per_class (accuracy of each, in percent).

        The module is evaluated as it is now, in evaluation mode and where it lies, and is left as it was. A class
        without images has None. Raises SculptError on an unknown split.

        The recorded numbers come from the project's kernels, these from torch. Both compute in float32 and round
        differently, so an image near a tie could change its class, and the last digits of the loss do. Over 350
        networks of `digits` and 80 of `digits-full` (seeds 0 to 9) no image of the test or the validation split did,
        and the mean loss differed by at most 1.4e-6 of itself.
        """
        return evaluated(self.module, self._split(split), self.record["data"]["classes"])

    def _split(self, split: str) -> Split:
        return split_of(self.root / "results" / self.experiment / "data", split)

    def __repr__(self) -> str:
        total = sum(kept.numel() for kept in self.mask.values())
        return (
            f"Trained({self.experiment} {self.node}, seed {self.seed}: {type(self.module).__name__}, "
            f"{self.kept:,} of {total:,} weights)"
        )
