"""The preloaded parents of a run: one for each environment that its jobs start with.

A library reads some variables when it is imported, so a process that is forked after that must have had them before.
Jobs find the parents through an environment variable that only this run sets, so a cluster, or snakemake started by
hand, does without them.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from sculpt.core.processes import PARENTS, address
from sculpt.pipeline.run.bound import end_with

Environment = dict[str, str]


@contextmanager
def preloaded(environments: Iterable[Environment], *, at_once: bool = False) -> Iterator[Environment]:
    """Keep a parent for each of these environments for the time of the block; yields the environment of the run.

    environments: the variables that the jobs' settings ask for (`sculpt.core.processes.environment_of`); equal ones
    share a parent. at_once: whether the parents import what jobs need before the first of them asks; a run that has
    nothing to do needs none of it. On Linux alone: elsewhere the libraries that a parent has loaded do not bear a fork.
    """
    if sys.platform != "linux":
        yield dict(os.environ)
        return
    with ExitStack() as parents:
        folder = parents.enter_context(tempfile.TemporaryDirectory(prefix="sculpt-"))
        for socket_file, environment in {address(folder, each): each for each in environments}.items():
            parents.enter_context(_parent(socket_file, environment, at_once))
        yield {**os.environ, PARENTS: folder}


@contextmanager
def _parent(socket_file: str, environment: Environment, at_once: bool) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(socket_file)
        listener.listen(1024)  # jobs that come before the imports are done wait in this queue
        fd = listener.fileno()
        parent = subprocess.Popen(
            [sys.executable, "-m", "sculpt.stages.jobs.preloaded", str(fd), *(["at once"] if at_once else [])],
            pass_fds=[fd],
            stdin=subprocess.PIPE,
            env={**os.environ, **environment},
            preexec_fn=partial(end_with, os.getpid()),
        )
    try:  # the listener is closed here, else jobs would wait for a parent that is gone
        yield
    finally:
        parent.terminate()
        parent.wait()
