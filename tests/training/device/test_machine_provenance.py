"""What computed: every field is there, with a reason where the machine does not tell; no name, and never a failure."""

import json
import os
import platform
import subprocess
from types import SimpleNamespace

import pytest
import torch

from sculpt.training.device.provenance import SENSORS, provenance, sensors

CPU, CUDA = torch.device("cpu"), torch.device("cuda", 0)
FIELDS = "absent build cpu_capability cuda cudnn device driver interop_threads libc packages parallel processor "
FIELDS += "processors python system threads variables"


@pytest.fixture
def smi(monkeypatch):
    """A CUDA device, and an nvidia-smi that gives the answer that is set, or raises it."""
    device = SimpleNamespace(
        uuid="0-1", name="H200", major=9, minor=0, multi_processor_count=132, total_memory=2**37, secret="x"
    )
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: device)
    given = SimpleNamespace(answer="", code=0, asked=[])

    def run(command, **_):
        given.asked.append(command)
        if isinstance(given.answer, Exception):
            raise given.answer
        return SimpleNamespace(returncode=given.code, stdout=given.answer)

    monkeypatch.setattr(subprocess, "run", run)
    return given


def test_every_field_is_there_and_json_holds_it():
    found = provenance(CPU)
    assert sorted(found) == FIELDS.split()
    assert json.loads(json.dumps(found)) == found
    assert {name for name in found if found[name] is None} == {*found["absent"]}
    assert found["absent"]["device"] == found["absent"]["driver"] == "computed on a CPU"
    assert found["packages"]["torch"] == torch.__version__.partition("+")[0]
    assert found["threads"] == torch.get_num_threads() and "PyTorch built with" in found["build"]


def test_no_machine_and_no_user_is_named(monkeypatch):
    monkeypatch.setenv("MKL_OUTPUT", f"{os.sep}home{os.sep}somebody{os.sep}x")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("SOME_SECRET", "whispered")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-whispered")
    text, found = json.dumps(provenance(CPU)), provenance(CPU)["variables"]
    assert found["MKL_OUTPUT"] == "(a path)" and found["OMP_NUM_THREADS"] == "1"
    assert "whispered" not in text and "somebody" not in text
    assert platform.node() not in text.split('"')


def test_a_fact_that_fails_is_null_with_its_reason(monkeypatch):
    def missing():
        raise OSError("no such file\nmore")

    monkeypatch.setattr(platform, "freedesktop_os_release", missing)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    found = provenance(CPU)
    assert found["system"] is None and found["absent"]["system"] == "no such file"


def test_a_device_is_described_without_its_identity(smi):
    smi.answer = "580.1\n"
    found = provenance(CUDA)
    assert found["driver"] == "580.1"
    assert found["device"] == {"name": "H200", "capability": "9.0", "multiprocessors": 132, "memory_bytes": 2**37}
    assert "0-1" not in json.dumps(found) and smi.asked[0][1] == "--id=GPU-0-1"


@pytest.mark.parametrize(
    ("answer", "code", "why"),
    [
        (FileNotFoundError(), 0, "there is no nvidia-smi"),
        (subprocess.TimeoutExpired("nvidia-smi", 10), 0, "nvidia-smi did not answer in 10 s"),
        ("", 9, "nvidia-smi ended with 9"),
        ("[N/A]", 0, "nvidia-smi: power.draw: N/A"),
        ("warm", 0, "could not convert string to float: 'warm'"),
    ],
)
def test_what_a_device_does_not_tell_is_null_with_a_reason(smi, answer, code, why):
    smi.answer, smi.code = answer, code
    found = sensors(CUDA)
    assert {*found} == {*SENSORS, "absent"} and found["power.draw"] is None
    assert found["absent"]["power.draw"] == why


def test_sensors_are_numbers(smi):
    smi.answer = "71.25\n"
    assert sensors(CUDA) == {**dict.fromkeys(SENSORS, 71.25), "absent": {}}
    assert sensors(CPU)["absent"] == dict.fromkeys(SENSORS, "computed on a CPU")
