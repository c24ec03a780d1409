"""Files that no job of an experiment makes any more."""

from collections.abc import Iterable
from pathlib import Path

from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import owned_files
from sculpt.pipeline.record.dvc_record import files_below


def orphans(name: str, owned: set[str], root: Path = Path(".")) -> list[str]:
    """The files below results/<name> and figures/<name> that are not owned, sorted."""
    folders = (f"results/{name}", f"figures/{name}")
    return sorted(file for folder in folders for file in files_below(root, folder) if file not in owned)


def tidy(experiment: str | None, root: Path = Path(".")) -> list[str]:
    """Delete the orphans and the folders that this empties; returns the files. Not while a run is at work there.

    experiment: its name, or None for the one that params.yaml chooses.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    found = orphans(name, owned_files(name, settings), root)
    remove(found, root)
    return found


def remove(files: Iterable[str], root: Path = Path(".")) -> None:
    """Delete files below results, figures or logs, and the folders of experiments that this empties."""
    for file in files:
        (root / file).unlink()
        for folder in list((root / file).relative_to(root).parents)[:-2]:
            if not any((root / folder).iterdir()):
                (root / folder).rmdir()
