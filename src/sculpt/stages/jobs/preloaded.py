"""A parent process that has imported torch and forks a child for each job of one run on one machine.

The parent never computes: it has no threads and no CUDA context that a fork would break, and a child computes the same
bits as a process of its own. `sculpt.pipeline.run.preloaded` starts it.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback

from sculpt.engine.library import declarations
from sculpt.pipeline.record.fingerprint import fingerprint
from sculpt.pipeline.run.bound import end_with
from sculpt.stages.jobs.process import perform

PRELOAD = (
    "sculpt.stages.initialize",
    "sculpt.stages.generate_mask",
    "sculpt.stages.train_node",
    "sculpt.stages.evaluate",
    "sculpt.stages.analyse",
    "sculpt.stages.look_at_hardware",
    "sculpt.training.engines.kernels",
    "sculpt.training.engines.torch",
    "matplotlib.figure",
)
"""What most jobs import, or several import late."""


def serve(listener: socket.socket, at_once: bool) -> None:
    """Fork a child for each connection, until standard input closes: at the run's end, however it ends.

    at_once: whether what the children need is imported now, or when the first of them is asked for.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted run ends its jobs by closing their connections
    here, loaded = os.getpid(), at_once
    if at_once:
        _load()
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        if not loaded:
            _load()
            loaded = True
        connection, _ = listener.accept()
        if os.fork() == 0:
            end_with(here)
            listener.close()
            _be_job(connection)
        connection.close()


def _load() -> None:
    for module in PRELOAD:
        importlib.import_module(module)
    fingerprint("cpu")  # the children inherit what it has looked up
    declarations()  # and what the header of the kernels says
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system clears ended children away


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
        perform(stage, arguments)
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
    serve(socket.socket(fileno=int(sys.argv[1])), at_once=len(sys.argv) > 2)
