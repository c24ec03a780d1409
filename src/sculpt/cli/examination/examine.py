"""One pass over the artifacts of an experiment, whoever made them and whatever the locks say.

The jobs say which files there are and from what settings; each program has its checks. A file that fails is no ground
to judge others on: what is made from it is then left unjudged.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch

from sculpt.cli.examination.findings import Findings
from sculpt.cli.examination.hardware import comparison, look
from sculpt.cli.examination.nodes import drawn_mask, initial_weights, prepared_data, trained_node
from sculpt.cli.examination.reports import analysis, claims, evaluation, figure, summary
from sculpt.core.errors import Fault
from sculpt.pipeline.dag.job import Job

CHECKS: dict[str, Callable[[Findings, Job], Any]] = {
    "prepare_data": prepared_data,
    "initialize": initial_weights,
    "generate_mask": drawn_mask,
    "train_node": trained_node,
    "evaluate": evaluation,
    "analyse": analysis,
    "look_at_hardware": look,
    "compare_hardware": comparison,
    "summarise": summary,
    "judge": claims,
    "plot": figure,
}
"""Program of a job -> what its outputs are examined by."""


def examine(jobs: Iterable[Job], root: Path, damaged: frozenset[str] = frozenset()) -> list[Fault]:
    """Every fault within what these jobs make, in the repository at `root`; each job after those that it needs.

    damaged: files that are known not to be what a job wrote; they are not looked at again.
    """
    torch.set_num_threads(1)  # the tensors are small: threads would only wait for each other
    found = Findings(root, set(damaged))
    for job in jobs:
        CHECKS[job.program](found, job)
        if found.facts is None:  # the first job's; without them nobody knows how large anything is
            break
    return found.faults
