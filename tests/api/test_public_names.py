"""The public names of the package: asked for late, found whatever was imported before, and used by no room below."""

import ast
import re
import subprocess
import sys

import pytest

import sculpt
from sculpt.core.errors import SculptError
from sculpt.pipeline.identity.closure import PACKAGE_ROOT

FUNCTIONS = [name for name in sculpt.__all__ if name not in ("Trained", "SculptError")]


def said(script: str) -> str:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout


def test_importing_the_package_imports_nothing_else():
    script = (
        "import importlib, os, sys, types; before, settings = set(sys.modules), dict(os.environ)\n"
        "import sculpt; print(sorted(set(sys.modules) - before), settings == dict(os.environ))"
    )
    assert said(script) == "['sculpt'] True\n"


def test_asking_what_there_is_imports_nothing():
    script = "import sculpt, sys; print(sorted({*sculpt.__all__} - {*dir(sculpt)}), 'torch' in sys.modules)"
    assert said(script) == "[] False\n"


@pytest.mark.parametrize("name", sculpt.__all__)
def test_every_public_name_is_there_and_documented(name):
    found = getattr(sculpt, name)
    assert callable(found)
    assert found.__doc__


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="module 'sculpt' has no attribute 'lod'"):
        sculpt.lod  # noqa: B018


def test_the_claims_are_a_function_although_their_room_was_imported_before():
    """Calling it is tested with the tables; here stands that the room still is a package."""
    script = (
        "import sculpt.claims as room\nfrom sculpt import claims\nimport importlib.util, sculpt\n"
        "print(claims is sculpt.claims is room, callable(claims))\n"
        "print(importlib.util.find_spec('sculpt.claims.overlap').name)"
    )
    assert said(script) == "True True\nsculpt.claims.overlap\n"


def test_no_room_takes_a_public_name_from_the_package():
    """What a public name leads to stands in no identity; `from sculpt import load` is refused wherever it stands."""
    taken, named = [], re.compile(rf"\bsculpt\.({'|'.join(FUNCTIONS)})\b")
    for path in sorted(path for path in PACKAGE_ROOT.rglob("*.py") if named.search(path.read_text())):
        for node in ast.walk(ast.parse(path.read_bytes())):
            of_package = (
                isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sculpt"
            )
            if of_package and node.attr in FUNCTIONS:
                taken.append(f"{path}: sculpt.{node.attr}")
    assert taken == []


def test_the_error_is_the_one_that_the_project_raises():
    assert sculpt.SculptError is SculptError
