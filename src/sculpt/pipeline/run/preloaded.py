"""A parent process that has imported torch and forks a child for each job of one run on one machine.

Jobs find it through an environment variable that only this run sets, so a cluster, or snakemake started by hand, does
without it. The parent never computes: it has no threads and no CUDA context that a fork would break, and a child
computes the same bits as a process of its own.
"""

import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sculpt.pipeline.run.bound import end_with
from sculpt.stages.__main__ import ADDRESS
from sculpt.stages.job import run

PRELOAD = ("sculpt.stages.initialize", "sculpt.stages.generate_mask", "sculpt.stages.train_node")


@contextmanager
def preloaded() -> Iterator[dict[str, str]]:
    """Keep a parent for the time of the block; gives the environment in which jobs find it.

    On Linux alone: elsewhere the libraries that it has loaded do not bear a fork.
    """
    if sys.platform != "linux":
        yield dict(os.environ)
        return
    with tempfile.TemporaryDirectory(prefix="sculpt-") as folder, socket.socket(socket.AF_UNIX) as listener:
        address = str(Path(folder) / "jobs")
        listener.bind(address)
        listener.listen(1024)  # jobs that come before the imports are done wait in this queue
        fd = listener.fileno()
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "sculpt.pipeline.run.preloaded", str(fd)]
        parent = subprocess.Popen(
            command,
            pass_fds=[fd],
            stdin=subprocess.PIPE,
            env=environment,
            preexec_fn=partial(end_with, os.getpid()),
        )
        listener.close()  # else jobs would wait for a parent that is gone
        try:
            yield {**environment, ADDRESS: address}
        finally:
            parent.terminate()
            parent.wait()


def serve(listener: socket.socket) -> None:
    """Fork a child for each connection, until standard input closes: at the run's end, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted run ends its jobs by closing their connections
    for module in PRELOAD:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system clears ended children away
    here = os.getpid()
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            end_with(here)
            listener.close()
            _be_job(connection)
        connection.close()


def _be_job(connection: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    header, descriptors, _, _ = socket.recv_fds(connection, 8, 3)
    request = b""
    while len(request) < int.from_bytes(header, "big"):
        piece = connection.recv(1 << 20)
        if not piece:
            os._exit(1)  # whoever asked is gone
        request += piece
    stage, arguments, folder, environment = json.loads(request)
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    threading.Thread(target=_end_with, args=[connection], daemon=True).start()
    connection.send(bytes([_exit_code(stage, arguments)]))
    os._exit(0)


def _exit_code(stage: str, arguments: list[str]) -> int:
    try:
        run(stage, arguments)
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:  # the end of the process: what an interpreter does with an exception that nobody caught
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _end_with(connection: socket.socket) -> None:
    """End this process when the job that asked for it is gone."""
    connection.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
