"""Run a stage: `python -m sculpt.stages <stage> <arguments>`, in the environment that its execution profile says.

Where a run has a preloaded parent of that environment (`sculpt.stages.jobs.preloaded`), the stage runs in a child
forked from it, which saves the second that importing torch takes. Elsewhere it runs right here. No library that reads
its environment is imported before that is known.
"""

import json
import os
import socket
import sys
from contextlib import suppress

from sculpt.core.processes import PARENTS, address, environment_of


def run_in_child(parent: str, stage: str, arguments: list[str]) -> int | None:
    """The exit code of the stage, run by a child of the parent that listens at that socket; None where none does."""
    label = arguments[arguments.index("--label") + 1] if "--label" in arguments else stage
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(parent)
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
    config = arguments[arguments.index("--config") + 1] if "--config" in arguments else "{}"
    environment = environment_of(json.loads(config))
    os.environ.update(environment)
    parents = os.environ.get(PARENTS)
    code = run_in_child(address(parents, environment), stage, arguments) if parents else None
    if code is None:
        from sculpt.stages.jobs.process import perform

        perform(stage, arguments)
    else:
        sys.exit(code)


if __name__ == "__main__":
    main()
