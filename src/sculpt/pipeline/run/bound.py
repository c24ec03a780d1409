"""Processes that end with the one that started them, however it ends: also where it had no time to end them."""

import ctypes
import os
import signal
import sys

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1  # from sys/prctl.h


def end_with(parent: int) -> None:
    """Have Linux kill this process when the thread of `parent`, a process id, that started it ends. Elsewhere nothing.

    To be called between fork and exec, which keeps it; a fork of this process does without.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended already
            os._exit(1)
