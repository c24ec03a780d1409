"""One job in a process: the stage itself, and a note of what this process computed on."""

import json
import sys

from sculpt.pipeline.record.fingerprint import leave_note
from sculpt.stages.jobs.job import run


def perform(stage: str, arguments: list[str]) -> None:
    """Run a stage and leave the fingerprint of this process beside its log, for whoever records the job."""
    run(stage, arguments)
    settings = json.loads(argument(arguments, "--config"))
    leave_note(argument(arguments, "--log"), settings, _device())


def argument(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def _device() -> str:
    """The device that this process has used: a process that has not started CUDA has computed on the processor."""
    torch = sys.modules.get("torch")
    return torch.cuda.get_device_name() if torch and torch.cuda.is_initialized() else "cpu"
