"""What is wrong with the plug-ins, before anything is read or run with them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from traceback import walk_tb

from sculpt.core.errors import SculptError
from sculpt.core.kinds import ALL
from sculpt.core.plugin_text import identifier, parsed, told, use_of_settings
from sculpt.core.plugins import PACKAGE_ROOT, Kind
from sculpt.pipeline.identity.closure import closure
from sculpt.pipeline.identity.floors import upward

STUDIES = PACKAGE_ROOT / "studies"


def refuse_faulty(whole: bool) -> None:
    """Raises SculptError, one line per fault, where a plug-in cannot be used.

    whole: also the claims, which take a second to import, and the modules that plug-ins import when they run.
    """
    faults = [*plugin_faults(kind for kind in ALL if whole or kind.entry), *study_faults()]
    if whole:
        told_of = {fault.partition(":")[0] for fault in faults}
        faults += [fault for fault in late_faults(ALL) if fault.partition(":")[0] not in told_of]
    if faults:
        raise SculptError("\n".join(dict.fromkeys(faults)))


def plugin_faults(kinds: Iterable[Kind]) -> Iterator[str]:
    """One line per fault: the form of the plug-ins, and their imports from a higher floor."""
    for kind in sorted(kinds, key=lambda kind: not kind.entry):  # claims import what no other kind may
        yield from kind.faults()
        for path in sorted(path for folder in kind.folders for path in folder.rglob("*.py")):
            yield from _first_upward(path)


def late_faults(kinds: Iterable[Kind]) -> Iterator[str]:
    """One line per module of sculpt that a plug-in can import when it runs, and that is not there."""
    for kind in kinds:
        for name in kind.names:
            try:
                closure(PACKAGE_ROOT, kind.module(name), ())
            except ModuleNotFoundError as error:
                yield f"{_place(error.path)}: imports {error.name}, which is not there; allowed: a module of src/sculpt"
            except SyntaxError as error:
                yield f"{_place(error.filename)}: {told(error)}"
            except ImportError as error:
                yield f"{_place(error.path or _file(kind, name))}: {error}"


def study_faults() -> Iterator[str]:
    """One line per fault of what a study holds beside its plug-ins."""
    known = sorted(Path(kind.folder).name for kind in ALL)
    for study in _folders(STUDIES):
        if not identifier(study.name):
            wanted = "a folder named with lower-case letters, digits and _, beginning with a letter"
            yield f"{_place(study)}: cannot be a study; allowed: {wanted}"
        for folder in _folders(study):
            if folder.name not in known:
                wanted = f"{', '.join(known)}, and modules beside them"
                yield f"{_place(folder)}: holds no kind of plug-in; allowed: {wanted}"
        for path in sorted(study.glob("*.py")):
            try:
                parsed(path)
            except (SyntaxError, ValueError) as error:
                yield f"{_place(path)}: {told(error)}"
                continue
            if use := use_of_settings(path):
                yield f"{_place(path)}: {use}"
            yield from _first_upward(path)


def fault_of_plugin(error: BaseException) -> str:
    """What an exception says of the plug-in that raised it, or called what did; nothing where there is none."""
    folders = [folder for kind in ALL for folder in kind.folders]
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if any(path.is_relative_to(folder) for folder in folders):
            return f"{_place(path)}: {frame.f_code.co_qualname} fails: {told(error)} (line {line})"
    return ""


def _first_upward(path: Path) -> Iterator[str]:
    """The first import from a higher floor; one statement may import a package and a module of it."""
    try:
        yield from (f"{fault.file}: {fault.reason}" for fault in islice(upward(path), 1))
    except (SyntaxError, ValueError):  # told already: the module fails at import
        return
    except ImportError as error:  # an import statement that does not say which modules it imports
        yield f"{_place(path)}: {error}; allowed: import statements that name each module"


def _folders(above: Path) -> list[Path]:
    return sorted(path for path in above.iterdir() if path.is_dir() and path.name[0] not in "._")


def _place(path: Path | str) -> str:
    return Path(path).relative_to(PACKAGE_ROOT.parents[1]).as_posix()


def _file(kind: Kind, name: str) -> str:
    place = PACKAGE_ROOT.parent.joinpath(*kind.module(name).split("."))
    return str(place / "__init__.py" if place.is_dir() else place.with_suffix(".py"))
