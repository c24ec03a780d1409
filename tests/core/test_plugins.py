"""A register is its folder: what a module must hold, and what is said of one that does not."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sculpt
from sculpt import studies
from sculpt.core import plugins
from sculpt.core.plugins import Kind, PluginError

ROOT = Path(__file__).parents[2]
GOOD = '''"""What it does.

More of it.
"""

from sculpt.core.settings import Section

FAST = True
TABLES: tuple = ("one", "two")
DRAWN = len("no literal")


class Settings(Section):
    size: int


def use(thing, settings):
    return thing * settings["size"]
'''


@pytest.fixture
def register(tmp_path, monkeypatch):
    """An empty register of a kind that is not the project's, and a function that writes a file below src/sculpt."""
    root = tmp_path / "src/sculpt"
    (root / "things").mkdir(parents=True)
    monkeypatch.setattr(plugins, "PACKAGE_ROOT", root)
    monkeypatch.setattr(sculpt, "__path__", [*sculpt.__path__, str(root)])
    monkeypatch.setattr(studies, "__path__", [*studies.__path__, str(root / "studies")])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(file: str, text: str = GOOD) -> None:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
        for cached in (plugins._listed, plugins._settings, plugins._constants):
            cached.cache_clear()
        importlib.invalidate_caches()

    write.kind = Kind("thing", "things", "use", ("thing", "settings"))
    yield write
    for name in [name for name in sys.modules if name.startswith(("sculpt.things", "sculpt.studies."))]:
        del sys.modules[name]
    for cached in (plugins._listed, plugins._settings, plugins._constants):
        cached.cache_clear()


def test_a_module_is_a_plug_in_by_lying_there(register):
    register("things/one.py")
    register("things/two/__init__.py")
    register("things/two/helper.py", "nothing = 0")
    register("studies/birds/__init__.py", "")
    register("studies/birds/things/three.py")
    kind = register.kind
    assert kind.names == ("one", "three", "two") and list(kind.faults()) == []
    assert kind.module("three") == "sculpt.studies.birds.things.three" and kind.module("two") == "sculpt.things.two"
    assert kind.load("three")(2, {"size": 3}) == 6
    assert kind.settings("two").model_validate_json('{"name": "two", "size": 1}').name == "two"
    with pytest.raises(PluginError, match=r"^'four' is not a thing; there are one, three, two$"):
        kind.load("four")


def test_constants_and_summaries_are_read_without_importing(register):
    register("things/one.py", GOOD + "raise RuntimeError\n")
    register("things/two/__init__.py")
    kind = register.kind
    for name in kind.names:
        assert kind.constant(name, "FAST") is True and kind.constant(name, "TABLES") == ("one", "two")
        assert kind.constant(name, "DRAWN", "unknown") == "unknown" and kind.constant(name, "SLOW", False) is False
        assert kind.summary(name) == "What it does."
    assert "sculpt.things.one" not in sys.modules


NAMED = "a Python module named with lower-case letters, digits and _, beginning with a letter"
BAD = {
    "no function": (
        {"things/one.py": GOOD.replace("def use", "def used")},
        "src/sculpt/things/one.py: has no function use(thing, settings)",
    ),
    "a function of other parameters": (
        {"things/one.py": GOOD.replace("(thing, settings)", "(thing, size=1)")},
        "src/sculpt/things/one.py: use(thing, size); allowed: use(thing, settings)",
    ),
    "a module beside a package": (
        {"things/one.py": GOOD, "things/one/__init__.py": GOOD},
        "src/sculpt/things/one.py: has the name of src/sculpt/things/one; allowed: one thing of each name",
    ),
    "a hyphen beside an underscore": (
        {"things/a-b.py": GOOD, "things/a_b.py": GOOD},
        f"src/sculpt/things/a-b.py: cannot be a thing; allowed: {NAMED}",
    ),
    "no identifier": ({"things/2d.py": GOOD}, f"src/sculpt/things/2d.py: cannot be a thing; allowed: {NAMED}"),
    "a keyword": ({"things/lambda.py": GOOD}, f"src/sculpt/things/lambda.py: cannot be a thing; allowed: {NAMED}"),
    "another file": ({"things/table.csv": "1"}, f"src/sculpt/things/table.csv: cannot be a thing; allowed: {NAMED}"),
    "no Settings": (
        {"things/one.py": GOOD.replace("Settings(", "Options(")},
        "src/sculpt/things/one.py: has no class Settings(Section)",
    ),
    "Settings of no section": (
        {"things/one.py": GOOD.replace("Settings(Section)", "Settings")},
        "src/sculpt/things/one.py: has no class Settings(Section)",
    ),
    "Settings with the key that the register adds": (
        {"things/one.py": GOOD.replace("    size:", "    name: str\n    size:")},
        "src/sculpt/things/one.py: Settings.name; allowed: no such key, the register adds it",
    ),
    "a fault at import": (
        {"things/one.py": "import nowhere\n" + GOOD},
        "src/sculpt/things/one.py: fails at import: ModuleNotFoundError: No module named 'nowhere'",
    ),
    "no Python": (
        {"things/one.py": "def use(:\n"},
        "src/sculpt/things/one.py: fails at import: SyntaxError: invalid syntax (one.py, line 1)",
    ),
    "two studies with one name": (
        {f"studies/{study}/{file}": GOOD for study in ("a", "b") for file in ("__init__.py", "things/one.py")},
        "src/sculpt/studies/b/things/one.py: has the name of src/sculpt/studies/a/things/one.py; "
        "allowed: one thing of each name",
    ),
    "a folder that is no package": (
        {"things/one/helper.py": GOOD},
        "src/sculpt/things/one: is no package; allowed: an __init__.py in it",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_module_that_is_no_plug_in_is_named_in_one_line(register, case):
    files, line = BAD[case]
    for file, text in {"things/__init__.py": "", "things/good.py": GOOD, **files}.items():
        register(file, text)
    assert list(register.kind.faults()) == [line]


@pytest.mark.parametrize("case", ["no Settings", "Settings of no section", "a fault at import", "no Python"])
def test_the_schema_names_the_file_of_a_module_without_settings(register, case):
    """Whoever reads params.yaml meets these first."""
    files, line = BAD[case]
    for file, text in files.items():
        register(file, text)
    with pytest.raises(PluginError) as caught:
        _ = register.kind.union
    assert str(caught.value) == line


def test_a_kind_without_settings_needs_none(register):
    register("things/one.py", "def use(thing, settings):\n    pass\n")
    assert list(Kind("thing", "things", "use", ("thing", "settings"), entry=False).faults()) == []


def test_an_empty_register_is_named(register):
    with pytest.raises(PluginError, match=r"^src/sculpt/things: holds no thing; allowed: at least one module$"):
        _ = register.kind.union


MANY = """
import sys
from sculpt.core import kinds, plugins
from sculpt.params.load import load
from pathlib import Path

found = load(Path("params.yaml"))
assert len(kinds.SCHEDULES.names) > 60, kinds.SCHEDULES.names
libraries = {"torch", "numpy", "pandas", "matplotlib", "seaborn", "torchvision", "sklearn", "scipy", "snakemake", "dvc"}
print(sorted(libraries & sys.modules.keys()))
"""


def test_reading_params_imports_no_library_that_computes_however_many_plug_ins_there_are(tmp_path):
    """A copy of the source with 60 more schedules."""
    copy = tmp_path / "src/sculpt"
    for path in (ROOT / "src/sculpt").rglob("*.py"):
        target = copy / path.relative_to(ROOT / "src/sculpt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    text = (copy / "training/schedules/cosine.py").read_text()
    for i in range(60):
        (copy / f"training/schedules/cosine_{i}.py").write_text(text)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")}
    done = subprocess.run([sys.executable, "-c", MANY], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
