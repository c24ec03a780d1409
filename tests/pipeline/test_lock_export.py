"""The lock after runs on this machine and on others, faked by the notes that jobs leave beside their logs."""

import json

import pytest
from made_up import job, ran

from sculpt.pipeline.identity import source
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import expected
from sculpt.pipeline.record.lock import LOCK, entries_of, read_lock
from sculpt.pipeline.record.lock_export import write_lock

FIRST = job("first")
SECOND = job("second", {"table": FIRST.outputs}, ("results/toy/more.csv",))
THIRD = job("third", {"table": SECOND.outputs})
JOBS = [FIRST, SECOND, THIRD]
OTHER = "NVIDIA Z9"


@pytest.fixture
def folder(tmp_path):
    """A folder with a run of three jobs on this machine, and its lock."""
    for each in JOBS:
        ran(each, tmp_path)
    assert write_lock("toy", JOBS, tmp_path) == 0
    return tmp_path


def devices(folder) -> list[str]:
    return [entry["fingerprint"]["device"] for entry in entries_of(read_lock(folder / LOCK), "toy")]


def test_a_job_without_a_note_has_the_fingerprint_that_is_expected_here(folder):
    assert [entry["fingerprint"] for entry in entries_of(read_lock(folder / LOCK), "toy")] == [expected(FIRST)] * 3


def test_a_run_elsewhere_with_equal_bytes_leaves_the_lock_to_the_byte(folder):
    before = (folder / LOCK).read_bytes()
    time = (folder / LOCK).stat().st_mtime_ns
    for each in JOBS:
        ran(each, folder, device=OTHER)
    assert write_lock("toy", JOBS, folder) == 3
    assert (folder / LOCK).read_bytes() == before and (folder / LOCK).stat().st_mtime_ns == time


def test_the_record_of_a_run_elsewhere_says_where_it_was(folder):
    ran(FIRST, folder, device=OTHER)
    write_lock("toy", JOBS, folder)
    assert records.read(folder, FIRST.outputs[0])["made"]["fingerprint"]["device"] == OTHER


def test_only_the_jobs_that_ran_since_the_last_export_are_counted(folder):
    ran(SECOND, folder, device=OTHER)
    assert write_lock("toy", JOBS, folder) == 1
    assert write_lock("toy", JOBS, folder) == 0
    ran(FIRST, folder)
    assert write_lock("toy", JOBS, folder) == 0


def test_a_job_with_other_bytes_gets_the_hardware_that_made_them(folder):
    ran(FIRST, folder, device=OTHER)
    ran(THIRD, folder, "other bytes\n", device=OTHER)
    assert write_lock("toy", JOBS, folder) == 1
    assert devices(folder) == ["cpu", "cpu", OTHER]


def test_a_job_with_other_settings_gets_the_hardware_that_made_its_files(folder):
    edited = [FIRST, job("second", {"table": FIRST.outputs}, ("results/toy/more.csv",), config="{}"), THIRD]
    ran(edited[1], folder, device=OTHER)
    assert write_lock("toy", edited, folder) == 0
    assert devices(folder) == ["cpu", OTHER, "cpu"]


def test_the_sources_of_a_run_elsewhere_stay(folder, monkeypatch):
    """An identity that the lock knows keeps what the lock says of it, whatever this machine would say."""
    before = read_lock(folder / LOCK)["sources"]
    ran(THIRD, folder, "other bytes\n", device=OTHER)
    monkeypatch.setattr(source, "definitions", lambda module: {"here": "otherwise"})
    write_lock("toy", JOBS, folder)
    assert before["identities"] and read_lock(folder / LOCK)["sources"] == before


def test_another_library_alone_is_no_other_hardware(folder):
    ran(FIRST, folder, device="cpu")
    note = folder / "logs/toy/first.machine.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "libraries": {"torch": "9.9"}}))
    before = (folder / LOCK).read_bytes()
    assert write_lock("toy", JOBS, folder) == 0
    assert (folder / LOCK).read_bytes() == before and not note.exists()


def test_another_experiment_in_the_lock_stays(folder):
    other = job("other")
    ran(other, folder)
    write_lock("theirs", [other], folder)
    assert len(entries_of(read_lock(folder / LOCK), "toy")) == 3
