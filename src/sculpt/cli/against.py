"""`sculpt validate --against`: an experiment's results beside those that a git revision records.

There are two levels of truth. bytes: on a machine with the recorded fingerprint, what the same inputs give is the same
to the byte. metrics: another processor or another library version rounds otherwise, training amplifies it, and only
what the seeds agree on can be compared.
"""

import io
import json
import sys
from argparse import Namespace
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from sculpt.core.errors import Fault
from sculpt.core.files import ArtifactError, read_json
from sculpt.core.tables import parsed, read_table
from sculpt.params.load import load
from sculpt.pipeline.check.differing import differing, made, unlike_bytes
from sculpt.pipeline.check.timed import timed_files
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.record.lock import LOCK, read_lock
from sculpt.pipeline.record.records import Digests
from sculpt.pipeline.record.revision import Revision
from sculpt.pipeline.run.console import counted
from sculpt.statistics.drift import cells, drawn_cells, drifted, seed_means, unlike

SUMMARISED = ("summary.csv", "claims.json")
DRAWN = "accuracy_vs_density.csv"


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


def against(given: Namespace) -> None:
    """Print the comparison and end the process; exit code 1 on any fault."""
    comparison = compare(given.against, given.experiment)
    print(json.dumps(asdict(comparison), indent=1) if given.json else comparison)
    sys.exit(bool(comparison.faults))


def compare(revision: str, experiment: str | None, root: Path = Path(".")) -> Comparison:
    """Compare the experiment below `root` with what `revision` (anything that git understands) records of it.

    The level is bytes where both locks name the same fingerprint for every file that both have, else metrics. Metrics
    are the mean test accuracies of the ends of runs (`sculpt.statistics.drift`) and the verdicts of the claims: one
    that turns from supported to contradicted, or back, is a fault, one that becomes inconclusive or stops being so a
    change. They come from summary.csv and claims.json, which the revision has in the local DVC cache; where they are
    not there, or do not tell runs apart, from the accuracies in figures/<name>/accuracy_vs_density.csv, which lies in
    git, and the claims are left out. Files that hold times are compared at neither level. Raises SculptError.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    past = Revision(revision, root)
    timed = timed_files(all_jobs(name, settings))
    there, digests = made(past.lock(), name, f"{LOCK} of {past.short}"), Digests(root)
    locked = made(read_lock(root / LOCK), name, LOCK)
    there, locked = ({file: found for file, found in side.items() if file not in timed} for side in (there, locked))
    here = {file: (digests[file], made_on) for file, (_, made_on) in locked.items() if digests[file]}
    common, others = bool(there.keys() & here.keys()), differing(there, here)
    notes = [f"not compared: {counted(len(timed), 'file')} of times: {', '.join(sorted(timed))}"] if timed else []
    if common and not others:
        return Comparison(past.short, "bytes", f"{len(there)} files", unlike_bytes(past.short, there, here), [], notes)
    notes += [f"other bits are expected: {text}" for text in others or ["no file in common"]]
    files = past.cached(f"summary@{name}", SUMMARISED)
    before = None if files is None else _summarised(files)
    if before is None:
        return _compare_drawn(past, name, settings.data.test, root, notes)
    return _compare_summarised(past.short, before, name, settings.data.test, root, notes)


def _compare_summarised(
    revision: str, before: tuple[pd.DataFrame, dict[str, str]], name: str, images: int, root: Path, notes: list[str]
) -> Comparison:
    folder = f"results/{name}/summary"
    now = read_table(root / folder / SUMMARISED[0]), _verdicts(root / folder / SUMMARISED[1])
    theirs = cells(before[0])
    opposites, changes = _turned(now[1], before[1], revision)
    reasons = [
        *unlike(cells(now[0]), theirs, revision, images),
        *drifted(seed_means(now[0]), seed_means(before[0]), revision),
        *opposites,
    ]
    compared = f"{len(theirs)} mean test accuracies and {len(before[1])} verdicts"
    return Comparison(revision, "metrics", compared, [Fault(folder, reason) for reason in reasons], changes, notes)


def _compare_drawn(past: Revision, name: str, images: int, root: Path, notes: list[str]) -> Comparison:
    folder, results = f"figures/{name}", f"results/{name}/summary"
    figure = parsed(io.BytesIO(past.file(f"{folder}/{DRAWN}")))
    ours, theirs, mixed = drawn_cells(read_table(root / folder / DRAWN), figure)
    missing = (
        f"the tables and claims of {past.short} are not in the local DVC cache, or do not tell runs apart, so only the "
        f"means in {folder}/{DRAWN} are compared; `.venv/bin/dvc fetch --all-commits {results}` brings them where a "
        f"remote has them"
    )
    notes = [*notes, missing]
    if mixed:
        notes.append(f"not compared: {counted(mixed, 'cell')}, where the labels of both figures do not tell runs apart")
    faults = [Fault(folder, reason) for reason in unlike(ours, theirs, past.short, images)]
    return Comparison(past.short, "metrics", f"{len(theirs)} mean test accuracies", faults, [], notes)


def _summarised(files: list[Path]) -> tuple[pd.DataFrame, dict[str, str]] | None:
    """The summary and the verdicts of a revision; None where they are not to be read, or have no runs."""
    try:
        summary, verdicts = read_table(files[0]), _verdicts(files[1])
    except ArtifactError:
        return None
    return (summary, verdicts) if "run" in summary else None


def _verdicts(claims: Path) -> dict[str, str]:
    return {claim["id"]: claim["verdict"] for claim in read_json(claims)}


def _turned(now: dict[str, str], before: dict[str, str], revision: str) -> tuple[list[str], list[str]]:
    """The verdicts that became their opposite, and the other changes."""
    opposites, changes = [], []
    for claim in sorted(now.keys() | before.keys()):
        ours, theirs = now.get(claim, "not tested"), before.get(claim, "not tested")
        if ours != theirs:
            opposite = {ours, theirs} == {"supported", "contradicted"}
            (opposites if opposite else changes).append(f"claim {claim}: {ours}, {revision} has {theirs}")
    return opposites, changes
