"""Jobs that have run on this machine: what they had to do, and the CPU seconds that their logs give."""

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from sculpt.core.settings import Values
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.work import Work, made_by, work
from sculpt.pipeline.record import records
from sculpt.recipe.tree import Tree

_TOOK = re.compile(r"^(\d+\.\d+) CPU s, peak memory (\d+) MiB$", re.MULTILINE)
TAIL = 200
"""Bytes of a log's end, in which its last line is."""


def ran(jobs: list[Job], tree: Tree, data: Values, root: Path = Path(".")) -> Iterator[tuple[Work, float]]:
    """The work and the CPU seconds of each job of an experiment that has a log and a record here.

    The work is that of the settings in the record, since the log may be of another run than the one that is planned.
    """
    then = next((settings for job in jobs if job.rule == "data" if (settings := recorded(job, root))), {"data": data})
    for job in jobs:
        if (seconds := took(root / job.log)) is not None and (settings := recorded(job, root)) is not None:
            yield work(job.program, settings, then["data"], made_by(job.rule, job.wildcards, tree)), seconds


def took(log: Path) -> float | None:
    """CPU seconds of a finished job, by its log; None where there is none, or the job did not end."""
    last = took_and_peak(log)
    return last[0] if last else None


def peak(log: Path) -> int | None:
    """Peak memory of a finished job in MiB, likewise."""
    last = took_and_peak(log)
    return last[1] if last else None


def took_and_peak(log: Path) -> tuple[float, int] | None:
    """Both, from one look at the log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL))
            found = _TOOK.findall(file.read().decode(errors="replace"))
    except FileNotFoundError:
        return None
    return (float(found[-1][0]), int(found[-1][1])) if found else None


def recorded(job: Job, root: Path) -> Values | None:
    """The settings that the job's last run had, None where Snakemake has no record of that."""
    record = records.read(root, job.outputs[0])
    texts = [ast.literal_eval(text) for text in (record or {}).get("params", [])]
    return next((json.loads(text) for text in texts if text.startswith("{")), None)
