"""What a machine lacks of a profile is said in words; what it merely ignores is no lack."""

import pytest
import torch

from sculpt.training.device import lacking
from sculpt.training.device.lacking import lacking as lack

CPU = {"device": "cpu", "precision": "float32"}


@pytest.mark.parametrize("precision", ["float64", "float32", "tf32", "bfloat16", "float16"])
def test_a_cpu_lacks_no_precision(precision):
    assert lack({**CPU, "precision": precision}) is None


def test_a_machine_without_cuda_lacks_it_where_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert lack({"device": "cuda", "precision": "float32"}) == "no CUDA device"
    assert lack({"device": "auto", "precision": "tf32"}) is None


@pytest.mark.parametrize("device", ["auto", "cuda"])
@pytest.mark.parametrize(
    ("precision", "why"),
    [("tf32", "T4 has no tf32"), ("bfloat16", "T4 has no bfloat16"), ("float16", None), ("float64", None)],
)
def test_an_older_device_lacks_the_newer_precisions(monkeypatch, device, precision, why):
    for name, answer in {
        "is_available": True,
        "get_device_name": "T4",
        "get_device_capability": (7, 5),
    }.items():
        monkeypatch.setattr(torch.cuda, name, lambda answer=answer: answer)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: including_emulation)
    assert lack({"device": device, "precision": precision}) == why


def test_a_processor_lacks_the_instructions_that_a_variable_asks_for(monkeypatch):
    monkeypatch.setattr(lacking, "processor", lambda: {"capability": "avx avx2 fma"})
    profiles = {name: {**CPU, "environment": {"ATEN_CPU_CAPABILITY": name}} for name in ("default", "avx2", "avx512")}
    assert lack(profiles["default"]) is lack(profiles["avx2"]) is None
    assert lack(profiles["avx512"]) == (
        "ATEN_CPU_CAPABILITY=avx512: the processor has no avx512bw, avx512dq, avx512f, avx512vl"
    )
