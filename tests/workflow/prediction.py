"""Which jobs of a checkout would run, by the records of its last run and the descriptions of now, without Snakemake.

It is worked out in a fork of this process that takes up the checkout's own code, which is much faster than a process of
its own, and leaves this one as it is.
"""

import ast
import gc
import json
import os
import sys
from functools import cache
from pathlib import Path

PARSE = ast.parse


def predicted(folder: Path, experiment: str | None = None) -> set[str]:
    """The messages of the jobs that would run in a checkout; experiment: None for the one that params.yaml chooses."""
    trees = _trees()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            ast.parse = lambda source, *given, **more: trees.get(source) or PARSE(source, *given, **more)
            with open(writing, "w") as answer:
                json.dump(sorted(_waiting(folder, experiment)), answer)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, f"no prediction for {folder}"
    return set(json.loads(text))


@cache
def _trees() -> dict[bytes | str, ast.Module]:
    """The trees of this checkout's modules by their text, parsed once: a copy has edited few of them."""
    source = Path(__file__).parents[2] / "src"
    found = {path.read_bytes(): PARSE(path.read_bytes()) for path in source.rglob("*.py")}
    gc.freeze()  # else each fork looks for garbage among them
    return found


def _waiting(folder: Path, experiment: str | None) -> set[str]:
    for name in [name for name in sys.modules if name.partition(".")[0] == "sculpt"]:
        del sys.modules[name]
    sys.path.insert(0, str(folder / "src"))
    os.chdir(folder)
    from sculpt.params.load import load
    from sculpt.pipeline.dag.experiment import all_jobs
    from sculpt.pipeline.record.records import Digests
    from sculpt.pipeline.record.store import is_current

    digests, made_again, messages = Digests(Path(".")), set(), set()
    for job in all_jobs(*load(Path("params.yaml")).select(experiment)):
        if not made_again.isdisjoint(job.input_files) or not is_current(job, Path("."), digests):
            made_again.update(job.outputs)
            messages.add(job.message)
    return messages
