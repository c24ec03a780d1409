"""What, beside code, settings and inputs, decides the bits that a job computes."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.core.engines import same_everywhere
from sculpt.core.processes import environment_of
from sculpt.core.processor import processor
from sculpt.pipeline.identity.closure import PACKAGE_ROOT, c_digest, c_sources
from sculpt.pipeline.identity.source import NUMERIC_LIBRARIES, installed_version

if TYPE_CHECKING:
    from sculpt.pipeline.dag.job import Job

Fingerprint = dict[str, Any]

_DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


def fingerprint(device: str, environment: Mapping[str, str] = os.environ) -> Fingerprint:
    """Processor, accelerator and numeric libraries, without a name of the machine. Equal fingerprints, equal bytes.

    The facts of `sculpt.core.processor`, and device: what the job computes on, `cpu` or a CUDA device's name;
    libraries: installed version of each. environment: that of the job's process, which may change the choice of
    kernels; without it, that of this process.
    """
    return {**processor(environment), "device": device, "libraries": dict(_libraries())}


def expected(job: "Job") -> Fingerprint:
    """The fingerprint that a job has on this machine, in the environment that its execution profile says."""
    device = "cpu" if job.device in (None, "cpu") else machine_device()
    settings = json.loads(job.config)
    return of_job(settings, fingerprint(device, {**os.environ, **environment_of(settings)}))


def of_job(settings: Mapping[str, Any], here: Fingerprint) -> Fingerprint:
    """What of this machine's fingerprint decides the bits of a job with these settings.

    A job that computes the same bits on every processor has, in place of the processor, the version of the kernels if
    it computes with them. A look at the hardware (whose settings have a take) tells of the machine itself.
    """
    if "take" in settings or not same_everywhere(settings):
        return here
    kernels = {"kernels": kernels_version()} if "profile" in settings else {}
    return {"processor": "any", **kernels, "device": "cpu", "libraries": here["libraries"]}


@cache
def kernels_version() -> str:
    """The version of the engine's kernels: a digest of what their sources say."""
    return c_digest(c_sources(PACKAGE_ROOT / "engine"))


def hardware(made_on: Fingerprint) -> Fingerprint:
    """A fingerprint without the libraries, of which a job's source identity names those that the job imports."""
    return {key: value for key, value in made_on.items() if key != "libraries"}


def leave_note(log: Path | str, settings: Mapping[str, Any], device: str) -> None:
    """Write the fingerprint of this process beside its job's log, for whoever records the job, maybe elsewhere."""
    _note(log).write_text(json.dumps(of_job(settings, fingerprint(device))))


def take_note(job: "Job", root: Path) -> Fingerprint:
    """The fingerprint that a job left beside its log, once; where it left none, the expected one."""
    note = _note(root / job.log)
    if not note.exists():
        return expected(job)
    left = json.loads(note.read_text())
    note.unlink()
    return left


@cache
def machine_device() -> str:
    """`cpu`, or the name of this machine's CUDA device."""
    # Only torch knows whether it can use a device; importing it costs a second, so not where there is none.
    if not any(os.path.exists(file) for file in _DEVICE_FILES):
        return "cpu"
    ask = "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else 'cpu')"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _note(log: Path | str) -> Path:
    return Path(log).with_suffix(".machine.json")


@cache
def _libraries() -> tuple[tuple[str, str], ...]:
    return tuple((library, installed_version(library)) for library in sorted(NUMERIC_LIBRARIES.values()))
