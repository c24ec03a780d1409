"""Jobs that compute nothing, with files and with Snakemake's records as a run would leave them."""

import json
from pathlib import Path

from sculpt.pipeline.dag.job import Job, canonical
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import _note, expected
from sculpt.pipeline.record.store_key import params_of


def job(label: str, inputs: dict[str, list[str]] | None = None, outputs: tuple[str, ...] = (), **given) -> Job:
    """A job of the experiment `toy`, called `label`, which makes results/toy/<label>.csv and more."""
    files = (f"results/toy/{label}.csv", *outputs)
    return Job(
        **{
            "rule": "evaluate",
            "wildcards": {},
            "label": label,
            "message": f"evaluate {label}",
            "program": "judge",
            "chosen": (),
            "config": canonical({"label": label}),
            "inputs": inputs or {},
            "files": {str(number): file for number, file in enumerate(files)},
            "log": f"logs/toy/{label}.log",
            "threads": 1,
            "device": None,
            "environment": {},
            "partition": None,
            "minutes": 1,
            "origins": {},
            **given,
        }
    )


def ran(job: Job, root: Path, content: str = "", device: str | None = None) -> None:
    """Leave what a finished job leaves: outputs, records, and its note, where a device is given, of a run on that."""
    digests = records.Digests(root)
    for output in job.outputs:
        (root / output).parent.mkdir(parents=True, exist_ok=True)
        (root / output).write_text(content or f"{job.label}\n")
        record = {
            "rule": job.rule,
            "params": params_of(job),
            "code": f"python -m sculpt.stages {job.program}",
            "software_stack_hash": "",
            "input": sorted(job.input_files),
            "input_checksums": {file: f"sha256:{digests[file]}" for file in job.input_files},
            "log": [job.log],
            "record_format_version": records.FORMAT,
        }
        records.write(root, output, record)
    if device:
        note = _note(root / job.log)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({**expected(job), "device": device}))
