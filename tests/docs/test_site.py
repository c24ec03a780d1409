"""The site is built without a warning, and asks for nothing from elsewhere."""

import os
import re
import subprocess
import sys

import pytest
from pages import ROOT

pytest.importorskip("mkdocs", reason="the site needs mkdocs: make extras")
LOADED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^>]*>")


def test_the_site_is_built_and_loads_nothing_from_elsewhere(tmp_path):
    """MkDocs is strict: a link that leads nowhere, or a page that no menu names, ends the build."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    pages = {page.relative_to(tmp_path).as_posix(): page.read_text() for page in tmp_path.rglob("*.html")}
    assert {"index.html", "tutorial.html", "how-to/results.html", "python-reference.html"} <= pages.keys()
    assert {name: LOADED.findall(page) for name, page in pages.items() if LOADED.search(page)} == {}
    assert (tmp_path / "repository/figures/digits/accuracy_vs_density.png").exists()
    inner = pages["reference.html"].partition("<code>coupled</code>")[2][:400]
    assert "<ul>" in inner  # a list in a list, though it is indented by two spaces
