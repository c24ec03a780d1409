"""From a path that a person gives to the files that jobs make, or one line that says what it is instead."""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from sculpt.pipeline.run.commands import make
from sculpt.pipeline.why.made import Makers, WhyError, experiment_of
from sculpt.pipeline.why.revision import held_by_git


def files_of(asked: str, makers: Makers) -> list[str]:
    """The files that jobs made, or would make, which a path stands for: a file, all below a folder, those of a log.

    Each is below makers.root, in the order of the recipe; files of the lock come after those. Raises WhyError, with the
    nearest, where there is none.
    """
    file = Path(os.path.relpath(makers.root / asked, makers.root)).as_posix()
    named = experiment_of(file)
    for name in dict.fromkeys([named, *makers.params.experiments, *makers.lock["experiments"]]):
        jobs = makers.jobs(name)
        known = [*jobs, *(output for output, (of, _) in makers.recorded.items() if of == name and output not in jobs)]
        if found := [each for each in known if each == file or each.startswith(f"{file}/")]:
            return found
        if logged := [output for output, job in jobs.items() if job.log == file or job.log.startswith(f"{file}/")]:
            return logged
        if name and name == named:
            raise _nothing(file, known, makers)
    raise _nothing(file, [*makers.jobs(makers.params.experiment), *makers.recorded], makers)


def _nothing(file: str, known: Iterable[str], makers: Makers) -> WhyError:
    close = _nearest(file, list(dict.fromkeys(known)))
    nearest = f"; nearest that one makes: {close}" if close else ""
    if revision := held_by_git(file, makers.root):
        return WhyError(f"{file}: no job makes it; git holds it, last changed in {revision}{nearest}")
    name = experiment_of(file)
    place = makers.root / file
    if not place.exists():
        return WhyError(f"{file}: no such file, and no job makes it{nearest}")
    # Of logs/ nothing is tidied: a report lies there, which is made by its command.
    tidied = name in makers.params.experiments and not file.startswith("logs/")
    remedy = f"; {make('tidy', name, makers.root)} lists what no job makes" if tidied else ""
    return WhyError(f"{file}: no job of params.yaml makes it, and nothing records what made it{remedy}{nearest}")


def _nearest(file: str, known: list[str]) -> str | None:
    """The file that ends in what was asked for, else the most similar one."""
    ends = [each for each in known if each.endswith(f"/{file}")]
    return ends[0] if ends else next(iter(get_close_matches(file, known, n=1, cutoff=0.5)), None)
