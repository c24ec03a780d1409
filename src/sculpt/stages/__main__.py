"""Run a stage: `python -m sculpt.stages <stage> <arguments>`.

Where a run has a preloaded parent (`sculpt.pipeline.run.preloaded`), the stage runs in a child forked from it, which saves
the second that importing torch takes; elsewhere it runs right here. Nothing heavy is imported before that
is known.
"""

import json
import os
import socket
import sys
from contextlib import suppress

ADDRESS = "SCULPT_PRELOADED"
ELSEWHERE = "SCULPT_ELSEWHERE"
"""Set where a cluster runs a job: whoever records it is on another machine, and needs to be told of this one."""


def run_in_child(address: str, stage: str, arguments: list[str]) -> int | None:
    """The exit code of the stage, run by a child of the parent that listens at `address`; None where nobody does."""
    label = arguments[arguments.index("--label") + 1] if "--label" in arguments else stage
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(address)
        except ConnectionRefusedError:
            sys.exit(f"{label}: the process that its run forks jobs from was killed; the same command goes on")
        except OSError:
            return None
        request = json.dumps([stage, arguments, os.getcwd(), dict(os.environ)]).encode()
        answer = b""
        with suppress(ConnectionError):
            socket.send_fds(connection, [len(request).to_bytes(8, "big")], [0, 1, 2])
            connection.sendall(request)
            answer = connection.recv(1)
    if not answer:
        print(
            f"{label}: its process was killed; out of memory? then run fewer jobs at once: cores in "
            f"profiles/default/config.yaml, or in the profile that you name",
            file=sys.stderr,
        )
        return 1
    return answer[0]


def main() -> None:
    stage, *arguments = sys.argv[1:]
    address = os.environ.get(ADDRESS)
    code = run_in_child(address, stage, arguments) if address else None
    if code is None:
        from sculpt.stages.job import run

        run(stage, arguments)
        if ELSEWHERE in os.environ:
            from sculpt.pipeline.record.fingerprint import leave_note

            leave_note(arguments[arguments.index("--log") + 1])
    else:
        sys.exit(code)


if __name__ == "__main__":
    main()
