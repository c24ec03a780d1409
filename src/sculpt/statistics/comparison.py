"""What execution profiles do to trained nodes, as rows: of each run, seed, split and group, beside its reference.

The effects, all definitions of this project:

- `evaluation`: a frozen node under a profile, against the same node under the reference here. Of another machine the
  reference's profile is one of these.
- `repeat`: the same node under the reference in a second process, against the first: the noise floor.
- `seed`: a run under the reference, each seed against the next one, the last against the first: a change of seed alone.
- `training`: a run that a variant trains under a profile, under the reference, against the plain run.
- `training_repeat`: the same where the plain run trains under a profile of the same settings: the noise floor of
  training.
- `variant`: the same of a variant that changes more than the profile, so that the profile is one of several causes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sculpt.core.machines import HERE
from sculpt.core.rounding import rounded

if TYPE_CHECKING:
    from sculpt.core.outcomes import Outcomes

ALL = "all"
"""The group of all images of a split."""
FEW = 20
"""A group of fewer images is marked."""
LABELS = ("run", "method", "mask", "start_density", "target_density", "variant")
COLUMNS = (
    *("machine", "effect", "profile", *LABELS, "weight", "cycle", "node", "seed", "split", "group"),
    *("number", "images", "few", "accuracy", "accuracy_reference", "loss", "loss_reference", "flips"),
)

Scores = tuple[list[list[float | None]], list[list[float | None]]]
"""Accuracies and losses, of each seed those of each group; None where it has no image."""
Looks = Mapping[str, Mapping[tuple[str, str], "Outcomes"]]
"""By the name of a machine, then by profile and take (`first`, `second`): what is available, of all seeds."""


@dataclass(frozen=True)
class Split:
    """labels: int64 (N,). groups: int64 (N,), rows of `names`; none are the classes, named by their number."""

    labels: np.ndarray
    groups: np.ndarray
    names: list[str]

    @cached_property
    def members(self) -> list[tuple[str, int | None, np.ndarray]]:
        """Name and number of each group with the rows of its images, also where it has none; all images first."""
        of_groups = [(name, number, np.flatnonzero(self.groups == number)) for number, name in enumerate(self.names)]
        return [(ALL, None, np.arange(len(self.labels))), *of_groups]


@dataclass
class Comparison:
    """The rows of `hardware.csv`. settings: of the job compare. splits: by name. looks: here and elsewhere."""

    settings: dict[str, Any]
    splits: dict[str, Split]
    looks: Looks
    _known: dict[int, Scores] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """COLUMNS, in a fixed order; weight: of a run's loss, number: of a group, empty where there is none.

        A group without images in a split has a row, without accuracy and loss. No row is of what is not available, or
        compared with what is not.
        """
        rows = [row for machine in self.looks for row in self._of_machine(machine)]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"number": "Int64", "weight": float})

    def _of_machine(self, machine: str) -> Iterator[dict[str, Any]]:
        reference, found = self.settings["reference"], self.looks[machine]
        base, own = self.looks[HERE].get((reference, "first")), found.get((reference, "first"))
        again = found.get((reference, "second"))
        frozen, plain = self.settings["frozen"], [*self.settings["frozen"], *self.settings["plain"]]
        for profile in [*([] if machine == HERE else [reference]), *self.settings["profiles"]]:
            if base is not None and (look := found.get((profile, "first"))) is not None:
                for run in frozen:
                    yield from self._rows((machine, "evaluation", profile), run, look, base, run["node"])
        if own is None:
            return
        for run in plain:
            if again is not None:
                yield from self._rows((machine, "repeat", reference), run, again, own, run["node"])
            if len(own.seeds) > 1:
                yield from self._rows((machine, "seed", reference), run, own, own, run["node"], shift=1)
        for run in self.settings["trained"]:
            yield from self._rows((machine, run["effect"], run["profile"]), run, own, own, run["against"])

    def _rows(
        self,
        labels: tuple[str, str, str],
        run: dict[str, Any],
        look: Outcomes,
        base: Outcomes,
        against: str,
        shift: int = 0,
    ) -> Iterator[dict[str, Any]]:
        """The rows of one run. against: the node of its reference. shift: seeds that its reference is further on."""
        head = dict(zip(("machine", "effect", "profile"), labels, strict=True))
        head |= {label: run.get(label) for label in (*LABELS, "weight", "cycle", "node")}
        for name, split in self.splits.items():
            place, other = (run["node"], name), (against, name)
            seconds = np.roll(np.arange(len(base.seeds)), -shift)
            changed = look.predictions[place] != base.predictions[other][seconds]
            ours, theirs = self._scores(look, place, split), self._scores(base, other, split)
            for s, seed in enumerate(look.seeds):
                for g, (group, number, rows) in enumerate(split.members):
                    yield {
                        **head,
                        "seed": seed,
                        "split": name,
                        "group": group,
                        "number": number,
                        "images": len(rows),
                        "few": len(rows) < FEW,
                        "accuracy": ours[0][s][g],
                        "accuracy_reference": theirs[0][seconds[s]][g],
                        "loss": ours[1][s][g],
                        "loss_reference": theirs[1][seconds[s]][g],
                        "flips": int(changed[s, rows].sum()),
                    }

    def _scores(self, look: Outcomes, place: tuple[str, str], split: Split) -> Scores:
        """Accuracy (percent) and mean loss of each seed and group; worked out once."""
        losses = look.losses[place]
        if id(losses) not in self._known:
            hits = look.predictions[place] == split.labels
            members = [rows for *_, rows in split.members]
            self._known[id(losses)] = (
                [[_mean(100 * int(hit[rows].sum()), len(rows)) for rows in members] for hit in hits],
                [[_mean(fsum(loss[rows].tolist()), len(rows)) for rows in members] for loss in losses],
            )
        return self._known[id(losses)]


def _mean(total: float, images: int) -> float | None:
    return rounded(total / images) if images else None
