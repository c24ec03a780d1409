"""Profiles that a machine lacked: who looks again, who is told, and what a run asks of this machine and of others."""

import json
from pathlib import Path

import pytest
from made_up import job, ran

from sculpt.core.files import write_json
from sculpt.core.machines import KEYS
from sculpt.core.processor import processor
from sculpt.pipeline.dag.job import Job, canonical
from sculpt.pipeline.record import records
from sculpt.pipeline.record.records import Digests
from sculpt.pipeline.record.store_key import is_current
from sculpt.pipeline.run import needs, unavailable
from sculpt.pipeline.run.needs import ProfileError, need_devices
from sculpt.pipeline.run.unavailable import MachineError, look_again, need_machines

OTHER = {**processor(), "capability": "none that is known"}


def looked(root: Path, profile: str, device: str | None, why: str | None, told: dict | None = None) -> Job:
    """A finished look, and what it says of its machine."""
    files = {"outcomes": f"results/toy/{profile}.safetensors", "machine": f"results/toy/{profile}.json"}
    found = job(profile, rule="hardware", wildcards={"profile": profile}, device="cuda", files=files)
    ran(found, root)
    said = {**dict.fromkeys(KEYS), "available": why is None, "why": why, "device": device}
    write_json(root / files["machine"], {**said, "provenance": {"processor": told or processor()}})
    for file in files.values():
        made = {"sha256": Digests(root)[file], "fingerprint": {}}
        records.write(root, file, {**records.read(root, file), "made": made})
    return found


@pytest.fixture
def jobs(tmp_path) -> list[Job]:
    return [
        looked(tmp_path, "there", "cpu", None),
        looked(tmp_path, "gpu", None, "no CUDA device"),
        looked(tmp_path, "tf32", "Tesla T4", "Tesla T4 has no tf32"),
        looked(tmp_path, "avx512", "cpu", "the processor has no avx512f"),
        looked(tmp_path, "amx", "cpu", "the processor has no amx", OTHER),
    ]


@pytest.mark.parametrize(
    ("executor", "device", "again"),
    [
        ("local", "cpu", ["amx"]),
        ("local", "Tesla T4", ["gpu", "amx"]),
        ("local", "NVIDIA H200", ["gpu", "tf32", "amx"]),
        ("slurm", "cpu", ["gpu", "tf32", "avx512", "amx"]),
    ],
)
def test_what_may_be_there_now_is_looked_at_again(tmp_path, jobs, monkeypatch, executor, device, again):
    monkeypatch.setattr(unavailable, "machine_device", lambda: device)
    assert all(is_current(each, tmp_path, Digests(tmp_path)) for each in jobs)
    assert look_again(jobs, executor, tmp_path) == again
    waiting = [each.label for each in jobs if not is_current(each, tmp_path, Digests(tmp_path))]
    assert waiting == again
    for each in jobs:  # a run that settles what is known of files does not take the mark away
        for file in each.outputs:
            assert not records.doubt_if_altered(tmp_path, file, Digests(tmp_path)[file], None)
    assert [each.label for each in jobs if not is_current(each, tmp_path, Digests(tmp_path))] == again


def test_each_profile_that_was_not_available_is_told_with_the_reason(tmp_path, jobs):
    (tmp_path / jobs[2].files["machine"]).write_text("{")
    assert unavailable.unavailable(jobs, tmp_path) == {
        "gpu": "no CUDA device",
        "avx512": "the processor has no avx512f",
        "amx": "the processor has no amx",
    }


def test_a_look_that_needs_a_device_is_no_reason_to_refuse_a_run(tmp_path, monkeypatch):
    monkeypatch.setattr(needs, "machine_device", lambda: "cpu")
    origins = {"profile": "profiles.gpu"}
    look = job("look", rule="hardware", device="cuda", origins=origins)
    need_devices("toy", [look], tmp_path)
    trained = job("train", rule="dense", device="cuda", origins=origins)
    with pytest.raises(ProfileError, match=r'^experiments\.toy\.profiles\.gpu\.device: "cuda", and this machine has'):
        need_devices("toy", [look, trained], tmp_path)


def test_the_folder_of_another_machine_must_be_there_before_anything_runs(tmp_path):
    config = canonical({"machines": {"far": "copied/hardware", "near": "here"}})
    compare = job("compare", rule="compare", config=config)
    (tmp_path / "here").mkdir()
    with pytest.raises(MachineError) as raised:
        need_machines("toy", [compare], tmp_path)
    said = str(raised.value)
    assert said.startswith('experiments.toy.hardware.machines.far: "copied/hardware"; allowed: a folder that is there')
    (tmp_path / "copied/hardware").mkdir(parents=True)
    need_machines("toy", [compare, job("other", config=json.dumps({}))], tmp_path)
