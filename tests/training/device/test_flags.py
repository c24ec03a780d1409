"""The switches of a profile: every one is set, and says so when it is read back, whatever profile came before."""

import pytest
import torch
from small_nodes import data, empty_network, settings

from sculpt.training.device.flags import read_flags, set_flags
from sculpt.training.engine import started

CPU = torch.device("cpu")
PLAIN = {"device": "cpu", "precision": "float32"}
READ = {
    "precision": {
        "tf32": {
            "float32_matmul_precision": "high",
            "onednn_conv_fp32_precision": "tf32",
            "onednn_matmul_fp32_precision": "tf32",
            "cudnn_allow_tf32": True,
            "cudnn_conv_fp32_precision": "tf32",
            "cuda_matmul_fp32_precision": "tf32",
        },
        "bfloat16": {"autocast": "bfloat16"},
        "float16": {"autocast": "float16"},
        "float64": {},
    },
    "deterministic": {False: {"deterministic_algorithms": False, "cudnn_benchmark": True}, True: {}},
    "onednn": {False: {"onednn_enabled": False}, True: {}},
    "memory_format": {"contiguous": {}},
    "batch_order": {"reversed": {}},
    "mantissa": {10: {}},
}
"""What differs from the plain profile where it is read back."""


def read(profile):
    set_flags(profile)
    return read_flags(profile, CPU)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in READ.items() for value in values])
def test_every_switch_says_what_was_set_and_goes_back(key, value):
    plain = read(PLAIN)
    assert read({**PLAIN, key: value}) == {**plain, **READ[key][value]}
    assert read(PLAIN) == plain


def test_the_plain_profile_is_the_one_that_jobs_had_before_there_were_others():
    found = read(PLAIN)
    assert found["deterministic_algorithms"] and not found["deterministic_warn_only"] and found["onednn_enabled"]
    assert not found["cudnn_benchmark"] and not found["fill_uninitialized_memory"] and found["autocast"] is None
    assert {value for name, value in found.items() if name.endswith("fp32_precision")} <= {"ieee", "none"}
    assert found["float32_matmul_precision"] == "highest" and found["device"] == "cpu"


def test_threads_stay_as_they_are():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    assert read(PLAIN)["threads"] == 2
    torch.set_num_threads(before)


def test_an_engine_computes_with_the_switches_of_its_profile():
    network = empty_network((0, 1), data((0, 1)))
    started(settings((0, 1), profile={**PLAIN, "onednn": False}), network)
    assert not torch.backends.mkldnn.enabled
    started(settings((0, 1)), network)
    assert torch.backends.mkldnn.enabled
