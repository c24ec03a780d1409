"""What an examination has found so far: sound contents, for what is made from them, and faults."""

import io
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sculpt.core.errors import Fault
from sculpt.core.files import ArtifactError
from sculpt.core.hits import Hits
from sculpt.core.tables import parsed, read_table
from sculpt.invariants.schema import Reasons
from sculpt.invariants.tables import table_is
from sculpt.pipeline.dag.job import Job
from sculpt.recipe.node import INIT

Place = tuple[str, str]
"""Key of a node, a mask or the initialisation, and name of a seed block."""


class Findings:
    """What is sound. facts: of the data. records, histories, kept: of each place. tables, hits: by file."""

    def __init__(self, root: Path, damaged: set[str]):
        self.root, self.damaged = root, damaged
        self.faults: list[Fault] = []
        self.facts: dict[str, Any] | None = None
        self.records: dict[Place, list[dict[str, Any]]] = {}
        self.histories: dict[Place, pd.DataFrame] = {}
        self.kept: dict[Place, dict[str, tuple[int, list[int]]]] = {}
        self.tables: dict[str, pd.DataFrame] = {}
        self.hits: dict[str, Hits] = {}
        self._seen: dict[tuple[str, str], int] = {}

    def examine(self, file: str, read: Callable[[Path], Any], *checks: Callable[[Any], Reasons]) -> Any:
        """The content of a file; None where it cannot be read or fails a check, which is then a fault.

        A check may rely on those before it: they end at the first that fails.
        """
        if file in self.damaged:
            return None
        reasons: list[str] = []
        try:
            content = read(self.root / file)
            for of_check in checks:
                reasons = reasons or list(of_check(content))
        except ArtifactError as error:
            reasons = [str(error).removeprefix(f"{self.root / file}: ")]
        if reasons:
            self.fault(file, *reasons)
            return None
        return content

    def fault(self, file: str, *reasons: str) -> None:
        self.damaged.add(file)
        self.faults += [Fault(file, reason) for reason in reasons]

    def table(self, file: str, expected: pd.DataFrame, source: str) -> None:
        """A table that is to be what others give (`source`, in words)."""
        text = io.StringIO(expected.to_csv(index=False))  # numbers as they come out of a file
        found = self.examine(file, read_table, partial(table_is, expected=parsed(text), source=source))
        if found is not None:
            self.tables[file] = found

    def distinct(self, kind: str, file: str, seeds: list[int], digests: list[str]) -> None:
        """No two seeds of any block may have equal tensors of one kind."""
        for seed, digest in zip(seeds, digests, strict=True):
            other = self._seen.setdefault((kind, digest), seed)
            if other != seed:
                self.fault(file, f"seed {seed} has the same values as seed {other}")


def whole(found: dict[Any, Any], keys: Iterable[Any]) -> list[Any] | None:
    """What was found of each key; None where one is missing."""
    parts = [found.get(key) for key in keys]
    return None if any(part is None for part in parts) else parts


def settings_of(job: Job) -> dict[str, Any]:
    return json.loads(job.config)


def place_of(job: Job) -> Place:
    """Which node, mask or initialisation a job makes, and for which seeds."""
    node = job.wildcards.get("node")
    return (INIT if node is None else f"{job.rule}/{node}"), job.wildcards["block"]
