"""The Makefile: what it lists, what it refuses, and what it passes on."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make(*words: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    command = ["make", "--no-print-directory", "--dry-run", *words]
    return subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, text=True)


def last(*words: str, **environment: str) -> list[str]:
    done = make(*words, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()


def test_help_has_a_line_for_each_target():
    text = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make (\w+) +\S", done.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(targets)


@pytest.mark.parametrize(
    ("given", "words"),
    [("EXPERIMNT=x", "; nearest: EXPERIMENT"), ("experiment=x", "allowed: "), ("ZZZZZZ=1", "allowed: ")],
)
def test_a_variable_that_does_not_exist_is_refused_in_one_line(given, words):
    done = make("reproduce", given)
    name = given.partition("=")[0]
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert f"{name}: no such variable; allowed: " in done.stderr and words in done.stderr


def test_a_variable_of_the_environment_is_not_asked_about():
    assert last("validate", EXPERIMNT="x") == [".venv/bin/sculpt", "validate"]


def test_variables_reach_the_command():
    found = last("reproduce", "EXPERIMENT=old", "PROFILE=slurm", "STORE=./nodes")
    assert found == [
        ".venv/bin/sculpt",
        *["reproduce", "--experiment", "old", "--profile", "slurm", "--store"],
        '"./nodes"',
    ]


def test_only_the_command_line_makes_tidy_remove_anything():
    assert last("tidy", YES="1", ALL="1") == [".venv/bin/sculpt", "tidy"]
    assert last("tidy", "YES=1", "EXPERIMENT=old")[2:] == ["--experiment", "old", "--yes"]


def test_the_tests_say_what_they_take_and_how_to_limit_them():
    assert "all tests: about 12 minutes on two cores; ARGS= limits them" in make("test").stdout
    assert "tests: tests/core" in make("test", "ARGS=tests/core").stdout
