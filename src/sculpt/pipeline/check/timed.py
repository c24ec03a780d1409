"""Files that hold times: no two runs write the same bytes there, and none of them is expected to."""

import json
from collections.abc import Iterable

from sculpt.core.kinds import ANALYSES
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.dag.look import ANALYSE
from sculpt.pipeline.dag.report import SUMMARY


def timed_files(jobs: Iterable[Job]) -> set[str]:
    """The tables of analyses that say `TIMED = True`, and all that figures and claims make of them.

    jobs: of one experiment, each after those whose outputs it needs.
    """
    labels: set[str] = set()
    found: set[str] = set()
    for job in jobs:
        if job.rule == ANALYSE.name:
            if ANALYSES.constant(json.loads(job.config)["analysis"]["name"], "TIMED", False):
                labels.add(job.wildcards["analysis"])
                found |= set(job.outputs)
        elif job.rule == SUMMARY.name:  # whose other tables hold no times
            found |= {job.files[f"analysis_{label}"] for label in labels}
        elif found & set(job.input_files):
            found |= set(job.outputs)
    return found
