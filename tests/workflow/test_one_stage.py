"""`sculpt stage`: what a stage of dvc.yaml runs, so that `dvc repro` and `dvc exp run` leave both locks true."""

import json
import sys
from hashlib import sha256
from importlib import import_module

import pytest
from forked import forked

from sculpt.pipeline.record.lock import LOCK, locked_files, read_lock

WIDTH = ("training_loss: {width: 5.5", "training_loss: {width: 5")


def faults(checkout) -> list[list[str]]:
    done = forked(checkout.folder, lambda: print(json.dumps(import_module("sculpt.cli.validate").validate(None))))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_stage_makes_its_folder_and_what_the_lock_says_of_it(copy):
    figure = "figures/tiny/training_loss.svg"
    before = locked_files(read_lock(copy.folder / LOCK), "tiny")[figure]
    copy.edit("params.yaml", WIDTH)
    done = copy.sculpt("stage", "figures")
    assert done.returncode == 0 and "training_loss" in done.stdout + done.stderr
    now = locked_files(read_lock(copy.folder / LOCK), "tiny")[figure]
    assert now == sha256((copy.folder / figure).read_bytes()).hexdigest() != before


def test_a_stage_that_does_not_exist(copy):
    done = copy.sculpt("stage", "figure")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr.startswith("stage figure: no such stage; allowed: data, ") and "; nearest: 'figures'" in done.stderr
    )


@pytest.mark.campaign
def test_an_experiment_of_dvc_leaves_the_locks_true(copy):
    program = copy.folder / ".venv/bin/sculpt"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m sculpt.cli.main "$@"\n')
    program.chmod(0o755)
    copy.git("add", "--all")
    copy.git("commit", "--quiet", "--message", "before")
    identity = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    done = copy.run("dvc", "exp", "run", "--set-param", "experiments.tiny.seeds=4", **identity)
    assert done.returncode == 0, done.stdout + done.stderr
    assert faults(copy) == []
    shown = copy.run("dvc", "exp", "show", "--json", **identity)
    assert "results/tiny/summary/metrics/lrr.json" in shown.stdout
