"""Each command has a module of its name, which is imported only when it is asked for."""

import importlib
import subprocess
import sys

import pytest

from sculpt.cli.main import parser

(COMMANDS,) = [action.choices for action in parser()._actions if action.dest == "command"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_its_module(command):
    assert callable(importlib.import_module(f"sculpt.cli.{command}").run)


def test_the_command_itself_imports_nothing_heavy():
    script = "import sys, sculpt.cli.main as m; m.parser(); print('pydantic' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
