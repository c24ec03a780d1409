"""What docs/how-to tells a reader to type, as steps that can be run in a checkout.

A page's blocks of code are run as they stand, from top to bottom within a section (## heading): `yaml` is added to the
end of params.yaml, `python` is run as a program, `sh` line by line; `text` is not run. Names of the default experiment
stand for those of the tiny one, and its density for the one that the tiny figures show, by the table NAMES.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from forked import Done, forked

NAMES = {
    "sculpt/erk_0.05/cycle_3/0.01": "sculpt/erk_0.1/cycle_1/0.02",
    "sculpt/erk_0.05/0.01": "sculpt/erk_0.1/0.02",
    "digits": "tiny",
    "densities: [0.05]": "densities: [0.1]",
}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = {"yaml", "python", "sh", "text"}


@dataclass(frozen=True)
class Section:
    """A heading of a page, and its blocks of code: kind and text."""

    page: str
    heading: str
    blocks: tuple[tuple[str, str], ...]


def sections(page: Path) -> list[Section]:
    """The sections of a page that have something to run."""
    found = []
    for part in re.split(r"^## ", page.read_text(), flags=re.MULTILINE):
        blocks = tuple((kind, text) for kind, text in BLOCK.findall(part))
        if any(kind != "text" for kind, _ in blocks):
            found.append(Section(page.stem, part.partition("\n")[0], blocks))
    return found


def in_tiny(text: str) -> str:
    """The text with the names of the tiny experiment."""
    for name, other in NAMES.items():
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", other, text)
    return text


def follow(section: Section, folder: Path) -> str:
    """Run the blocks of a section in a checkout; returns what they printed. A command that fails ends the test."""
    for mark in (".venv/ready", ".venv/kernels"):  # so that make installs nothing
        (folder / mark).parent.mkdir(exist_ok=True)
        (folder / mark).touch()
    said = []
    for kind, text in section.blocks:
        text = in_tiny(text)
        if kind == "yaml":
            with (folder / "params.yaml").open("a") as file:
                file.write(text)
        elif kind == "python":
            said.append(_checked(text, forked(folder, lambda text=text: exec(text, {}), MPLBACKEND="Agg")))
        elif kind == "sh":
            said += [run(line, folder) for line in text.replace("\\\n", " ").splitlines()]
    return "".join(said)


def run(line: str, folder: Path) -> str:
    """Run a line as a shell would, `sculpt` in a fork; returns what it printed."""
    words = shlex.split(line, comments=True)
    if not words:
        return ""
    if words[0] == ".venv/bin/sculpt":
        return _checked(line, forked(folder, lambda: _sculpt(words[1:])))
    if words[0] == "make":
        recipe = _checked(line, _process(["make", "--dry-run", "--no-print-directory", *words[1:]], folder))
        return "".join(run(one, folder) for one in recipe.replace("\\\n", " ").splitlines())
    if words[0] == ".venv/bin/dvc":
        words[:1] = [sys.executable, "-m", "dvc"]
    elif words[0] != "git":
        raise AssertionError(f"{line}: not a command that a page tells to type")
    return _checked(line, _process(words, folder))


def _sculpt(arguments: list[str]) -> None:
    from sculpt.cli.main import main

    sys.argv[1:] = arguments
    main()


def _process(words: list[str], folder: Path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "MAKEFLAGS": ""}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)


def _checked(step: str, done: Done | subprocess.CompletedProcess) -> str:
    assert done.returncode == 0, f"{step}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr
