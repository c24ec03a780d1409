"""The source identity changes with the code that a job runs, and with nothing else."""

import email
import importlib.metadata
import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sculpt.engine import build
from sculpt.pipeline.identity import closure, source, syntax

STAGE = '''\
"""Train."""
import math

from .helpers import scale

LIMIT = 3


@decorate
def train(steps, rate=0.1):
    """Train for some steps."""
    total = steps * LIMIT
    shown = "steps"
    return scale(total) + math.sqrt(rate)


class Empty:
    pass


async def wait():
    """Wait."""
    await other()
'''

TREE = {
    "__init__.py": "",
    "stages/__init__.py": "",
    "stages/train.py": STAGE,
    "stages/helpers.py": "from sculpt.core import units\n\ndef scale(x):\n    return units.UNIT * x\n",
    "core/__init__.py": "",
    "core/units.py": "UNIT = 2\n",
    "core/unrelated.py": "OTHER = 1\n",
    "models/__init__.py": "",
    "models/net.py": "import sculpt.models.layers\n",
    "models/layers.py": "DEPTH = 20\n",
}


@pytest.fixture
def tree(tmp_path):
    """A function that writes TREE with some files changed, and returns the package directory."""
    numbers = itertools.count()

    def write(changes: dict[str, str | bytes] | None = None) -> Path:
        root = tmp_path / str(next(numbers)) / "sculpt"
        for name, text in {**TREE, **(changes or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return write


@pytest.fixture
def identity(tree):
    """A function from changed files of TREE to the identity of its stage."""

    def compute(changes=None, chosen=()):
        return source.source_identity("sculpt.stages.train", chosen, root=tree(changes))

    return compute


def edited(old: str, new: str) -> dict[str, str]:
    assert STAGE.count(old) == 1
    return {"stages/train.py": STAGE.replace(old, new)}


def test_is_short_hexadecimal_and_repeatable(identity):
    assert re.fullmatch("[0-9a-f]{16}", identity())
    assert identity() == identity()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3\n", "# why three\nLIMIT = 3  # three\n"),
        ('"""Train."""\n', ""),
        ('"""Train for some steps."""', '"""Do nothing of the kind."""'),
        ('    """Wait."""\n', ""),
        ("    pass\n", '    """Nothing yet."""\n'),
        ("    pass\n", "    ...\n"),
        ("LIMIT = 3\n", 'LIMIT = 3\n"""What the limit is."""\n'),
        ("    total =", "\n\n    total ="),
        ("steps * LIMIT", "( steps*\n  LIMIT )"),
        ('"steps"', "u'st' 'eps'"),
        ("rate=0.1", "rate=1e-1,"),
    ],
)
def test_edit_without_effect_keeps_the_identity(identity, old, new):
    assert identity(edited(old, new)) == identity()


def test_line_ends_and_encoding_keep_the_identity(identity):
    stage = STAGE + 'SIGN = "é"\n'
    latin = ("# coding: latin-1\n" + stage).replace("\n", "\r\n").encode("latin-1")
    assert identity({"stages/train.py": latin}) == identity({"stages/train.py": stage})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("rate=0.1", "rate=0.2"),
        ("rate=0.1", "*, rate=0.1"),
        ("rate=0.1", "rate: float = 0.1"),
        ("steps * LIMIT", "steps + LIMIT"),
        ("steps * LIMIT", "LIMIT * steps"),
        ("@decorate\n", ""),
        ("@decorate", "@decorate()"),
        (
            '    total = steps * LIMIT\n    shown = "steps"\n',
            '    shown = "steps"\n    total = steps * LIMIT\n',
        ),
        ("return scale(total) + math.sqrt(rate)", "scale(total) + math.sqrt(rate)"),
        ("import math", "import cmath as math"),
        ("async def wait", "async def halt"),
        ("class Empty:", "class Empty(dict):"),
    ],
)
def test_edit_with_effect_changes_the_identity(identity, old, new):
    assert identity(edited(old, new)) != identity()


def test_unlike_expressions_have_unlike_identities(identity):
    values = [
        "1",
        "1.0",
        "1j",
        "True",
        '"1"',
        'b"1"',
        '"True"',
        "None",
        '"None"',
        "...",
        "0",
        "-1",
        '""',
        "f''",
    ]
    values += [
        "[]",
        "()",
        "{}",
        '[""]',
        "[None]",
        '"a", "b"',
        '"ab"',
        "f'{x}'",
        "f'{x!r}'",
        "f'{x:>3}'",
        "f'{x}a'",
    ]
    values += ["lambda: None", "{**x}", "{None: x}", "x[1:]", "x[:1]"]
    assert len({identity(edited("LIMIT = 3", f"LIMIT = {value}")) for value in values}) == len(values)


@pytest.mark.parametrize(
    "changes",
    [
        {"core/units.py": "UNIT = 3\n"},
        {"stages/__init__.py": "import os\n"},
        {"core/__init__.py": "import os\n"},
    ],
)
def test_edit_below_the_stage_changes_the_identity(identity, changes):
    assert identity(changes) != identity()


@pytest.mark.parametrize(
    "changes",
    [
        {"core/unrelated.py": "OTHER = 2\n"},
        {"models/net.py": "raise\n"},
        {"__init__.py": "import sculpt.core.unrelated\n"},
    ],
)
def test_edit_of_an_unrelated_module_keeps_the_identity(identity, changes):
    assert identity(changes) == identity()


@pytest.mark.parametrize(
    ("importer", "statement", "imported"),
    [
        ("stages/train.py", "import sculpt.core.units", ["core", "core.units"]),
        ("stages/train.py", "import sculpt.core.units as u, os", ["core", "core.units"]),
        ("stages/train.py", "from sculpt.core import units", ["core", "core.units"]),
        ("stages/train.py", "from sculpt.core import something", ["core"]),
        ("stages/train.py", "from sculpt.core.units import *", ["core", "core.units"]),
        ("stages/train.py", "from sculpt import core", ["core"]),
        ("stages/train.py", "from . import helpers", ["stages.helpers", "core", "core.units"]),
        ("stages/train.py", "from ..core.units import UNIT", ["core", "core.units"]),
        ("stages/train.py", "from .. import core", ["core"]),
        ("stages/__init__.py", "from . import helpers", ["stages.helpers", "core", "core.units"]),
        ("stages/__init__.py", "from ..core import units", ["core", "core.units"]),
        ("stages/train.py", "def late():\n    from ..models import layers", ["models", "models.layers"]),
        ("stages/train.py", "import sculpture.core", []),
    ],
)
def test_closure_follows_every_form_of_import(tree, importer, statement, imported):
    root = tree({"stages/train.py": "", importer: statement + "\n"})
    digests = source.module_digests("sculpt.stages.train", root=root)
    always = ["sculpt", "sculpt.stages", "sculpt.stages.train"]
    assert list(digests) == sorted(always + [f"sculpt.{name}" for name in imported])


def test_import_cycle_ends(tree):
    root = tree({"core/units.py": "import sculpt.stages.train\n"})
    assert "sculpt.core.units" in source.module_digests("sculpt.stages.train", root=root)


def test_chosen_module_adds_itself_and_what_it_imports(tree, identity):
    root, chosen = tree(), ("sculpt.models.net",)
    without = source.module_digests("sculpt.stages.train", root=root)
    with_net = source.module_digests("sculpt.stages.train", chosen, root=root)
    assert with_net.keys() - without.keys() == {"sculpt.models", "sculpt.models.net", "sculpt.models.layers"}
    assert without.items() <= with_net.items()
    deeper = {"models/layers.py": "DEPTH = 32\n"}
    assert len({identity(), identity(chosen=chosen), identity(deeper, chosen)}) == 3
    assert identity(deeper) == identity()


def test_digests_name_the_module_that_changed(tree):
    before = source.module_digests("sculpt.stages.train", root=tree())
    after = source.module_digests("sculpt.stages.train", root=tree({"core/units.py": "UNIT = 3\n"}))
    assert {name for name in before if before[name] != after[name]} == {"sculpt.core.units"}


def test_versions_of_imported_numeric_libraries_count(identity, tree, monkeypatch):
    versions = {"torch": "2.11.0", "scikit-learn": "1.9.0", "numpy": "2.4.0"}
    monkeypatch.setattr(source, "installed_version", lambda name: versions[name])
    text = "import os, yaml\nimport torch.nn as nn\n\ndef late():\n    from sklearn.manifold import MDS\n"
    changes = {"core/units.py": text}
    found = source.library_versions("sculpt.stages.train", root=tree(changes))
    assert found == {"scikit-learn": "1.9.0", "torch": "2.11.0"}
    before = identity(changes)
    versions["numpy"] = "2.5.0"
    assert identity(changes) == before
    versions["torch"] = "2.11.1"
    assert identity(changes) != before


def test_the_name_of_a_build_is_no_version(monkeypatch):
    """PyTorch without CUDA is another build of the same version: it runs nothing again."""
    monkeypatch.setattr(importlib.metadata, "version", {"torch-x": "2.14.1+cpu", "torch-y": "2.14.1"}.get)
    assert source.installed_version("torch-x") == source.installed_version("torch-y") == "2.14.1"


def test_relative_import_is_not_a_library(tree):
    root = tree({"stages/train.py": "from . import torch\n", "stages/torch.py": ""})
    assert source.library_versions("sculpt.stages.train", root=root) == {}


def test_library_that_is_not_installed_is_an_error(identity, monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(source, "installed_version", missing)
    with pytest.raises(importlib.metadata.PackageNotFoundError, match="torch"):
        identity({"core/units.py": "import torch\n"})


@pytest.mark.parametrize(
    ("changes", "missing", "importer"),
    [
        ({"core/units.py": "import sculpt.gone\n"}, "sculpt.gone", "sculpt.core.units"),
        ({"core/units.py": "from sculpt.gone import x\n"}, "sculpt.gone", "sculpt.core.units"),
    ],
)
def test_missing_module_is_an_error_that_names_it_and_its_importer(identity, changes, missing, importer):
    with pytest.raises(ModuleNotFoundError, match=rf"module {missing}, needed by {importer}$"):
        identity(changes)


@pytest.mark.parametrize(
    "statement", ["import sculpt.bare.x", "from sculpt.bare import x", "from sculpt.bare.x import X"]
)
def test_a_folder_without_an_init_is_seen_through(identity, statement):
    importing = {"core/units.py": f"{statement}\n"}
    before = identity({**importing, "bare/x.py": "X = 1\n"})
    assert identity({**importing, "bare/x.py": "X = 2\n"}) != before
    assert identity({**importing, "bare/x.py": "X = 1\n", "bare/unrelated.py": ""}) == before
    assert identity({**importing, "bare/x.py": "X = 1\n", "bare/__init__.py": "import os\n"}) != before


@pytest.mark.parametrize("name", ["sculpt.gone", "torch.nn"])
def test_missing_root_is_an_error(tree, name):
    with pytest.raises(ModuleNotFoundError, match=f"module {name}, needed by the caller$"):
        source.source_identity("sculpt.stages.train", (name,), root=tree())


def test_star_import_from_a_package_is_an_error(identity):
    with pytest.raises(ImportError, match=r"from sculpt\.core import \*"):
        identity({"stages/train.py": "from ..core import *\n"})


def test_works_on_the_real_package():
    name = "sculpt.pipeline.identity.syntax"
    assert re.fullmatch("[0-9a-f]{16}", source.source_identity(name))
    # Whatever the __init__ import would be part of the identity of every job.
    assert list(source.module_digests(name)) == ["sculpt", "sculpt.pipeline", "sculpt.pipeline.identity", name]


# Syntax whose tree, or the text of whose constants, is not written alike by all versions of Python.
VERSION_TRAPS = r"""
x = f"{a:{w}}", f"{a:>{w}.{p}f}", f"{a:{ {} }}", f"{a:}", f"", f"{ a = }", f"{a=!r:>5}", f"{{{a}}}", f"a" "b"
y = f"{a}" "" f"{b}", f"\N{BULLET}{a:\n}", u"a" f"{a}", rf"\d{a}"
z = "\U00031350", "\u2ffc", "\ud800", b"\xff", 1e400, 0x10, 1_000j, ...
class A: "text"
def f(a, /, b: int = 1, *c, d, e=2, **k) -> None: return
def g[T](a: T) -> T: return a
match a:
    case {"k": [1, *_], **rest} | A(b=None) if rest: pass
try: pass
except* ValueError: raise
"""

DIGEST_FILES = """
import ast, json, runpy, sys
from pathlib import Path
digest = runpy.run_path(sys.argv[1])["tree_digest"]
print(json.dumps([digest(ast.parse(Path(name).read_bytes())) for name in sys.argv[2:]]))
"""


def digests_by(python: str, files: list[Path]) -> list[str]:
    command = [python, "-I", "-W", "ignore", "-c", DIGEST_FILES, syntax.__file__, *map(str, files)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_digest_is_the_same_in_every_version_of_python(tmp_path, minor):
    if minor == sys.version_info.minor:
        pytest.skip("the version that runs this test")
    python = shutil.which(f"python3.{minor}")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"no working python3.{minor} on PATH")
    traps = VERSION_TRAPS
    if min(minor, sys.version_info.minor) < 12:
        traps = re.sub(r"def g\[T\].*\n", "", traps)
    (tmp_path / "traps.py").write_text(traps, encoding="utf-8")
    files = [tmp_path / "traps.py"]
    for package in (json, email):
        files += sorted(Path(package.__file__).parent.rglob("*.py"))
    assert len(files) > 20
    assert digests_by(python, files) == digests_by(sys.executable, files)


def test_the_sources_of_the_kernels_are_those_that_are_compiled():
    assert closure.c_sources(build.FOLDER) == sorted(build.SOURCES.glob("*.[ch]")) != []
