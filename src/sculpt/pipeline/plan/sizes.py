"""What the jobs that would run write and hold in memory: a definition of this project.

Both are taken from what such jobs left here, where the experiment that left it has the same model and the same data;
else they are worked out from the shapes of the networks and the images.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.predict import Known
from sculpt.pipeline.plan.ran import peak, recorded

THERE, SHAPES = "sizes of such files here", "an estimate from shapes"
LOGS, ASKED = "by the logs of such jobs here", "estimated: what a cluster is asked for"
Shapes = tuple[int, int]
"""Bytes of one seed's weights and of its mask."""
_SPLITS = ("train", "validation", "test")
_UNITS = {
    "record": 500,
    "history": 400,
    "hits": 90,
    "outcomes": 8000,
    "table": 2500,
    "svg": 130_000,
    "png": 150_000,
    "csv": 11_000,
}
"""Bytes per seed and node, or per figure, as `digits` has them, where neither a file nor a shape tells."""
_TABLE = 1000
"""Bytes per seed and node of a table of all runs, likewise."""


@dataclass(frozen=True)
class Disk:
    """of_jobs: bytes that each job writes, by its message. rests_on: how many files are predicted from what."""

    of_jobs: dict[str, int]
    rests_on: Counter[str]

    def __str__(self) -> str:
        found = [f"{text} ({count:,} files)" for text, count in self.rests_on.most_common()]
        return f"about {in_bytes(sum(self.of_jobs.values()))}, by {'; '.join(found)}"


@dataclass(frozen=True)
class Memory:
    """mib: of the largest job at its peak, which has this message. rests_on: LOGS or ASKED."""

    mib: int
    message: str
    rests_on: str

    def __str__(self) -> str:
        return f"about {in_bytes(self.mib * 2**20)} for the largest job ({self.message}), {self.rests_on}"


def in_bytes(count: float) -> str:
    """Bytes in the unit of 1,000 that a person would use, to two or three digits."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit in ("bytes", "kB") or count >= 9.95 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def alike(known: Known, here: Known, root: Path = Path(".")) -> bool:
    """Whether what an experiment left here was made with the model and the data that are planned now."""
    first = {job.rule: job for job in reversed(known.jobs)}
    made = {rule: recorded(first[rule], root) for rule in ("data", "init") if rule in first}
    return all(settings is not None for settings in made.values()) and all(
        settings[key] == here.experiment[key]
        for settings in made.values()
        for key in ("data", "model")
        if key in settings
    )


def disk(
    waiting: Sequence[Job], here: Known, like: Iterable[Known], shapes: Callable[[], Shapes], root: Path = Path(".")
) -> Disk:
    """Bytes that these jobs of `here` will write. like: experiments of the same model and data, the nearest first.

    shapes: what one seed of the model takes; it is asked where no file tells.
    """
    rates = [_rates(known, root) for known in like]
    found, rests_on = {}, Counter()
    for job in waiting:
        found[job.message], units = 0, _units(job)
        for kind in job.files:
            rate = next((each[job.rule, kind] for each in rates if (job.rule, kind) in each), None)
            rests_on[SHAPES if rate is None else THERE] += 1
            size = rate * units if rate is not None else _shaped(job, kind, units, here, shapes)
            found[job.message] += round(size)
    return Disk(found, rests_on)


def memory(waiting: Sequence[Job], sizes: Mapping[str, int], like: Iterable[Known], root: Path = Path(".")) -> Memory:
    """The peak of the job that needs most. sizes: bytes that each waiting job writes, by message (`disk`).

    A rule without a log is held to what the rules ask a cluster for (`rules/common.smk`): the libraries, twice where
    the job may use CUDA, and its inputs unpacked.
    """
    peaks: dict[str, int] = {}
    for known in like:
        here = {}
        for job in known.jobs:
            if job.rule not in peaks and (found := peak(root / job.log)) is not None:
                here[job.rule] = max(found, here.get(job.rule, 0))
        peaks |= here
    makers = {file: job for job in waiting for file in job.outputs}

    def needed(job: Job) -> tuple[int, str]:
        if job.rule in peaks:
            return peaks[job.rule], LOGS
        inputs = 0.0
        for file in dict.fromkeys(job.input_files):
            path = root / file
            inputs += path.stat().st_size if path.is_file() else sizes.get(_message(makers, file), 0) / 4
        return 2000 * (1 + (job.device in ("auto", "cuda"))) + 3 * math.ceil(inputs / 1e6), ASKED

    largest = max(waiting, key=lambda job: needed(job)[0])
    mib, rests_on = needed(largest)
    return Memory(mib, largest.message, rests_on)


def _message(makers: Mapping[str, Job], file: str) -> str:
    return makers[file].message if file in makers else ""


def _rates(known: Known, root: Path) -> dict[tuple[str, str], float]:
    """Bytes per seed and node of each kind of file that is here."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for job in known.jobs:
        there = {kind: root / file for kind, file in job.files.items() if (root / file).is_file()}
        units = _units(job) if there else 1
        for kind, path in there.items():
            sizes.setdefault((job.rule, kind), []).append(path.stat().st_size // units)
    return {kind: sum(found) / len(found) for kind, found in sizes.items()}


def _units(job: Job) -> int:
    settings = json.loads(job.config)
    return max(1, len(settings.get("seeds", [0])) * len(settings.get("nodes", [0])))


def _shaped(job: Job, kind: str, units: int, here: Known, shapes: Callable[[], Shapes]) -> float:
    data, seeds = here.experiment["data"], here.experiment["seeds"]
    if job.rule == "data" and kind in _SPLITS:
        return data[kind] * (3 * (data.get("crop") or data["size"]) ** 2 + 8)
    if kind in ("weights", "mask"):
        return shapes()[kind == "mask"] * units
    if job.rule in ("summary", "compare"):
        return _TABLE * seeds * len(here.tree.nodes)
    return _UNITS.get(kind, 500) * units
