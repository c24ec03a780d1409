"""Imports go down only: over the whole tree, and where the check finds fault."""

import subprocess
import sys

import pytest

from sculpt.pipeline.identity.closure import PACKAGE_ROOT
from sculpt.pipeline.identity.floors import FLOORS, PIPELINE, SCIENCE, below, cycles, upward

MODULES = sorted(PACKAGE_ROOT.rglob("*.py"))


def test_no_import_goes_up():
    assert [fault for path in MODULES for fault in upward(path)] == []


def test_no_modules_import_each_other():
    assert list(cycles()) == []


def test_every_room_has_a_floor():
    assert {path.parent.name for path in PACKAGE_ROOT.glob("*/__init__.py")} <= FLOORS.keys()


def test_neither_wing_may_import_the_other():
    assert all(not PIPELINE.keys() & below(room) for room in SCIENCE)
    assert all(not SCIENCE.keys() & below(room) for room in PIPELINE)


def test_the_pipeline_does_without_tensors():
    """Also through the libraries that it imports."""
    modules = [path for path in MODULES if path.is_relative_to(PACKAGE_ROOT / "pipeline") and path.stem != "__init__"]
    names = [".".join(path.relative_to(PACKAGE_ROOT.parent).with_suffix("").parts) for path in modules]
    script = f"import sys, importlib\nfor name in {names}: importlib.import_module(name)\nprint('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.fixture
def package(tmp_path):
    """A function that writes modules of a package, and returns its folder."""

    def write(files: dict[str, str]):
        root = tmp_path / "src" / "sculpt"
        rooms = {f"{file.partition('/')[0]}/__init__.py": "" for file in files}
        for file, text in {"__init__.py": "", **rooms, **files}.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text)
        return root

    return write


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("from sculpt.stages import job", "sculpt.stages"),
        ("import sculpt.cli.main", "sculpt.cli.main"),
        ("def late():\n    import sculpt.training.step", "sculpt.training.step"),
        ("from ..pipeline import words", "sculpt.pipeline"),
    ],
)
def test_an_import_that_goes_up_is_named_with_what_is_allowed(package, statement, target):
    root = package({"pruning/score.py": f"{statement}\n"})
    (fault,) = upward(root / "pruning/score.py", root)
    allowed = "pruning and what is below it: core, params, recipe, data, statistics, models, claims, plotting"
    assert fault == ("src/sculpt/pruning/score.py", f"imports {target}; allowed: {allowed}")


def test_imports_that_go_down_or_stay_in_the_room_are_none(package):
    text = "import torch\nimport sculpt.core.errors\nfrom sculpt.pruning import mask\nfrom . import allocation\n"
    root = package({"pruning/score.py": text})
    assert list(upward(root / "pruning/score.py", root)) == []


def test_a_room_without_a_floor_is_named(package):
    root = package({"attic/box.py": ""})
    (fault,) = upward(root / "attic/box.py", root)
    assert fault.reason == "attic has no floor; allowed: a room of sculpt.pipeline.identity.floors"


def test_modules_that_import_each_other_are_found_and_late_imports_are_not(package):
    files = {"core/a.py": "import sculpt.core.b\n", "core/b.py": "import sculpt.core.c\n"}
    late = {"core/c.py": "def f():\n    import sculpt.core.a\n"}
    assert list(cycles(package({**files, **late}))) == []
    assert list(cycles(package({**files, "core/c.py": "import sculpt.core.a\n"}))) == [
        ["sculpt.core.a", "sculpt.core.b", "sculpt.core.c", "sculpt.core.a"]
    ]
