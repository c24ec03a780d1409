"""Which CUDA device a job computes on, where a machine has several and a device bears several jobs.

A job holds a lease on its device, which is a lock on a file. The kernel frees it when the process ends, however it
ends, so no lease outlives its job.
"""

import fcntl
import os
import sys
import tempfile
import time
from functools import cache
from itertools import count
from pathlib import Path

import torch

AT_ONCE = "SCULPT_GPU_JOBS"
"""The environment variable that says how many jobs may hold a lease on this machine at once (Snakefile)."""
EACH = 4
"""Jobs on each device where no profile says how many."""
SECONDS = 0.5


@cache
def cuda_device() -> torch.device:
    """The CUDA device of this process, among those that CUDA_VISIBLE_DEVICES leaves, leased to its end.

    Only devices of the first one's kind take part: one run has one kind of device, which its records name.
    """
    devices = [torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())]
    alike = [index for index, device in enumerate(devices) if device.name == devices[0].name]
    at_once = int(os.environ.get(AT_ONCE, EACH * len(alike)))
    folder = Path(tempfile.gettempdir()) / f"sculpt-leases-{os.getuid()}"
    device = torch.device("cuda", alike[lease([str(devices[index].uuid) for index in alike], at_once, folder)])
    torch.cuda.set_device(device)
    return device


def lease(names: list[str], at_once: int, folder: Path) -> int:
    """Lease the device that has the fewest leases, until this process ends; returns its index in `names`.

    names: of the devices, the same in every process. at_once: the leases that all of them together bear, shared out
    evenly; waits while each has its share. folder: where the processes of one user on one machine meet.
    """
    each = -(-at_once // len(names))
    folder.mkdir(mode=0o700, exist_ok=True)
    told = False
    while (chosen := _least_leased(names, each, folder)) is None:
        if not told:
            print(f"a job waits: each of {len(names)} CUDA devices has its {each} jobs", file=sys.stderr)
            told = True
        time.sleep(SECONDS)
    return chosen


def _least_leased(names: list[str], each: int, folder: Path) -> int | None:
    """Lease the device that has the fewest leases, or none where that is `each`."""
    with (folder / "choosing").open("w") as choosing:
        fcntl.flock(choosing, fcntl.LOCK_EX)  # one process counts at a time
        places = [_place(folder, name) for name in names]
        leases = [taken for taken, _ in places]
        chosen = leases.index(min(leases)) if min(leases) < each else None
        for index, (_, place) in enumerate(places):
            if index != chosen:
                os.close(place)
    return chosen


def _place(folder: Path, name: str) -> tuple[int, int]:
    """How many leases a device has, and the descriptor of the locked file of a free place on it."""
    taken, free = 0, None
    for number in count():
        file = folder / f"{name}.{number}"
        if free is not None and not file.exists():
            break
        place = os.open(file, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            taken += 1
            os.close(place)
        else:
            if free is not None:
                os.close(free)
            free = place
    return taken, free
