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


def code_lines(path: Path) -> list[str]:
    """The lines of a file that say something: not blank, no comment, no import, no lone punctuation."""
    lines = (" ".join(line.split()) for line in path.read_text().splitlines())
    return [line for line in lines if any(map(str.isalnum, line)) and not line.startswith(("#", "import ", "from "))]


def test_no_six_lines_are_written_twice():
    seen: dict[tuple[str, ...], str] = {}
    twice = []
    for path in sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "rules").glob("*.smk"), ROOT / "Snakefile"]):
        lines = code_lines(path)
        for six in {tuple(lines[i : i + 6]) for i in range(len(lines) - 5)}:
            if (other := seen.setdefault(six, path.name)) != path.name:
                twice.append(f"{path.name} and {other}: {six[0]} ...")
    assert not twice
