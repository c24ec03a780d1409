"""`sculpt --version`: the package, and the revision where it is a checkout."""

import re
import subprocess

import pytest

from sculpt.cli.main import parser
from sculpt.cli.version import told


def git(folder, *words):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True)


def test_a_checkout_tells_its_revision_and_its_edits(tmp_path):
    (tmp_path / "src").mkdir()
    module = tmp_path / "src/module.py"
    module.write_text("one = 1\n")
    assert re.fullmatch(r"sculpt \d+\.\d+\.\d+", told(tmp_path))
    git(tmp_path, "init", "--quiet")
    assert re.fullmatch(r"sculpt \d+\.\d+\.\d+", told(tmp_path))  # no revision yet
    git(tmp_path, "add", "src")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    assert re.fullmatch(r"sculpt \d+\.\d+\.\d+ \(git [0-9a-f]{7,}\)", told(tmp_path))
    module.write_text("one = 2\n")
    assert told(tmp_path).endswith(", with edits of src)")


def test_the_option_prints_one_line_and_ends(capsys):
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["--version"])
    assert not ended.value.code and re.fullmatch(r"sculpt \d.*\n", capsys.readouterr().out)
