"""How a job computes: its device, its threads, and determinism."""

import pytest
import torch

from sculpt.training.device import execution
from sculpt.training.device.execution import DeviceError, be_deterministic, device_of


def test_a_device_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="asks for a CUDA device, and there is none"):
        device_of({"device": "cuda"})
    assert device_of({"device": "auto"}) == device_of({"device": "cpu"}) == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(execution, "cuda_device", lambda: torch.device("cuda", 1))
    assert device_of({"device": "auto"}) == device_of({"device": "cuda"}) == torch.device("cuda", 1)
    assert device_of({"device": "cpu"}) == torch.device("cpu")


def test_determinism_is_asked_for():
    torch.set_deterministic_debug_mode("default")
    be_deterministic(threads=2)
    assert torch.get_num_threads() == 2
    torch.set_deterministic_debug_mode("default")
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.allow_tf32 = True
    be_deterministic()
    assert torch.are_deterministic_algorithms_enabled() and not torch.is_deterministic_algorithms_warn_only_enabled()
    assert torch.get_num_threads() == 1
    assert torch.get_float32_matmul_precision() == "highest" and torch.backends.cudnn.allow_tf32 is False
    assert torch.backends.cudnn.benchmark is False
