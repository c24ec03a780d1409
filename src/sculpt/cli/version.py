"""`sculpt --version`: the version of the package, and the revision of git where it runs from a checkout."""

import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGE = "sculpt-training"


def told(root: Path = Path(__file__).parents[3]) -> str:
    """One line. root: of the checkout, if it is one: only a repository that has this very folder src/sculpt counts."""
    name = f"sculpt {version(PACKAGE)}"
    asked = [["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "--untracked-files=no", "--", "src"]]
    if not (root / ".git").exists():
        return name
    try:
        revision, edits = (subprocess.run(["git", *words], cwd=root, capture_output=True, text=True) for words in asked)
    except FileNotFoundError:  # no git here
        return name
    if revision.returncode:
        return name
    return f"{name} (git {revision.stdout.strip()}{', with edits of src' if edits.stdout else ''})"
