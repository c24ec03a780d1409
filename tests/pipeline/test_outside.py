"""What stands outside every identity: the class Settings, what only it imports, and the modules of one list."""

import ast

import pytest

from sculpt.pipeline.identity import source
from sculpt.pipeline.identity.closure import PACKAGE_ROOT, source_path
from sculpt.pipeline.identity.outside import OUTSIDE

PLUGIN = """\
from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Section
from sculpt.core.units import UNIT


class Settings(Section):
    warmup: Annotated[float, Field(ge=0, description="epochs")]


def share(progress, cycle, settings):
    return UNIT * progress
"""


@pytest.fixture
def package(tmp_path):
    """A function that writes a package with one plug-in, and returns its folder."""

    def write(name: str, plugin: str = PLUGIN, **files: str):
        root = tmp_path / name / "sculpt"
        for file, text in {
            "__init__.py": "",
            "core/__init__.py": "",
            "core/settings.py": "class Section: pass\n",
            "core/units.py": "UNIT = 2\n",
            "core/errors.py": "import sculpt.core.words\n",
            "core/words.py": "",
            "plugin.py": plugin,
            **{f"core/{key}.py": text for key, text in files.items()},
        }.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text)
        return root

    return write


def identity(root) -> str:
    return source.source_identity("sculpt.plugin", root=root)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ge=0", "ge=1"),
        ('description="epochs"', 'description="epochs of rising rate"'),
        ("    warmup:", "    start: float\n    warmup:"),
        ("from typing import Annotated\n", "from typing import Annotated, Literal\n"),
        ("class Settings(Section):\n", "class Settings(Section):\n    kind: Literal[1] = 1\n"),
        (PLUGIN[PLUGIN.index("class Settings") : PLUGIN.index("def share")], ""),
    ],
)
def test_an_edit_of_the_settings_keeps_the_identity(package, old, new):
    assert PLUGIN.count(old) == 1
    edited = PLUGIN.replace(old, new)
    if "Literal[1]" in new or "Literal\n" in new:  # the import and its use come together
        edited = PLUGIN.replace("Annotated\n", "Annotated, Literal\n").replace(
            "class Settings(Section):\n", "class Settings(Section):\n    kind: Literal[1] = 1\n"
        )
    if not new:
        edited = edited.replace("from typing import Annotated\n\nfrom pydantic import Field\n\n", "").replace(
            "from sculpt.core.settings import Section\n", ""
        )
    assert identity(package("new", edited)) == identity(package("old"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("UNIT * progress", "progress"),
        ("class Settings(Section)", "class Values(Section)"),
        ("import UNIT\n", "import UNIT\nfrom math import exp\n"),
        ("def share", "Field(ge=2)\n\n\ndef share"),
    ],
)
def test_an_edit_of_anything_else_changes_it(package, old, new):
    assert identity(package("new", PLUGIN.replace(old, new))) != identity(package("old"))


def test_only_the_class_at_the_top_of_a_module_is_left_out(package):
    inner = PLUGIN.replace("    return", "    class Settings:\n        LIMIT = {}\n    return")
    assert identity(package("old", inner.format(1))) != identity(package("new", inner.format(2)))


def test_definitions_do_not_name_the_settings(package):
    assert set(source.definitions("sculpt.plugin", root=package("one"))) == {"share", ""}


def test_a_module_outside_is_not_counted_nor_followed(package):
    root = package("one", "import sculpt.core.errors\n")
    assert list(source.module_digests("sculpt.plugin", root=root)) == ["sculpt", "sculpt.plugin"]
    edited = package("two", "import sculpt.core.errors\n", errors="raise\n")
    assert identity(edited) == identity(root)


@pytest.mark.parametrize("module", OUTSIDE)
def test_every_module_outside_is_there(module):
    assert source_path(PACKAGE_ROOT, module) is not None


STAGES = sorted(path.stem for path in (PACKAGE_ROOT / "stages").glob("*.py") if "def main(given" in path.read_text())


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_has_error_lines_or_seconds_in_its_identity(stage):
    digests = source.module_digests(f"sculpt.stages.{stage}")
    assert not digests.keys() & OUTSIDE.keys()
    assert not any(name.startswith("sculpt.pipeline") for name in digests)


def test_the_lines_of_a_job_hold_no_computation():
    tree = ast.parse(source_path(PACKAGE_ROOT, "sculpt.stages.jobs.lines").read_bytes())
    modules = {name.partition(".")[0] for node in ast.walk(tree) for name in _imported(node)}
    assert not modules & source.NUMERIC_LIBRARIES.keys()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_the_public_names_of_the_package_count_as_an_empty_module(package):
    root = package("one", "import sculpt.core.units\n")
    before = identity(root), source.module_digests("sculpt.plugin", root=root)
    named = package("two", "import sculpt.core.units\n")
    (named / "__init__.py").write_text("from sculpt.core.words import load\n\n\ndef plot():\n    pass\n")
    assert (identity(named), source.module_digests("sculpt.plugin", root=named)) == before
    assert source.definitions("sculpt", root=named) == source.definitions("sculpt", root=root)


@pytest.mark.parametrize("statement", ["from sculpt import load", "from . import load"])
def test_a_public_name_of_the_package_is_refused(package, statement):
    with pytest.raises(ImportError, match="from sculpt import load: name the module that defines it"):
        identity(package("one", f"{statement}\n"))
