"""What a person sees of a run: the jobs' own lines, how far it is, and faults without Snakemake's page-long context."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from sculpt.pipeline.run.bound import end_with

SECONDS_BETWEEN_LINES = 5.0
SECONDS_TO_END = 30.0

_DONE = re.compile(r"^(\d+) of (\d+) steps \(\d+%\) done$")
_BAR = re.compile(r"^={20,}$")
_NOISE = re.compile(
    # what Snakemake says of itself, of the choice of jobs and of each job's start
    r"^\s*$|^\[\w{3} \w{3} +\d+ |^Job \d+: |^Select jobs|^Execute \d+ jobs|^Finished jobid|^Using |^Assuming "
    r"|^localrule |^Building DAG|^Complete log|^Elapsed time|^Removing output|^Provided cores|^Rules claiming"
    r"|^Job stats|^job +count$|^-+ +-+$|^\w+ +\d+$"
    # its account of a failed job, whose own line and log say it better
    r"|^RuleException|^CalledProcessError|^Command \'|^Error in rule |^    |^Logfile |^WorkflowError:$"
    r"|^At least one job did not|^Exiting because"
)


def counted(count: int, noun: str) -> str:
    """A number of things: 1 file, 2 files."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def follow(command: list[str], environment: dict[str, str]) -> int:
    """Run Snakemake and show what matters of its output; gives its exit code. All of it is in .snakemake/log.

    Snakemake and its jobs are a process group of their own, and end before an interruption leaves this function.
    """
    process = subprocess.Popen(
        [*command, "--quiet", "host", "reason"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        process_group=0,
        preexec_fn=partial(_begin, os.getpid()),
    )
    try:
        _show(process.stderr)
        return process.wait()
    except BaseException:  # Ctrl-C, a signal, or nobody who reads these lines any more
        _end(process)
        raise


def _show(lines: Iterable[str]) -> None:
    start = told = time.monotonic()
    in_log = False  # a failed job's log, which Snakemake shows between two bars: the job's own line says what failed
    for line in lines:
        if _BAR.match(line):
            in_log = not in_log
        elif in_log:
            continue
        elif step := _DONE.match(line):
            # The last step is the target itself.
            done, total, now = int(step[1]), int(step[2]) - 1, time.monotonic()
            if now - told > SECONDS_BETWEEN_LINES and done < total:
                told = now
                left = (now - start) / done * (total - done)
                print(f"-- {done} of {total} jobs done, about {left:.0f} s left", file=sys.stderr)
        elif not _NOISE.match(line):
            print(line, end="", file=sys.stderr, flush=True)


def _begin(parent: int) -> None:
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what a shell starts with & ignores it, and Snakemake is to end by it


def _end(process: subprocess.Popen) -> None:
    """End Snakemake and its jobs as Ctrl-C would, and what does not end by it by force."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=SECONDS_TO_END)  # until no job has its end of the pipe any more
            return
