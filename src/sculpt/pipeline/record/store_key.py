"""What decides the bytes of a job, as the name of its entry in a store; and whether its files here are up to date.

A key is made of the rule, the canonical settings, the source identity, the hashes of the inputs in their roles and the
hardware. Neither the experiment's name nor a path is in it: another experiment, branch or clone finds the same nodes.
Raw images are in no key either: a data set of one name is taken to be the same everywhere. A folder of one's own images
is not: the job that reads it has the contents of all of them in its key, and not the folder's path.
"""

import hashlib
import json
from pathlib import Path

from sculpt.core.image_folder import contents
from sculpt.pipeline.dag.job import Job, canonical
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import Fingerprint, hardware


def job_key(job: Job, digests: records.Digests, made_on: Fingerprint) -> str:
    """The name of a job's entry: equal for two jobs just where they compute the same bytes.

    made_on: the fingerprint of the machine. Of its libraries, the source identity names those that the job imports.
    Raises FolderError where a job's own images cannot be read.
    """
    inputs = {role: [digests[file] for file in files] for role, files in job.inputs.items()}
    parts = [job.rule, job.config, job.source, inputs, hardware(made_on)]
    if job.images is not None:
        settings = json.loads(job.config)
        del settings["data"]["path"]
        parts[1] = [canonical(settings), contents(Path(job.images))]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def params_of(job: Job) -> list[str]:
    """A job's settings and source identity as Snakemake's record of it has them."""
    return sorted([repr(job.config), repr(job.source)])


def is_current(job: Job, root: Path, digests: records.Digests) -> bool:
    """Whether a job's files are what the present settings, code and inputs gave, by the records and by their bytes."""
    checksums = {file: f"sha256:{digests[file]}" for file in job.input_files}
    for output in job.outputs:
        record = records.read(root, output)
        if record is None or digests[output] is None:
            return False
        if record["params"] != params_of(job) or record["input_checksums"] != checksums:
            return False
    return not altered_outputs(job, root, digests)


def altered_outputs(job: Job, root: Path, digests: records.Digests) -> list[str]:
    """The outputs whose bytes are not those that the job made."""
    found = {output: records.read(root, output) or {} for output in job.outputs if digests[output]}
    return [file for file, record in found.items() if "made" in record and record["made"]["sha256"] != digests[file]]
