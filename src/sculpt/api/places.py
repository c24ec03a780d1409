"""Where the files of a finished experiment lie, and what there is instead of one that is not there."""

import re
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.core.files import RECORD, WEIGHTS
from sculpt.params.complaints import nearest
from sculpt.recipe.node import INIT, TRAINED_STAGES, below_results

STAGES = ("init", *TRAINED_STAGES)
_BLOCK = re.compile(r"seeds_(\d+)-(\d+)")


class NotThereError(SculptError):
    """An experiment, node, run, seed or split that is not there; the message names the nearest that is."""


def experiments(root: str | Path = ".") -> list[str]:
    """The experiments that have results below the repository `root`, sorted by name."""
    return sorted(path.parents[1].name for path in Path(root).glob("results/*/summary/summary.csv"))


def results_of(experiment: str, root: str | Path = ".") -> Path:
    """The folder of an experiment's results. Raises NotThereError, which names the nearest experiment that has some."""
    folder = Path(root) / "results" / experiment
    if experiment in (there := experiments(root)):
        return folder
    if folder.is_dir() and experiment:
        raise NotThereError(
            f"experiment: {experiment!r} has no tables in {folder}; `make reproduce EXPERIMENT={experiment}` makes "
            f"them, `.venv/bin/dvc pull` fetches recorded ones"
        )
    known = ", ".join(there) or f"none, {Path(root) / 'results'} holds no finished experiment"
    raise NotThereError(f"experiment: {experiment!r} is not there; allowed: {known}{nearest(experiment, there)}")


def seeds_of(folder: Path) -> list[int]:
    """The seeds of a folder that is named as a seed block is; none for any other."""
    named = _BLOCK.fullmatch(folder.name)
    return list(range(int(named[1]), int(named[2]) + 1)) if named else []


def nodes(results: Path) -> list[str]:
    """The keys (stage/name) of all networks below an experiment's results: the initial one, then by stage and name."""
    found = dict.fromkeys(
        INIT if stage == "init" else f"{stage}/{path.parent.relative_to(block).as_posix()}"
        for stage in STAGES
        for block in sorted((results / stage).glob("seeds_*"))
        for path in sorted(block.rglob(RECORD))
        if (path.parent / WEIGHTS).is_file()
    )
    return list(found)


def blocks(results: Path, key: str) -> dict[str, Path]:
    """The folder of a node in each of its seed blocks, by the block's name, in the order of the seeds."""
    stage = key.partition("/")[0]
    named = sorted((results / stage).glob("seeds_*"), key=seeds_of)
    folders = {block.name: results / below_results(block.name, key) for block in named if seeds_of(block)}
    return {name: folder for name, folder in folders.items() if (folder / RECORD).is_file()}


def block_of(results: Path, key: str, seed: int) -> Path:
    """The folder of a node that holds a seed. Raises NotThereError, which says which seeds there are."""
    there = blocks(results, key)
    for name, folder in there.items():
        if seed in seeds_of(Path(name)):
            return folder
    known = sorted(seed for name in there for seed in seeds_of(Path(name)))
    raise NotThereError(f"seed: {seed!r}; allowed: {_spans(known)}, which {key} was trained with")


def _spans(numbers: list[int]) -> str:
    """0 to 9, 12."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in spans)
