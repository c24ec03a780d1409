"""Epoch checkpoints: a job that was cut off goes on after the last one that was kept, to the bits of one that was not.

They are no artifacts: they lie beside the job's log, where Snakemake does not clear them away with the outputs of a
failed job, and go when the job ends well.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from sculpt.core.files import ArtifactError
from sculpt.core.sealed import read_sealed, write_sealed
from sculpt.core.tensors import Tensors

SECONDS = 60.0
"""How much work may be lost, beside the epoch that is under way. A job that is shorter writes nothing."""


@dataclass(frozen=True)
class Reached:
    """A node after `done` of its epochs: all that does not follow from its job's inputs.

    weights: a checkpoint (R, ...). update: the tensors that the update rule keeps, in its order. history: the rows so
    far. after_prune: as in the records. mask: (R, ...), which a rule between epochs may have moved; by name, in any
    order. spent: what training cost so far (`sculpt.training.spending`).
    """

    done: int
    weights: Tensors
    update: list[Tensor]
    history: list[dict[str, Any]]
    after_prune: list[dict[str, Any]] | None
    mask: Tensors
    spent: dict[str, Any]


class EpochCheckpoints:
    """The epoch checkpoints of one job, one file for each group of seeds that it trains.

    log: the job's log. key: a digest of everything that decides the job's bytes; files of another key are not used.
    tell: takes lines for the user.
    """

    def __init__(self, log: Path, key: str, tell: Callable[[str], None]):
        self._log = log
        self._key = key
        self._tell = tell
        self._start = self._written = time.monotonic()
        self._done = 0
        self._kept: tuple[int, Path] | None = None

    @property
    def standing(self) -> str:
        """Where a job that fails now stands, and what the next run makes of it."""
        kept = "no checkpoint is kept yet: the next run starts from the beginning"
        if self._kept:
            kept = "the checkpoint of epoch {} is kept in {}: run again to go on from there".format(*self._kept)
        return f"this was in epoch {self._done + 1}; {kept}"

    def latest(self, seeds: list[int]) -> Reached | None:
        """The last epoch checkpoint of these seeds; one that cannot be used is told and left aside."""
        path = self._path(seeds)
        self._done, self._kept = 0, None
        if not path.exists():
            return None
        try:
            tensors, state = read_sealed(path)
        except ArtifactError as error:
            self._tell(f"{error}; training starts from the beginning")
            return None
        if state["of"] != [self._key, seeds]:
            self._tell(f"{path}: of other settings, code, inputs or device; training starts from the beginning")
            return None
        self._tell(f"goes on after epoch {state['done']}, kept in {path}")
        self._done = state["done"]
        self._kept = self._done, path
        return Reached(
            state["done"],
            _named(tensors, "weights."),
            [tensors[f"update.{i}"] for i in range(len(tensors)) if f"update.{i}" in tensors],
            state["history"],
            state["after_prune"],
            _named(tensors, "mask."),
            state["spent"],
        )

    def due(self, done: int, last: int) -> bool:
        """Whether to keep the epoch that has just ended, `done` of `last`; the last one once the job is a long one."""
        self._done = done
        return time.monotonic() - (self._start if done == last else self._written) >= SECONDS

    def keep(self, seeds: list[int], reached: Reached) -> None:
        path = self._path(seeds)
        tensors = {f"weights.{name}": tensor for name, tensor in reached.weights.items()}
        tensors |= {f"update.{i}": tensor for i, tensor in enumerate(reached.update)}
        tensors |= {f"mask.{name}": kept for name, kept in reached.mask.items()}
        state = {
            "of": [self._key, seeds],
            "done": reached.done,
            "history": reached.history,
            "after_prune": reached.after_prune,
            "spent": reached.spent,
        }
        write_sealed(path, tensors, state)
        self._written = time.monotonic()
        self._kept = reached.done, path

    def remove(self) -> None:
        for path in self._log.parent.glob(self._name("*")):
            path.unlink()

    def _path(self, seeds: list[int]) -> Path:
        return self._log.with_name(self._name(seeds[0]))

    def _name(self, seed: int | str) -> str:
        return f"{self._log.stem}.seed_{seed}.progress.safetensors"


def _named(tensors: Tensors, prefix: str) -> Tensors:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


Checkpoints = EpochCheckpoints | None
