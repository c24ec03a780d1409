"""A job starts in the environment of its execution profile, and says what its own process computed on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from made_up import job

from sculpt.core.processes import PARENTS, address, environment_of
from sculpt.pipeline.dag.job import canonical
from sculpt.pipeline.record.fingerprint import expected, fingerprint, kernels_version, leave_note, take_note
from sculpt.pipeline.run.preloaded import preloaded

NARROW = {"device": "cpu", "precision": "float32", "environment": {"ONEDNN_MAX_CPU_ISA": "AVX2"}}
WIDE = {"device": "cpu", "precision": "float32", "threads": 3}
FACTS = {"channels": 1, "classes": 10}


def test_a_profile_says_threads_and_variables():
    assert environment_of({}) == {"OMP_NUM_THREADS": "1"} == environment_of({"profile": {"device": "cpu"}})
    assert environment_of({"profile": WIDE}) == {"OMP_NUM_THREADS": "3"}
    assert environment_of({"profile": NARROW}) == {"OMP_NUM_THREADS": "1", "ONEDNN_MAX_CPU_ISA": "AVX2"}


def test_each_environment_has_an_address_of_its_own():
    places = {address("run", environment_of({"profile": profile})) for profile in ({}, NARROW, WIDE)}
    assert len(places) == 3 and {Path(place).parent for place in places} == {Path("run")}
    assert address("run", {"A": "1", "B": "2"}) == address("run", {"B": "2", "A": "1"})


def test_the_expected_fingerprint_is_that_of_the_jobs_own_process(monkeypatch):
    monkeypatch.setattr("sculpt.pipeline.record.fingerprint.machine_device", lambda: "NVIDIA Z9")
    on_cpu = expected(job("a", device="cpu", config=canonical({"profile": NARROW})))
    assert on_cpu["device"] == "cpu" and on_cpu["overrides"]["ONEDNN_MAX_CPU_ISA"] == "AVX2"
    plain = canonical({"profile": {"device": "auto", "precision": "float32"}})
    assert {expected(job("a", device=device, config=plain))["device"] for device in ("auto", "cuda")} == {"NVIDIA Z9"}


def test_what_is_the_same_on_every_processor_has_the_kernels_version_in_place_of_a_processor():
    kernels = {"device": "cpu", "precision": "float32", "engine": "kernels"}
    computed = expected(job("a", device="cpu", config=canonical({"profile": kernels})))
    assert computed.keys() == {"processor", "kernels", "device", "libraries"}
    assert computed["processor"] == "any" and computed["kernels"] == kernels_version()
    without = expected(job("a", device=None, config="{}"))
    assert without == {key: value for key, value in computed.items() if key != "kernels"}
    for name, same in {"erk": True, "magnitude": True, "snip": False, "synflow": False}.items():
        for settings in ({"criterion": {"name": name}}, {"prune": {"criterion": {"name": name}}}):
            found = expected(job("a", device="cpu", config=canonical({"profile": kernels, **settings})))
            assert (found["processor"] == "any") == same, "scores are computed with torch"
    torch = expected(job("a", device="cpu", config=canonical({"profile": kernels | {"engine": "torch"}})))
    assert torch["capability"] == fingerprint("cpu")["capability"] and "kernels" not in torch


def test_a_note_is_taken_once_and_then_expected(tmp_path):
    made = job("a")
    note = tmp_path / made.log
    note.parent.mkdir(parents=True)
    settings = {"profile": {"device": "auto"}}
    leave_note(note, settings, "NVIDIA Z9")
    assert take_note(made, tmp_path) == fingerprint("NVIDIA Z9")
    assert take_note(made, tmp_path) == expected(made) != fingerprint("NVIDIA Z9")


def start(folder: Path, profile: dict, environment: dict[str, str]) -> tuple[subprocess.CompletedProcess, dict]:
    """Run a stage as Snakemake does; also the note that it left."""
    name = canonical(profile)[:40].encode().hex()
    config = canonical({"seeds": [0], "model": {"name": "resnet20", "width": 4}, "profile": profile})
    arguments = ["--label", "init", "--log", f"{folder}/{name}.log", "--config", config]
    paths = ["--data", f"{folder}", "--out", f"{folder}/{name}"]
    command = [sys.executable, "-m", "sculpt.stages", "initialize", *arguments, *paths]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    note = folder / f"{name}.machine.json"
    return done, json.loads(note.read_text()) if note.exists() else {}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data.json").write_text(json.dumps(FACTS))
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="jobs are forked on Linux alone")
def test_a_parent_serves_the_jobs_of_its_environment(folder):
    with preloaded([environment_of({"profile": profile}) for profile in (NARROW, NARROW)]) as environment:
        (parent,) = [p for p in psutil.Process().children() if "sculpt.stages.jobs.preloaded" in p.cmdline()]
        assert parent.environ()["ONEDNN_MAX_CPU_ISA"] == "AVX2" and "ONEDNN_MAX_CPU_ISA" not in environment
        done, note = start(folder, NARROW, environment)
        assert done.returncode == 0, done.stderr
        assert note["overrides"] == {**fingerprint("cpu")["overrides"], "ONEDNN_MAX_CPU_ISA": "AVX2"}
        assert note["device"] == "cpu" and note == fingerprint("cpu", {**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX2"})

        done, note = start(folder, WIDE, environment)  # nobody serves it, so it runs in a process of its own
        assert done.returncode == 0 and "ONEDNN_MAX_CPU_ISA" not in note["overrides"]

        parent.kill()
        parent.wait()
        done, _ = start(folder, NARROW, environment)
        assert done.returncode == 1
        assert done.stderr == "init: the process that its run forks jobs from was killed; the same command goes on\n"


def test_without_a_run_a_job_sets_its_own_environment(folder):
    environment = {name: value for name, value in os.environ.items() if name != PARENTS}
    done, note = start(folder, NARROW, environment)
    assert done.returncode == 0, done.stderr
    assert note["overrides"]["ONEDNN_MAX_CPU_ISA"] == "AVX2"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_nothing_numeric_is_imported_before_the_environment_is_set():
    heavy = "torch", "numpy", "pandas", "safetensors", "pydantic"
    script = f"import sys, sculpt.stages.__main__; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
