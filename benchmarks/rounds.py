"""Variants timed in turn, the rows that their ratios make, and the table of rows."""

import hashlib
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from sculpt.pipeline.record.fingerprint import fingerprint

Times = dict[str, list[float]]
Build = Callable[[], Callable[[], float]]
"""Makes a function that runs once and gives its seconds; one that another process can be given."""


def clock(device: torch.device) -> float:
    """CPU seconds of this process, since other work on the machine does not count in them; on CUDA, wall seconds when
    the device has done all that it was told to."""
    if device.type == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def seconds_of(work: Callable[[], object], device: torch.device) -> Callable[[], float]:
    """`work` as a function that gives its seconds."""

    def seconds() -> float:
        start = clock(device)
        work()
        return clock(device) - start

    return seconds


def interleaved(variants: dict[str, Build], rounds: int) -> Times:
    """The seconds that each variant gives in each of `rounds` rounds, run in turn; a round before them warms up.

    Each is built in a process of its own, so that what one sets (kernels, how memory is kept) does not touch another.
    One that fails says why itself, and gives nan from then on.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sculpt.training.node"])  # torch is then imported once, not once a process
    ends = {}
    for name, build in variants.items():
        ends[name], theirs = context.Pipe()
        context.Process(target=_serve, args=[theirs, build], daemon=True).start()
        theirs.close()
    for end in ends.values():
        _answer(end)
    times: Times = {name: [] for name in variants}
    for _ in range(rounds + 1):
        for name, end in ends.items():
            with suppress(OSError):
                end.send("go")
            times[name].append(_answer(end))
    for end in ends.values():
        end.close()
    return {name: found[1:] for name, found in times.items()}


def _answer(end: Connection) -> float:
    """What the other process says; nan where it has ended."""
    with suppress(EOFError, OSError):
        return end.recv()
    return nan


def _serve(end: Connection, build: Build) -> None:
    """Build a variant, then run it whenever the other end asks, until that is closed."""
    seconds = build()
    end.send(0.0)
    with suppress(EOFError):
        while end.recv():
            end.send(seconds())


def ratios(one: list[float], other: list[float]) -> list[float]:
    """one / other of each round: what slows a whole round down cancels."""
    return [a / b for a, b in zip(one, other, strict=True)]


def percent(part: list[float], whole: list[float]) -> list[float]:
    return [100 * share for share in ratios(part, whole)]


@dataclass(frozen=True)
class Row:
    """A line of the table: `values` of at least two rounds, in `unit`, and the bound that their median is held to."""

    what: str
    values: list[float]
    unit: str = "x"
    at_least: float | None = None
    at_most: float | None = None

    def facts(self) -> dict[str, Any]:
        low, median, high = statistics.quantiles(self.values, n=4, method="inclusive")
        asked, met = None, None
        if self.at_least is not None:
            asked, met = f">= {self.at_least:g} {self.unit}", median >= self.at_least
        elif self.at_most is not None:
            asked, met = f"<= {self.at_most:g} {self.unit}", median <= self.at_most
        return {
            "what": self.what,
            "unit": self.unit,
            "median": median,
            "quartiles": [low, high],
            "rounds": len(self.values),
            "asked": asked,
            "met": met,
        }


HEADER = "| what | asked for | median | quartiles | met |\n|---|---|---|---|---|"


def line(row: Row) -> str:
    """A row as a line of the Markdown table below HEADER."""
    facts = row.facts()
    low, high = facts["quartiles"]
    met = {None: "", True: "yes", False: "no"}[facts["met"]]
    median = f"{facts['median']:.3g} {row.unit}"
    return f"| {row.what} | {facts['asked'] or ''} | {median} | {low:.3g} to {high:.3g} | {met} |"


def write(rows: list[Row], folder: Path, device: str) -> Path:
    """Write the rows with the fingerprint of this machine and device, in the file that is named by it."""
    made = fingerprint(device)
    name = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {"fingerprint": made, "rows": [row.facts() for row in rows]}
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    return path
