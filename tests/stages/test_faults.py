"""A fault of the machine as one line; any other stays what it is."""

import json
import os
from pathlib import Path

import pytest
import torch

from sculpt.stages.jobs.faults import machine_fault
from sculpt.stages.jobs.job import Job, run

CUDA = (
    "CUDA out of memory. Tried to allocate 20.50 GiB. GPU 0 has a total capacity of 139.72 GiB of which 1.25 GiB is "
    "free. Including non-PyTorch memory, this process has 138.00 GiB memory in use.\nSee documentation"
)


@pytest.mark.parametrize(
    ("config", "lower"),
    [
        (
            {"seeds": [0, 1, 2], "training": {"batch_size": 512}},
            ["replicates (now 3)", "training.batch_size (now 512)"],
        ),
        ({"seeds": [0], "training": {"batch_size": 512}}, ["training.batch_size (now 512)"]),
        (
            {"seeds": [0], "criterion": {"name": "snip", "samples_per_class": 10}},
            ["samples_per_class of snip (now 10)"],
        ),
        (
            {"seeds": [0], "prune": {"density": 0.1, "criterion": {"name": "grasp", "samples_per_class": 5}}},
            ["samples_per_class of grasp (now 5)"],
        ),
        ({"seeds": [0, 1], "criterion": {"name": "erk"}}, ["replicates (now 2)"]),
        ({"seeds": [0], "nodes": ["cycle_1"]}, ["BATCH in sculpt.training.evaluation"]),
    ],
)
def test_out_of_memory_on_a_device_names_what_there_is_and_what_to_lower(config, lower):
    first = "the number of jobs at once (cores, or resources: gpu, of the Snakemake profile)"
    assert machine_fault(torch.OutOfMemoryError(CUDA), config) == (
        "out of memory: 20.50 GiB more were asked for, the device has 139.72 GiB, 1.25 GiB of it free; lower "
        + ", or ".join([first, *lower])
    )


@pytest.mark.parametrize(
    ("error", "has"),
    [
        (torch.AcceleratorError("CUDA error: out of memory\nCompile with"), "the device is full"),
        (
            RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
            "the device is full",
        ),
        (RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"), "the device is full"),
        (
            torch.OutOfMemoryError(CUDA.replace("1.25 GiB is", "0 bytes is")),
            "20.50 GiB more were asked for",
        ),
        (MemoryError(), "this machine has "),
    ],
)
def test_memory_of_which_there_is_none_or_nothing_is_known(error, has):
    assert machine_fault(error, {"seeds": [0, 1]}).startswith(f"out of memory: {has}")


@pytest.mark.parametrize(
    "error", [RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), torch.AcceleratorError("x")]
)
def test_a_device_that_fails_is_named_with_the_notes(error):
    error.add_note("the job stands here")
    assert machine_fault(error, {}) == f"the device failed: {error}; the job stands here"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        torch.AcceleratorError("CUDA error: operation not permitted when stream is capturing"),
    ],
)
def test_any_other_fault_is_not_of_the_machine(error):
    assert machine_fault(error, {"seeds": [0]}) is None


@pytest.mark.parametrize(
    ("cause", "fault"),
    [
        (torch.OutOfMemoryError(CUDA), "out of memory: 20.50 GiB more"),
        (
            torch.AcceleratorError("CUDA error: an illegal instruction was encountered"),
            "the device failed: CUDA error: an",
        ),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), None),
    ],
)
def test_what_broke_a_capture_is_the_fault(cause, fault):
    try:
        try:
            raise cause
        finally:
            raise torch.AcceleratorError("CUDA error: operation failed due to a previous error during capture")
    except RuntimeError as error:
        found = machine_fault(error, {"seeds": [0]})
    assert found is None if fault is None else found.startswith(fault)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full, which stands in for a full disk")
def test_a_log_that_cannot_be_written_is_one_line(tmp_path, capfd):
    (tmp_path / "log").symlink_to("/dev/full")
    config = json.dumps({"seeds": [0], "model": {"name": "resnet20", "width": 4}})
    with pytest.raises(SystemExit, match="1"):
        run("initialize", ["--label", "init", "--log", f"{tmp_path}/log", "--config", config, "--data", f"{tmp_path}"])
    assert capfd.readouterr().err.split("\n\n") == [
        f"\ninit: error: {tmp_path}/data.json: no such file",
        f"init: error: {tmp_path}/log: No space left on device\n",
    ]


def test_what_nobody_expected_is_in_the_log_whole(tmp_path):
    where = ["--label", "init", "--log", f"{tmp_path}/log", "--data", f"{tmp_path}"]
    with pytest.raises(KeyError):
        run("initialize", [*where, "--config", "{}"])
    assert "Traceback" in (text := (tmp_path / "log").read_text()) and "KeyError: 'seeds'" in text


def test_a_line_within_a_message_of_snakemake_stays_whole(tmp_path, capfd):
    job = Job("cycle_1", tmp_path / "log")
    os.write(2, b"Finished jobid: 3")
    job.tell("loss 0.1")
    os.write(2, b"\n")
    assert "cycle_1: loss 0.1" in capfd.readouterr().err.splitlines()
