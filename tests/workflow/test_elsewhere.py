"""Runs on another processor, faked, and jobs in the environment of their execution profile."""

import json
import os

import pytest

from sculpt.pipeline.record.lock import LOCK, entries_of, read_lock

FAKED = '''\
"""A processor of another maker, as far as anyone can see: what Python imports at every start."""
import pathlib
whole = pathlib.Path.read_text
def read_text(path, *given, **more):
    text = whole(path, *given, **more)
    return text.replace("vendor_id", "vendor_id\\t: Other\\nignored", 1) if str(path) == "/proc/cpuinfo" else text
pathlib.Path.read_text = read_text
'''


@pytest.mark.skipif(not os.path.exists("/proc/cpuinfo"), reason="the processor is faked in a file of Linux")
def test_a_run_elsewhere_with_equal_bytes_leaves_what_is_committed_to_the_byte(copy):
    (copy.folder / "faked").mkdir()
    (copy.folder / "faked/sitecustomize.py").write_text(FAKED)
    copy.git("add", "--all")
    copy.git("commit", "--quiet", "--message", "recorded")
    (copy.folder / "results/tiny/iterative/seeds_0-1/imp/0.5/record.json").unlink()
    (copy.folder / "figures/tiny/training_loss.png").unlink()
    done = copy.sculpt("reproduce", PYTHONPATH=f"{copy.folder / 'faked'}:{copy.folder / 'src'}")
    assert done.returncode == 0, done.stderr
    # The node, its evaluation and analysis; the tables, the claims and the figures are the same on every processor.
    assert "3 jobs ran on other hardware than the recorded one and made the recorded bytes\n" in done.stderr
    assert {LOCK, "dvc.lock", "figures/tiny/training_loss.png"} <= {*copy.git("ls-files").splitlines()}
    assert copy.git("status", "--porcelain") == "" and "changed" not in done.stdout


def test_jobs_of_a_profile_run_in_its_environment_and_no_others(copy):
    variable = "ATEN_CPU_CAPABILITY"
    profile = f"profiles:\n      plain: {{device: cpu, precision: float32, environment: {{{variable}: default}}}}\n"
    copy.edit("params.yaml", ("profiles:\n", profile), ("[contiguous, idle]", "[contiguous, idle, plain]"))
    copy.edit("params.yaml", ("recorded: [tiny]", "recorded: []"))
    done = copy.sculpt("reproduce")
    assert done.returncode == 0, done.stderr
    overrides = {
        min(entry["outputs"]): entry["fingerprint"].get("overrides", {})
        for entry in entries_of(read_lock(copy.folder / LOCK), "tiny")
    }
    of_profile = {file for file in overrides if "/hardware/seeds_0-1/plain/" in file}
    assert len(of_profile) == 1
    assert {file for file, found in overrides.items() if found} == of_profile
    assert all(overrides[file] == {variable: "default"} for file in of_profile)
    for job in copy.jobs:
        assert (json.loads(job.config).get("profile", {}).get("environment") is not None) == (
            min(job.outputs) in of_profile
        )
