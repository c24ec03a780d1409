"""An experiment's results beside those that a git revision records, at one of two levels of truth.

bytes: on a machine with the recorded fingerprint, what the same inputs give is the same to the byte. metrics: another
processor or another library version rounds otherwise, training amplifies it, and only what the seeds agree on can be
compared.
"""

import io
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from sculpt.core.errors import SculptError
from sculpt.core.files import ArtifactError, read_json
from sculpt.core.tables import read_table
from sculpt.params.load import load
from sculpt.pipeline.check.examination import Fault
from sculpt.pipeline.record.dvc_cache import DvcCache
from sculpt.pipeline.record.dvc_record import DVC_LOCK, hashed, read_dvc_lock
from sculpt.pipeline.record.provenance import LOCK, read_lock, unseal
from sculpt.pipeline.record.records import Digests
from sculpt.pipeline.run.console import counted
from sculpt.recipe.tree import number

FALSE_ALARMS = 0.05
"""Chance that a test finds a fault where only the rounding differs, if the two runs had no seed in common.

They have, so it is smaller. Measured: the default experiment with the kernels for AVX-512, AVX2 and SSE4.1, each
against each other, gives no fault in any of the six comparisons; the largest of the 384 differences is 0.97 of what is
allowed.
"""

SUMMARISED = ("summary.csv", "claims.json")
DRAWN = "accuracy_vs_density.csv"

_CELL = ["method", "mask", "start_density", "target_density", "cycles"]
_DRAWN_CELL = ["method", "mask", "run", "target_density"]


class AgainstError(SculptError):
    """There is nothing to compare with; the message names the revision and what it lacks."""


@dataclass(frozen=True)
class Comparison:
    """What came out, against the revision (short hash).

    compared: what was, in words. faults: what must not differ and does. changes: what may. notes: why this level, and
    what could not be compared.
    """

    revision: str
    level: Literal["bytes", "metrics"]
    compared: str
    faults: list[Fault]
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"Against {self.revision}, level {self.level}: {self.compared}: {counted(len(self.faults), 'fault')}"]
        lines += [f"{file}: {reason}" for file, reason in self.faults]
        return "\n".join([*lines, *(f"changed: {change}" for change in self.changes), *(f"({n})" for n in self.notes)])


@dataclass(frozen=True)
class _Metrics:
    """Test accuracy of each cell (columns mean, sd, seeds).

    Only a summary tells the mean of each seed over all ends of runs, and the claims' verdicts by id.
    """

    cells: pd.DataFrame
    of_seeds: pd.Series | None = None
    verdicts: dict[str, str] | None = None


def compare(revision: str, experiment: str | None, root: Path = Path(".")) -> Comparison:
    """Compare the experiment below `root` with what `revision` (anything that git understands) records of it.

    The level is bytes where both locks name the same fingerprint for every file that both have, else metrics. Metrics
    are the mean test accuracies of the ends of runs (`unlike`, `drifted`) and the verdicts of the claims: one that
    turns from supported to contradicted, or back, is a fault, one that becomes inconclusive or stops being so a change.
    They come from summary.csv and claims.json, which the revision has in the local DVC cache; where they are not there,
    from the accuracies in figures/<name>/accuracy_vs_density.csv, which lies in git, and the claims are left out.
    Raises SculptError.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    past = _Revision(revision, root)
    there, digests = past.made(name), Digests(root)
    locked = _made(read_lock(root / LOCK), name, LOCK)
    here = {file: (digests[file], made_on) for file, (_, made_on) in locked.items() if digests[file]}
    both = there.keys() & here.keys()
    differing = sorted({text for file in both for text in _differences(there[file][1], here[file][1])})
    if both and not differing:
        return Comparison(past.short, "bytes", f"{len(there)} files", _unlike_bytes(past.short, there, here))

    notes = [f"other bits are expected: {text}" for text in differing or ["no file in common"]]
    folder = f"results/{name}/summary"
    now, before, source = _summarised(*(root / folder / file for file in SUMMARISED)), past.summarised(name), folder
    if before is None:
        source = f"figures/{name}"
        now, before = _Metrics(_drawn(read_table(root / source / DRAWN))), _Metrics(past.drawn(f"{source}/{DRAWN}"))
        notes.append(
            f"the tables and claims of {past.short} are not in the local DVC cache, so only the means in "
            f"{source}/{DRAWN} are compared; `.venv/bin/dvc fetch --all-commits {folder}` brings them where a "
            f"remote has them"
        )
    reasons = unlike(now.cells, before.cells, past.short, settings.data.test)
    compared, changes = f"{len(before.cells)} mean test accuracies", []
    if before.verdicts is not None:
        compared += f" and {len(before.verdicts)} verdicts"
        turned, changes = _turned(now.verdicts, before.verdicts, past.short)
        reasons += [*drifted(now.of_seeds, before.of_seeds, past.short), *turned]
    return Comparison(past.short, "metrics", compared, [Fault(source, reason) for reason in reasons], changes, notes)


def unlike(now: pd.DataFrame, before: pd.DataFrame, revision: str, images: int) -> list[str]:
    """The cells whose means differ by more than the recorded seed spread explains, a line each.

    now, before: one row a cell, columns mean and sd (percent; sd NaN for one seed) and seeds. images: size of the test
    split.

    A pooled two-sample t test (Student 1908) a cell, with the error rate FALSE_ALARMS shared out among the cells
    (Bonferroni; Dunn 1961): |difference| <= t * s * sqrt(1 / n_now + 1 / n_before). s pools the recorded variances of
    all cells of one density, since three seeds of one cell know their own spread too badly (two standard errors of a
    cell's own spread flag a tenth of the cells of an honest re-run), unless the cell's own is larger: a single cycle
    spreads more than the rest of its density. At least as much is allowed as for the binomial standard deviation of an
    accuracy on so many images, with the normal quantile, which a single seed falls back on. The spread is the recorded
    one alone, so a run that has become unstable earns no tolerance by it.
    """
    lines = [
        f"{_label(now.index.names, cell)}: only here, not in {revision}" for cell in now.index.difference(before.index)
    ]
    lines += [f"{_label(now.index.names, cell)}: only in {revision}" for cell in before.index.difference(now.index)]
    both = before.add_suffix("_before").join(now.add_suffix("_now"), how="inner")
    if both.empty:
        return lines
    weights = before["seeds"] - 1
    freedom = weights.groupby(level="target_density").sum()
    squares = (before["sd"].fillna(0) ** 2 * weights).groupby(level="target_density").sum()
    density = both.index.get_level_values("target_density")
    degrees = freedom[density].to_numpy().clip(min=1)  # of single seeds the squares are 0 as well
    level = 1 - FALSE_ALARMS / 2 / len(both)
    spread = np.maximum(np.sqrt(squares[density].to_numpy() / degrees), both["sd_before"].fillna(0))
    of_seeds = stats.t.ppf(level, degrees) * spread
    share = (both["mean_before"] / 100).clip(0.5 / images, 1 - 0.5 / images)  # no error at all is luck
    of_images = stats.norm.ppf(level) * 100 * np.sqrt(share * (1 - share) / images)
    allowed = np.maximum(of_seeds, of_images) * np.sqrt(1 / both["seeds_now"] + 1 / both["seeds_before"])
    differs = (both["mean_now"] - both["mean_before"]).abs() > allowed
    return lines + [
        f"{_label(now.index.names, cell)}: {_apart(row['mean_now'], row['mean_before'], allowed[cell], revision)}"
        for cell, row in both[differs].iterrows()
    ]


def drifted(now: pd.Series, before: pd.Series, revision: str) -> list[str]:
    """A line where the mean over all ends of runs differs, which many small differences to one side add up to.

    now, before: that mean for each seed, percent. A two-sample t test at FALSE_ALARMS with the recorded spread of the
    seeds; a single seed has none, and is not tested.
    """
    if len(before) == 1:
        return []
    quantile = stats.t.ppf(1 - FALSE_ALARMS / 2, len(before) - 1)
    allowed = quantile * before.std() * np.sqrt(1 / len(now) + 1 / len(before))
    if abs(now.mean() - before.mean()) <= allowed:
        return []
    return [f"all runs together: {_apart(now.mean(), before.mean(), allowed, revision)}"]


class _Revision:
    """What a git revision, and the DVC cache for it, hold."""

    def __init__(self, revision: str, root: Path):
        self.root = root
        found = self._git("rev-parse", "--verify", "--short", "--end-of-options", f"{revision}^{{commit}}")
        if found.returncode:
            reason = (found.stderr.decode(errors="replace").strip().splitlines() or ["not found"])[-1]
            raise AgainstError(f"{revision}: no git revision of this name: {reason}")
        self.short = found.stdout.decode().strip()
        self.cache = DvcCache(root)

    def made(self, name: str) -> dict[str, tuple[str, Any]]:
        try:
            lock = unseal(self._file(LOCK))
        except ValueError as error:
            raise AgainstError(f"{LOCK} of {self.short}: {error}") from None
        return _made(lock, name, f"{LOCK} of {self.short}")

    def summarised(self, name: str) -> _Metrics | None:
        """From the DVC cache, None where it does not hold them whole."""
        try:
            stages = read_dvc_lock(self._file(DVC_LOCK))["stages"]
            md5 = stages[f"summary@{name}"]["outs"][0]["md5"]
            held = {entry["relpath"]: entry["md5"] for entry in self.cache.listing(md5)}
            return _summarised(*(self._whole(held[file]) for file in SUMMARISED))
        except (KeyError, ValueError, FileNotFoundError, ArtifactError):
            return None

    def drawn(self, file: str) -> pd.DataFrame:
        return _drawn(pd.read_csv(io.BytesIO(self._file(file))))

    def _whole(self, md5: str) -> Path:
        path = self.cache.path(md5)
        if (found := hashed(path)) is None or found.md5 != md5:
            raise FileNotFoundError(path)
        return path

    def _file(self, file: str) -> bytes:
        found = self._git("show", f"{self.short}:./{file}")
        if found.returncode:
            raise AgainstError(f"{self.short} has no {file}: it records no run that could be compared")
        return found.stdout

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["git", *arguments], cwd=self.root, capture_output=True)


def _made(lock: dict[str, Any], name: str, where: str) -> dict[str, tuple[str, Any]]:
    """sha256 and fingerprint of each file of an experiment."""
    if name not in lock["experiments"]:
        raise AgainstError(f"{where} does not record {name}")
    experiment = lock["experiments"][name]
    return {
        file: (sha256, job.get("fingerprint", experiment["fingerprint"]))
        for job in experiment["jobs"]
        for file, sha256 in job["outputs"].items()
    }


def _unlike_bytes(revision: str, there: dict[str, tuple[str, Any]], here: dict[str, tuple[str, Any]]) -> list[Fault]:
    faults = [Fault(file, f"only here, not in {revision}") for file in here.keys() - there.keys()]
    faults += [Fault(file, f"only in {revision}") for file in there.keys() - here.keys()]
    both = there.keys() & here.keys()
    return sorted(
        faults + [Fault(file, f"other bytes than in {revision}") for file in both if there[file] != here[file]]
    )


def _differences(there: Any, here: Any, name: str = "") -> list[str]:
    """What differs between two fingerprints, in words."""
    if isinstance(there, dict) and isinstance(here, dict):
        keys = sorted(there.keys() | here.keys())
        return [text for key in keys for text in _differences(there.get(key), here.get(key), f"{name} {key}".strip())]
    if there == here:
        return []
    there, here = ("none" if value is None else value for value in (there, here))
    return [f"{name} was {there}, is {here}"]


def _summarised(summary: Path, claims: Path) -> _Metrics:
    table = read_table(summary)
    verdicts = {claim["id"]: claim["verdict"] for claim in read_json(claims)}
    ends = table[table["cycle"] == table["cycles"]]
    return _Metrics(_ends(ends), ends.groupby("seed")["test_accuracy"].mean(), verdicts)


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    groups = rows.fillna({"mask": "", "start_density": 0.0}).groupby(_CELL)
    return groups["test_accuracy"].agg(mean="mean", sd="std", seeds="count")


def _drawn(figure: pd.DataFrame) -> pd.DataFrame:
    """The same from accuracy_vs_density.csv: SCULPT only from the start that validation chose, be it another or not."""
    names = {"test_accuracy_mean": "mean", "test_accuracy_sd": "sd"}
    maskless = ~figure["method"].isin(["single", "cyclic", "long", "sculpt"])  # they are drawn in every mask's panel
    cells = figure.assign(mask=figure["mask"].mask(maskless).fillna("")).rename(columns=names)
    return cells.drop_duplicates(_DRAWN_CELL).set_index(_DRAWN_CELL)[["mean", "sd", "seeds"]]


def _label(names: list[str], cell: tuple[Any, ...]) -> str:
    """A cell in words: `method sculpt, mask erk, start_density 0.5, target_density 0.02, cycles 4`."""
    parts = zip(names, cell, strict=True)
    return ", ".join(f"{name} {number(part) if isinstance(part, float) else part}" for name, part in parts if part)


def _apart(now: float, before: float, allowed: float, revision: str) -> str:
    return f"mean test accuracy {now:.2f} %, {revision} has {before:.2f}: more than {allowed:.2f} apart"


def _turned(now: dict[str, str], before: dict[str, str], revision: str) -> tuple[list[str], list[str]]:
    """The verdicts that became their opposite, and the other changes."""
    turned, changes = [], []
    for claim in sorted(now.keys() | before.keys()):
        ours, theirs = now.get(claim, "not tested"), before.get(claim, "not tested")
        if ours != theirs:
            opposite = {ours, theirs} == {"supported", "contradicted"}
            (turned if opposite else changes).append(f"claim {claim}: {ours}, {revision} has {theirs}")
    return turned, changes
