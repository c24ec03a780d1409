"""The jobs behind a job, back to the one that reads the raw data: each once."""

from collections.abc import Iterator
from typing import NamedTuple

from sculpt.pipeline.why.made import Made, Makers


class Ancestor(NamedTuple):
    """depth: steps from the file that was asked for. made: None where nothing records what made `file`."""

    depth: int
    file: str
    made: Made | None


def ancestors(made: Made, makers: Makers) -> list[Ancestor]:
    """Depth first, each job where it is first met. Files that no job makes, such as reference/published.csv, are in."""
    met = {min(made.outputs)}
    found: list[Ancestor] = []
    waiting = [_inputs(made, 1, makers)]
    while waiting:
        ancestor = next(waiting[-1], None)
        if ancestor is None:
            waiting.pop()
            continue
        name = ancestor.file if ancestor.made is None else min(ancestor.made.outputs)
        if name in met:
            continue
        met.add(name)
        found.append(ancestor)
        if ancestor.made is not None:
            waiting.append(_inputs(ancestor.made, ancestor.depth + 1, makers))
    return found


def _inputs(made: Made, depth: int, makers: Makers) -> Iterator[Ancestor]:
    return (Ancestor(depth, file, makers.made(file)) for file in made.inputs)
