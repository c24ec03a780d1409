"""Times and energy, with a clock and counters of the test's own."""

import ctypes

import pytest
import torch

from sculpt.studies.hardware.energy import of_cuda_device, of_packages
from sculpt.studies.hardware.timing import WARM_UP, Timed, in_turn, one_thread

NOTHING = {"a": lambda: None, "b": lambda: None}


class Machine:
    """Calls advance its clock by what they cost; each call of `b` costs one second more than the one before."""

    def __init__(self):
        self.now, self.called = 100.0, []

    def call(self, name: str):
        def run():
            self.called.append(name)
            self.now += 0.5 if name == "a" else self.called.count("b")

        return run


def test_calls_take_turns_after_a_warm_up_that_is_not_measured():
    machine = Machine()
    found = in_turn({name: machine.call(name) for name in "ab"}, 4, NOTHING, lambda: machine.now)
    assert machine.called == ["a"] * WARM_UP + ["b"] * WARM_UP + ["a", "b"] * 4
    assert found["a"].seconds == [0.5] * 4 and found["b"].seconds == [WARM_UP + i for i in (1, 2, 3, 4)]
    assert found["b"].quartiles == (WARM_UP + 1.75, WARM_UP + 2.5, WARM_UP + 3.25)
    assert found["a"].joules is None and found["a"].joules_each is None


def test_each_call_has_the_energy_that_was_used_while_it_ran():
    machine = Machine()

    def meter():
        before = machine.now
        return lambda: 10 * (machine.now - before)

    calls = {name: machine.call(name) for name in "ab"}
    found = in_turn(calls, 2, {"a": meter, "b": lambda: None}, lambda: machine.now)
    assert found["a"].joules == 10 and found["a"].joules_each == 5 and found["b"].joules_each is None
    assert Timed([1.0, 2.0], 0.0).joules_each == 0  # nothing used is not the same as nothing told


def zone(folder, name: str, energy: int, most: int = 1000):
    (folder / name).mkdir()
    (folder / name / "energy_uj").write_text(f"{energy}\n")
    (folder / name / "max_energy_range_uj").write_text(f"{most}\n")


def test_the_packages_of_a_processor_add_up_and_a_counter_that_began_anew_goes_on(tmp_path):
    for name, energy in (("intel-rapl:0", 100), ("intel-rapl:1", 900), ("intel-rapl:0:0", 5), ("dtpm", 1)):
        zone(tmp_path, name, energy)
    joules = of_packages(tmp_path)()
    (tmp_path / "intel-rapl:0" / "energy_uj").write_text("350\n")
    (tmp_path / "intel-rapl:1" / "energy_uj").write_text("50\n")
    assert joules() == pytest.approx((250 + (50 - 900 + 1000)) / 1e6)


def test_a_machine_without_counters_tells_nothing(tmp_path):
    assert of_packages(tmp_path)() is None and of_packages(tmp_path / "none")() is None
    zone(tmp_path, "intel-rapl:0", 1)
    (tmp_path / "intel-rapl:0" / "energy_uj").unlink()
    (tmp_path / "intel-rapl:0" / "energy_uj").mkdir()  # as unreadable as one that only root may read
    assert of_packages(tmp_path)() is None


class Nvml:
    """The functions of NVML that are called; each returns 0 where it succeeds."""

    def __init__(self, millijoules: list[int], fails: str = ""):
        self.millijoules, self.fails, self.asked = millijoules, fails, []

    def nvmlInit_v2(self):
        return int(self.fails == "init")

    def nvmlDeviceGetHandleByUUID(self, uuid, handle):
        self.asked.append(uuid)
        return int(self.fails == "handle")

    def nvmlDeviceGetTotalEnergyConsumption(self, handle, value):
        ctypes.cast(value, ctypes.POINTER(ctypes.c_ulonglong))[0] = self.millijoules.pop(0)
        return 3 if self.fails == "energy" else 0  # NVML_ERROR_NOT_SUPPORTED


def test_a_cuda_device_tells_millijoules_since_its_driver_was_loaded():
    nvml = Nvml([5_000, 7_500])
    joules = of_cuda_device("12-ab", nvml)()
    assert joules() == 2.5 and nvml.asked == [b"GPU-12-ab"]


@pytest.mark.parametrize("fails", ["init", "handle", "energy"])
def test_a_cuda_device_that_cannot_tell_tells_nothing(fails):
    assert of_cuda_device("12-ab", Nvml([1], fails))() is None


def test_torch_has_one_thread_and_then_as_many_as_before():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
