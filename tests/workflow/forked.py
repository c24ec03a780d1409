"""A function that runs in a checkout with that checkout's own code, in a fork of this process.

What takes long to import is there already, so it costs a fraction of a process of its own; this one stays as it is.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Done:
    """As subprocess.CompletedProcess has it."""

    returncode: int
    stdout: str
    stderr: str


def forked(folder: Path, work: Callable[[], object], **environment: str) -> Done:
    """Call `work`, which imports what it needs of the checkout, there; what it prints, and its exit code."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            os._exit(_child(folder, work, environment, out.fileno(), err.fileno()))
        _, status = os.waitpid(child, 0)
        texts = [file.seek(0) or file.read() for file in (out, err)]
        return Done(os.waitstatus_to_exitcode(status), *texts)


def _child(folder: Path, work: Callable[[], object], environment: dict[str, str], out: int, err: int) -> int:
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "sculpt"]:
        del sys.modules[name]
    sys.path.insert(0, str(folder / "src"))
    os.environ.update({"PYTHONPATH": str(folder / "src"), **environment})
    os.chdir(folder)
    code = 0
    try:
        work()
    except SystemExit as stop:
        if isinstance(stop.code, str):
            print(stop.code, file=sys.stderr)
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code
