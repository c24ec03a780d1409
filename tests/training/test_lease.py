"""Devices shared among processes: the least leased is chosen, a full machine is waited for, death frees."""

import multiprocessing
import tempfile
import time
from types import SimpleNamespace

import pytest
import torch

from sculpt.training.device.lease import AT_ONCE, cuda_device, lease

FORK = multiprocessing.get_context("fork")


def hold(names, at_once, folder, chosen):
    chosen.put(lease(names, at_once, folder))
    time.sleep(60.0)


@pytest.fixture
def job(tmp_path):
    """Starts a job; gives its process, and the queue on which it says which device it has."""
    started = []

    def start(names, at_once=9):
        chosen = FORK.SimpleQueue()
        process = FORK.Process(target=hold, args=(names, at_once, tmp_path / "leases", chosen))
        process.start()
        started.append(process)
        return process, chosen

    yield start
    for process in started:
        process.kill()
        process.join()


def kill(process):
    process.kill()
    process.join()


def test_jobs_are_spread_evenly_and_the_death_of_one_makes_room(job):
    processes = {}
    for turn in range(6):
        process, chosen = job(["a", "b", "c"])
        processes[turn] = process
        assert chosen.get() == turn % 3
    kill(processes[1])
    kill(processes[4])
    kill(processes[2])
    assert [job(["a", "b", "c"])[1].get() for _ in range(4)] == [1, 1, 2, 0]


def test_jobs_that_start_at_once_are_spread_evenly(job):
    started = [job(["a", "b"]) for _ in range(8)]
    assert sorted(chosen.get() for _, chosen in started) == [0] * 4 + [1] * 4


def test_a_job_waits_while_every_device_has_its_share(job, monkeypatch, capfd):
    monkeypatch.setattr("sculpt.training.device.lease.SECONDS", 0.05)
    working = [job(["a", "b"], at_once=3) for _ in range(4)]
    assert sorted(chosen.get() for _, chosen in working) == [0, 0, 1, 1]
    last, chosen = job(["a", "b"], at_once=3)
    time.sleep(0.5)
    assert chosen.empty() and last.is_alive()
    assert capfd.readouterr().err == "a job waits: each of 2 CUDA devices has its 2 jobs\n"
    kill(working[0][0])
    assert chosen.get() in (0, 1)


def test_another_set_of_visible_devices_meets_the_same_leases(job):
    """Leases go by the device's own name, not by its number among those that a process sees."""
    assert job(["a", "b"])[1].get() == 0
    assert job(["b", "a"])[1].get() == 0
    assert job(["a", "c"])[1].get() == 1


def test_a_process_computes_on_the_device_of_its_one_lease(monkeypatch, tmp_path):
    """On three simulated devices, of which the second is of another kind and takes no part."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: tmp_path)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    monkeypatch.setattr(
        torch.cuda,
        "get_device_properties",
        lambda index: SimpleNamespace(uuid=f"uuid-{index}", name=f"kind {index % 2}"),
    )
    used = []
    monkeypatch.setattr(torch.cuda, "set_device", used.append)
    monkeypatch.setenv(AT_ONCE, "3")

    def work(told):
        told.put((cuda_device(), cuda_device(), used))
        time.sleep(60.0)

    processes = []
    for index in (0, 2):
        told = FORK.SimpleQueue()
        processes.append(FORK.Process(target=work, args=(told,)))
        processes[-1].start()
        device = torch.device("cuda", index)
        assert told.get() == (device, device, [device])
    for process in processes:
        kill(process)
