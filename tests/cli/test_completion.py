"""The script that completes commands in a shell, asked as the shell asks it."""

import shutil
import subprocess

import pytest

from sculpt.cli.completion import script

ASK = """
source /dev/stdin
COMP_WORDS=(sculpt {words}); COMP_CWORD={last}
_shtab_sculpt
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed(*words: str) -> list[str]:
    asked = ASK.format(words=" ".join(f"'{word}'" for word in words), last=len(words))
    done = subprocess.run(["bash", "-c", asked], input=script("bash"), capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_command_and_its_options_are_completed():
    assert completed("repr") == ["reproduce"]
    assert {"--experiment", "--against", "--json"} <= {*completed("validate", "--")}


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_takes_its_script():
    subprocess.run(["zsh", "-n"], input=script("zsh"), text=True, check=True)


def test_the_script_of_zsh_names_every_command():
    assert "#compdef sculpt" in script("zsh") and "reproduce" in script("zsh")
