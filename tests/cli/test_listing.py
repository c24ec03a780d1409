"""`sculpt list`, and what an experiment takes on the disk."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from made_results import made_results
from ruamel.yaml import YAML

from sculpt.cli import list as listing
from sculpt.cli.aligned import aligned, two, with_spread
from sculpt.cli.finished import finished
from sculpt.core.errors import SculptError
from sculpt.pipeline.record.holding import holdings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    made = made_results(tmp_path_factory.mktemp("made"))
    shutil.copy(ROOT / "params.yaml", made.root)
    return made


def store(root: Path, content: bytes, suffix: str = "") -> str:
    """Put an object into DVC's cache as DVC would."""
    md5 = hashlib.md5(content).hexdigest() + suffix
    path = root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return md5


def lock(root: Path, outs: list[dict]) -> None:
    writer = YAML()
    writer.default_flow_style = False
    writer.dump({"schema": "2.0", "stages": {"summary@made": {"cmd": "x", "outs": outs}}}, root / "dvc.lock")


def test_every_experiment_has_a_line(made):
    head, *lines = listing.of_experiments(made.root)
    assert head.split() == ["experiment", "seeds", "runs", "networks", "recorded", "results", "DVC", "cache"]
    assert lines[0].startswith("digits *") and "not run" in lines[0]
    row = next(line for line in lines if line.startswith("made"))
    assert row.split()[:5] == ["made", "3", "1", "6", "no"]
    assert lines[-1] == "not in params.yaml any more: made"
    assert all(len(line) <= 110 for line in (head, *lines))


def test_every_run_that_was_asked_for_has_a_line(made):
    lines = listing.of_runs("made", made.root)
    assert lines[0].startswith("made: 1 run, 3 seeds;")
    tests = [made.accuracy["sculpt/erk_0.5/cycle_1/0.1", seed, "test"] for seed in (0, 1, 2)]
    row = next(line for line in lines if line.startswith("sculpt/"))
    assert row.split()[:6] == ["sculpt/erk_0.5/0.1", "*", "2", "0.1", "4", "0.250"]
    assert row.split()[9] == two(sum(tests) / 3)
    assert not any(line.startswith("cyclic/") for line in lines)  # nobody asked for the trunk


def test_an_experiment_that_has_not_run_names_those_that_have(made):
    with pytest.raises(SculptError, match="'mad' is not there; allowed: made; nearest: 'made'"):
        listing.of_runs("mad", made.root)


def test_an_experiment_that_only_params_has_says_what_runs_it(made):
    with pytest.raises(SculptError, match=r"^experiment: digits has no results here; `make reproduce` runs it$"):
        finished(None, made.root)
    with pytest.raises(SculptError, match="`make reproduce EXPERIMENT=cifar10-resnet20` runs it"):
        finished("cifar10-resnet20", made.root)
    assert finished("made", made.root) == "made"


def test_bytes_here_and_in_the_cache_and_the_commit(tmp_path):
    (tmp_path / "results/made/summary").mkdir(parents=True)
    (tmp_path / "results/made/summary/a.csv").write_bytes(b"12345")
    (tmp_path / "results/made/b").write_bytes(b"123")
    assert holdings(["made", "gone"], tmp_path)["made"].results == 8
    assert holdings(["gone"], tmp_path)["gone"].cached is None

    table = store(tmp_path, b"12345")
    tree = json.dumps([{"md5": table, "relpath": "a.csv"}, {"md5": table, "relpath": "same.csv"}]).encode()
    folder = store(tmp_path, tree, ".dir")
    away = {"path": "results/made/b", "hash": "md5", "md5": "0" * 32}  # never fetched
    lock(tmp_path, [{"path": "results/made/summary", "hash": "md5", "md5": folder}, away])
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "--quiet"], cwd=tmp_path, check=True)
    found = holdings(["made"], tmp_path)["made"]
    assert found.cached == 5 + len(tree)  # the two files of one content lie there once
    assert found.recorded is None

    subprocess.run([*git, "add", "dvc.lock"], cwd=tmp_path, check=True)
    subprocess.run(
        [*git, "commit", "--quiet", "-m", "x", "--date", "2020-01-02T12:00:00+00:00"], cwd=tmp_path, check=True
    )
    short = subprocess.run([*git, "rev-parse", "--short", "HEAD"], cwd=tmp_path, capture_output=True, text=True).stdout
    assert holdings(["made"], tmp_path)["made"].recorded[1] == short.strip()


def test_a_damaged_lock_is_one_line(made, tmp_path):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "dvc.lock").write_text("schema: '1.0'\n")
    with pytest.raises(SculptError, match=r"^dvc\.lock: is not as DVC wrote it; restore it \(git restore dvc\.lock\)$"):
        listing.of_experiments(tmp_path)


def test_percent_with_and_without_a_spread():
    assert with_spread(97.055, 1.0) == "97.06 ± 1.00"
    assert with_spread(88.125, None) == with_spread(88.125, float("nan")) == "88.13"


def test_columns_are_equal_and_the_widest_loses_its_middle():
    assert aligned([("a", "1"), ("bcd", "22")], (1,), "") == ["a     1", "bcd  22"]
    line = aligned([("x" * 80 + "y" * 80, "end")], (), "")[0]
    assert len(line) == 110 and line.startswith("xxx") and "…" in line and line.endswith("y  end")


def test_the_name_of_a_run_stays_whole_for_the_next_command(made, tmp_path):
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    table = tmp_path / "results/made/summary/summary.csv"
    name = "sculpt/erk_0.5/0.1" + "/longer" * 12
    table.write_text(table.read_text().replace(",sculpt/erk_0.5/0.1,", f",{name},"))
    assert any(line.startswith(f"{name} *") for line in listing.of_runs("made", tmp_path))
