"""What the house promises of itself: small files, and commands that do without what they do not need."""

import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
LINES = {path: len(path.read_text().splitlines()) for path in (ROOT / "src").rglob("*.py") if path.stem != "__init__"}


def test_files_are_small():
    assert median(LINES.values()) <= 80
    assert {path.name: lines for path, lines in LINES.items() if lines > 300} == {}


def imported(program: str, folder: Path) -> set[str]:
    """Top names of what a program has imported at its end."""
    code = f"import sys, atexit\natexit.register(lambda: print('IMPORTED', *sys.modules))\n{program}"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *_, last = done.stdout.splitlines()
    return {name.partition(".")[0] for name in last.split()[1:]}


@pytest.mark.parametrize(
    "arguments",
    [["plan"], pytest.param(["params", "check"], marks=pytest.mark.campaign)],
    ids=" ".join,
)
def test_a_command_that_computes_nothing_imports_no_torch(finished, arguments):
    program = f"sys.argv[1:] = {arguments}\nfrom sculpt.cli.main import main\nmain()"
    assert imported(program, finished.folder).isdisjoint({"torch", "torchvision", "matplotlib", "sklearn"})


def test_the_workflow_imports_no_torch(finished):
    program = "from snakemake.cli import main\nsys.argv[1:] = ['--dry-run', '--quiet', 'all']\nmain()"
    assert imported(program, finished.folder).isdisjoint({"torch", "torchvision", "matplotlib", "sklearn"})
