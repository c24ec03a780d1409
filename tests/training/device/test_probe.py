"""The probe: the same profile, the same bits; what does nothing is found, and what rounds otherwise too."""

import pytest
import torch

from sculpt.core.processor import processor
from sculpt.training.device.execution import be_deterministic
from sculpt.training.device.probe import probe

CPU = {"device": "cpu", "precision": "float32"}


@pytest.fixture(scope="module")
def plain():
    be_deterministic()
    return probe(CPU)


def test_a_repeat_has_the_same_bits(plain):
    assert probe(CPU) == plain
    assert plain["inference"] != plain["training"] and all(len(value) == 64 for value in plain.values())


@pytest.mark.parametrize("extra", [{"deterministic": True}, {"deterministic": False}, {"onednn": True}], ids=str)
def test_what_does_nothing_on_a_cpu_is_found(plain, extra):
    assert probe({**CPU, **extra}) == plain


def test_tf32_does_nothing_on_a_cpu_without_it(plain):
    if {"amx_tf32", "amx_fp16"} & {*processor()["capability"].split()}:
        pytest.skip("this processor may have it")
    assert probe({**CPU, "precision": "tf32"}) == plain


@pytest.mark.parametrize(
    "extra",
    [{"precision": "float64"}, {"precision": "bfloat16"}, {"mantissa": 10}, {"mantissa": 22}, {"engine": "kernels"}],
    ids=str,
)
def test_what_rounds_otherwise_is_found_in_both(plain, extra):
    found = probe({**CPU, **extra})
    assert found["inference"] != plain["inference"] and found["training"] != plain["training"]
    assert probe({**CPU, **extra}) == found


def test_a_reversed_batch_changes_training_alone(plain):
    found = probe({**CPU, "batch_order": "reversed"})
    assert found["inference"] == plain["inference"] and found["training"] != plain["training"]


@pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"), reason="seen on processors with AVX2"
)
@pytest.mark.parametrize("extra", [{"memory_format": "contiguous"}, {"onednn": False}], ids=str)
def test_other_kernels_sum_in_another_order(plain, extra):
    assert probe({**CPU, **extra})["training"] != plain["training"]
