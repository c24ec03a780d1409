"""Execution profiles that a machine lacked when it was looked at: who has them now, and who is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sculpt.core.errors import SculptError
from sculpt.core.files import ArtifactError
from sculpt.core.machines import read_machine
from sculpt.core.processor import processor
from sculpt.params.complaints import show
from sculpt.pipeline.dag.hardware import COMPARE, HARDWARE
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import machine_device


class MachineError(SculptError):
    """What another machine has left is not where params.yaml says; the message names the folder."""


def look_again(jobs: list[Job], executor: str = "local", root: Path = Path(".")) -> list[str]:
    """Mark each look that lacked what its profile asks for, where that may be there now, so that its job runs again.

    That is on an executor other than `local`, on a machine with a CUDA device where there was none, and on a processor
    of other instructions where those were lacking. To be called after `bring_records`, before Snakemake starts. Returns
    the labels of these jobs.
    """
    found = [job for job, said in _unavailable(jobs, root) if executor != "local" or _is_another(said)]
    for job in found:
        for output in job.outputs:
            records.doubt(root, output)
    return [job.label for job in found]


def unavailable(jobs: list[Job], root: Path = Path(".")) -> dict[str, str]:
    """Each execution profile that was not available where its nodes were to be evaluated, and why."""
    return {job.wildcards["profile"]: said["why"] for job, said in _unavailable(jobs, root)}


def need_machines(name: str, jobs: list[Job], root: Path = Path(".")) -> None:
    """Raises MachineError where a folder of another machine is not there. name: of the experiment."""
    for job in (job for job in jobs if job.rule == COMPARE.name):
        for machine, folder in json.loads(job.config).get("machines", {}).items():
            if not (root / folder).is_dir():
                raise MachineError(
                    f"experiments.{name}.hardware.machines.{machine}: {show(folder)}; allowed: a folder that is there, "
                    f"copied from results/{name}/hardware of another machine"
                )


def _is_another(said: dict[str, Any]) -> bool:
    """Whether this machine has another device, or other instructions, than the one that lacked something."""
    if said["device"] == "cpu":
        return said["provenance"]["processor"]["capability"] != processor()["capability"]
    return machine_device() not in ("cpu", said["device"])


def _unavailable(jobs: list[Job], root: Path) -> Iterator[tuple[Job, dict[str, Any]]]:
    for job in (job for job in jobs if job.rule == HARDWARE.name):
        try:
            said = read_machine(root / job.files["machine"])
        except ArtifactError:  # not there yet, or damaged: its job runs in any case
            continue
        if not said["available"]:
            yield job, said
