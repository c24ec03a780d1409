"""What a person sees of a run: the jobs' own lines, how far it is, and faults without Snakemake's page-long context."""

import re
import subprocess
import sys
import time

SECONDS_BETWEEN_LINES = 5.0

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


def follow(command: list[str], environment: dict[str, str]) -> int:
    """Run Snakemake and show what matters of its output; gives its exit code. All of it is in .snakemake/log."""
    start = told = time.monotonic()
    command = [*command, "--quiet", "host", "reason"]
    in_log = False  # a failed job's log, which Snakemake shows between two bars: the job's own line says what failed
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stderr:
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
    return process.returncode
