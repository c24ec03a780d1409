"""A job whose machine lacks what its execution profile asks for ends in one line, before it computes or reads."""

from argparse import Namespace
from types import SimpleNamespace

import pytest
import torch

from sculpt.core.engines import ENGINES
from sculpt.stages import evaluate, train_node
from sculpt.stages.jobs.lines import with_lines
from sculpt.training.device import lacking
from sculpt.training.device.execution import DeviceError
from sculpt.training.engine import must_compute

AVX512 = {"device": "cpu", "precision": "float32", "environment": {"ATEN_CPU_CAPABILITY": "avx512"}}
SAID = (
    "this machine lacks what the execution profile asks for: ATEN_CPU_CAPABILITY=avx512: the processor has no "
    "avx512bw, avx512dq, avx512f, avx512vl"
)


@pytest.fixture(autouse=True)
def older(monkeypatch):
    """A processor with AVX2; and what a job sets in its process is put back."""
    monkeypatch.setattr(lacking, "processor", lambda: {"capability": "avx avx2 fma"})
    yield
    torch.set_deterministic_debug_mode("default")


@pytest.mark.parametrize("stage", [train_node, evaluate])
def test_a_job_under_such_a_profile_ends_in_one_line(stage, tmp_path, capfd):
    given = Namespace(config={"profile": AVX512}, label="job", log=tmp_path / "job.log")
    with pytest.raises(SystemExit) as ended:
        with_lines(stage.main, given)
    assert ended.value.code == 1 and capfd.readouterr().err == f"\njob: error: {SAID}\n"
    with pytest.raises(DeviceError, match=f"^{SAID}$"):
        stage.main(given, SimpleNamespace())


def test_a_device_that_is_too_old_for_a_precision_is_told_of(monkeypatch):
    answers = {"is_available": True, "get_device_name": "T4", "get_device_capability": (7, 5)}
    for name, answer in answers.items():
        monkeypatch.setattr(torch.cuda, name, lambda answer=answer: answer)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: including_emulation)
    with pytest.raises(DeviceError, match=r"T4 has no bfloat16$"):
        must_compute({"device": "cuda", "precision": "bfloat16"})


def test_a_machine_that_has_it_and_an_engine_that_asks_for_nothing_go_on():
    must_compute({"device": "cpu", "precision": "bfloat16"})
    must_compute({**AVX512, "environment": {"ATEN_CPU_CAPABILITY": "avx2"}})
    must_compute({"device": "cpu", "precision": "float32", "engine": "kernels"})
    assert ENGINES.part("kernels", "lacking") is None and ENGINES.part("torch", "lacking") is lacking.lacking
