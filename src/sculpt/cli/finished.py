"""The experiment that a command looks at, which has to have results."""

from pathlib import Path

from sculpt.api.places import experiments
from sculpt.core.errors import SculptError
from sculpt.params.load import load
from sculpt.pipeline.run.commands import make


def finished(experiment: str | None, root: Path = Path(".")) -> str:
    """The name that is given, else that of the experiment that params.yaml chooses.

    Raises SculptError where params.yaml has it and it has no results here: it says what runs it. A name that
    params.yaml does not have is not judged here: results may outlive their entry.
    """
    name = experiment or load(root / "params.yaml").experiment
    if name not in experiments(root) and name in load(root / "params.yaml").experiments:
        raise SculptError(f"experiment: {name} has no results here; {make('reproduce', name, root)} runs it")
    return name
