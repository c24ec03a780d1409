"""What is wrong with the plug-ins, before anything is read or run with them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.core.kinds import ALL
from sculpt.core.plugins import PACKAGE_ROOT, Kind
from sculpt.pipeline.identity.floors import upward

STUDIES = PACKAGE_ROOT / "studies"


def refuse_faulty(kinds: Iterable[Kind] = ALL) -> None:
    """Raises SculptError, one line per fault, where a plug-in of these kinds cannot be used."""
    if faults := [*plugin_faults(kinds), *_strange_folders()]:
        raise SculptError("\n".join(faults))


def plugin_faults(kinds: Iterable[Kind]) -> Iterator[str]:
    """One line per fault: the form of the plug-ins, and their imports from a higher floor."""
    for kind in kinds:
        yield from kind.faults()
        for path in sorted(path for folder in kind.folders for path in folder.rglob("*.py")):
            yield from _first_upward(path)


def _first_upward(path: Path) -> Iterator[str]:
    """The first import from a higher floor; one statement may import a package and a module of it."""
    try:
        yield from (f"{fault.file}: {fault.reason}" for fault in islice(upward(path), 1))
    except SyntaxError:  # told already: the module fails at import
        return


def _strange_folders() -> Iterator[str]:
    """The folders of a study in which nobody would look for plug-ins."""
    known = sorted(Path(kind.folder).name for kind in ALL)
    for folder in sorted(STUDIES.glob("*/*/")):
        if folder.name not in (*known, "__pycache__"):
            place = folder.relative_to(PACKAGE_ROOT.parents[1])
            yield f"{place}: holds no kind of plug-in; allowed: {', '.join(known)}, and modules beside them"
