"""A register is its folder: what a module must hold, and what is said of one that does not."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sculpt
from sculpt import studies
from sculpt.core import plugin_text, plugins
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
        for cached in (plugins._listed, plugins._settings, plugin_text.constants_of, plugin_text.parsed):
            cached.cache_clear()
        importlib.invalidate_caches()

    write.kind = Kind("thing", "things", "use", ("thing", "settings"))
    yield write
    for name in [name for name in sys.modules if name.startswith(("sculpt.things", "sculpt.studies."))]:
        del sys.modules[name]
    for cached in (plugins._listed, plugins._settings, plugin_text.constants_of, plugin_text.parsed):
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


TYPED = "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n" + (
    "    from decimal import Decimal\n\n"
)
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
    "an exit at import": (
        {"things/one.py": "import sys\n\nsys.exit()\n" + GOOD},
        "src/sculpt/things/one.py: fails at import: SystemExit",
    ),
    "a type that only a type checker imports": (
        {"things/one.py": TYPED + GOOD.replace("size: int", "size: Decimal")},
        "src/sculpt/things/one.py: Settings cannot be built: PydanticUndefinedAnnotation: name 'Decimal' is not "
        "defined; allowed: types that are imported at its top",
    ),
    "a function without a signature": (
        {"things/one.py": GOOD.replace("def use", "def used") + "\n\nuse = max\n"},
        "src/sculpt/things/one.py: use(...); allowed: use(thing, settings)",
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


USES = {
    "a call": "\n\ndef late(settings):\n    return Settings(**settings)\n",
    "a static method": "\n\ndef late(settings):\n    return Settings.most(settings)\n",
    "an annotation": "\n\ndef late(settings: Settings):\n    pass\n",
    "a quoted annotation": "\n\ndef late(settings) -> 'Settings | None':\n    pass\n",
    "another name of it": "\n\nOptions = Settings\n",
    "that of another module": "\n\ndef late(settings):\n    return plugins.Settings(**settings)\n",
    "an import under another name": "\n\nfrom sculpt.data.settings import Settings as Base\nKEPT = [Base]\n",
    "by its name in a text": "\n\ndef late(module):\n    return getattr(module, 'Settings')\n",
    "a class of another name": "\n\nclass Other(Settings):\n    pass\n",
}


@pytest.mark.parametrize("case", USES)
def test_settings_that_code_uses_are_refused(register, case):
    """They stand outside the identity of a job's code, so what used them would be stale after an edit."""
    register("things/one.py", GOOD + USES[case])
    (line,) = register.kind.faults()
    place = re.escape("src/sculpt/things/one.py: uses Settings in line ")
    found = re.fullmatch(place + r"(\d+); allowed: a function gets the values; only another class .* based on it", line)
    assert found and int(found[1]) > GOOD.count("\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("class Settings(Section):", "class Settings(base.Settings):"),
        lambda text: text.replace("(Section):", "(base.Settings):").replace(
            "int\n", "int\n\n    def x(self) -> 'Settings': ...\n"
        ),
        lambda text: text + "\nTITLE = 'Settings'\n",
    ],
)
def test_settings_may_be_based_on_others_and_name_themselves(register, change):
    register("studies/birds/base.py", GOOD)
    register(
        "things/one.py",
        change(GOOD.replace("from sculpt.core.s", "from sculpt.studies.birds import base\nfrom sculpt.core.s")),
    )
    assert list(register.kind.faults()) == []


def test_no_part_of_a_package_uses_settings(register):
    register("things/one/__init__.py")
    register("things/one/helper.py", "from sculpt.things.one import Settings\n\nKEPT = [Settings]\n")
    (line,) = register.kind.faults()
    assert line.startswith("src/sculpt/things/one/helper.py: uses Settings in line 3; allowed: ")


def test_no_module_of_the_house_uses_settings():
    """But for the register, and for what writes the reference, which no job runs."""
    allowed = {Path(plugins.__file__), ROOT / "src/sculpt/cli/documents/keys.py"}
    files = [path for path in (ROOT / "src/sculpt").rglob("*.py") if path not in allowed]
    assert [path for path in files if plugins.use_of_settings(path)] == []


LATER = "inside a function, or below `if TYPE_CHECKING:`"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("import numpy as np", "numpy"),
        ("from torch.nn import functional\nimport pandas", "pandas, torch"),
        ("try:\n    import scipy.stats\nexcept ImportError:\n    import seaborn", "scipy, seaborn"),
        ("if len('x'):\n    import sklearn", "sklearn"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\nelse:\n    import torch", "torch"),
        ("class Other:\n    import matplotlib, torchvision", "matplotlib, torchvision"),
    ],
)
def test_a_library_that_computes_may_not_be_imported_at_the_top(register, statement, named):
    register("things/one.py", f"{statement}\nraise RuntimeError\n{GOOD}")
    assert list(register.kind.faults()) == [f"src/sculpt/things/one.py: imports {named} at its top; allowed: {LATER}"]


def test_a_library_may_be_imported_later_or_for_the_type_checker_or_without_settings(register):
    typed = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import torch\n"
    register("things/one.py", f"{typed}{GOOD}\n\ndef late():\n    import torch\n")
    assert list(register.kind.faults()) == []
    register("things/one.py", "import numpy\n" + GOOD)
    assert list(Kind("thing", "things", "use", ("thing", "settings"), entry=False).faults()) == []


FIGURE = 'TABLES = ("summary", "my_label")\nCAPTION = "{size:g} of {name}, {{braces}}"\n'
SET = "TRAIN = 10\nTEST = 5\nSIZE = None\nCLASSES = 2\nTHREADS = 3\n"
NAMES = 'a tuple of the names of tables, such as ("summary",)'
COUNT = "a whole number, at least 1"


@pytest.mark.parametrize(
    ("text", "change", "line"),
    [
        (FIGURE, ('("summary", "my_label")', '"summary"'), f"TABLES = 'summary'; allowed: {NAMES}"),
        (FIGURE, ('"my_label"', "3"), f"TABLES = ('summary', 3); allowed: {NAMES}"),
        (FIGURE, ('"my_label"', '"my label"'), f"TABLES = ('summary', 'my label'); allowed: {NAMES}"),
        (FIGURE, ("{size:g}", "{sise}"), "CAPTION has {sise}; allowed: keys of its Settings: size, name"),
        (FIGURE, ("{size:g}", "{}"), "CAPTION has {}; allowed: keys of its Settings: size, name"),
        (
            FIGURE,
            ("{size:g}", "}"),
            "CAPTION: Single '}' encountered in format string; allowed: {key} for a setting, {{ and }} for braces",
        ),
        (FIGURE, ('"{size:g} of {name}, {{braces}}"', "7"), "CAPTION = 7; allowed: text"),
        (SET, ("TRAIN = 10", "TRAIN = 10.0"), f"TRAIN = 10.0; allowed: {COUNT}"),
        (SET, ("TEST = 5", "TEST = '5'"), f"TEST = '5'; allowed: {COUNT}"),
        (SET, ("CLASSES = 2", "CLASSES = True"), f"CLASSES = True; allowed: {COUNT}"),
        (SET, ("SIZE = None", "SIZE = 1.5"), f"SIZE = 1.5; allowed: {COUNT}, or None"),
        (SET, ("THREADS = 3", "THREADS = 0"), f"THREADS = 0; allowed: {COUNT}"),
        (
            SET,
            ("THREADS = 3", "THREADS = 2 * 8"),
            "THREADS is computed; allowed: a literal, since it is read from the text",
        ),
        (
            SET,
            ("TEST = 5", "TEST = 5\nTEST += 1"),
            "has no TEST; allowed: TRAIN, TEST, SIZE, CLASSES, each a literal",
        ),
    ],
)
def test_a_constant_of_another_type_is_named(register, text, change, line):
    names = re.findall(r"^[A-Z]+", text, flags=re.MULTILINE)
    given = {"constants": tuple(name for name in names if name != "THREADS"), "options": ("THREADS",)}
    kind = Kind("thing", "things", "use", ("thing", "settings"), **given)
    plain = GOOD.replace('TABLES: tuple = ("one", "two")\n', "for i in range(3):\n    pass\n")
    register("things/one.py", plain + text)
    assert list(kind.faults()) == []
    register("things/one.py", plain + text.replace(*change))
    del sys.modules["sculpt.things.one"]
    assert list(kind.faults()) == [f"src/sculpt/things/one.py: {line}"]


def test_faults_that_raise_name_the_file(register):
    raising = "    size: int\n\n    def faults(self, around):\n        yield from around['nothing']\n"
    register("things/one.py", GOOD.replace("    size: int\n", raising))
    settings = register.kind.settings("one")(name="one", size=1)
    line = r"^src/sculpt/things/one.py: Settings.faults fails: KeyError: 'nothing'$"
    with pytest.raises(PluginError, match=line):
        list(settings.faults({}))


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


def test_an_option_can_ask_for_further_parameters(register):
    """As a loss that says READS_GROUPS takes the groups; False is as good as absent."""
    kind = Kind("thing", "things", "use", ("thing", "settings"), options=("FAST",), more={"FAST": ("way",)})
    longer = GOOD.replace("(thing, settings)", "(thing, settings, way)")
    register("things/one.py", longer)
    register("things/two.py", GOOD.replace("FAST = True", "FAST = False"))
    register("things/three.py", GOOD)
    register("things/four.py", longer.replace("FAST = True", "FAST = False"))
    place, allowed = "src/sculpt/things", "allowed: use(thing, settings"
    assert list(kind.faults()) == [
        f"{place}/four.py: use(thing, settings, way); {allowed})",
        f"{place}/three.py: use(thing, settings); {allowed}, way)",
    ]
