"""All stages, and the jobs of an experiment."""

from sculpt.params.experiment import Experiment, described
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.hardware import COMPARE, HARDWARE
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.dag.look import ANALYSE, EVALUATE
from sculpt.pipeline.dag.prepare import DATA, INIT, MASKS
from sculpt.pipeline.dag.report import CLAIMS_STAGE, FIGURES_STAGE, SUMMARY
from sculpt.pipeline.dag.train import CYCLIC, DENSE, ITERATIVE, SCULPT

STAGES = (
    DATA,
    INIT,
    MASKS,
    DENSE,
    ITERATIVE,
    CYCLIC,
    SCULPT,
    EVALUATE,
    ANALYSE,
    HARDWARE,
    SUMMARY,
    COMPARE,
    CLAIMS_STAGE,
    FIGURES_STAGE,
)
"""Each after those whose files it reads."""


def all_jobs(name: str, experiment: Experiment) -> list[Job]:
    """The jobs of the experiment called `name`, each after those whose outputs it needs."""
    grid = Grid(name, described(experiment))
    return [job for stage in STAGES for job in stage.all_jobs(grid)]


def owned_files(name: str, experiment: Experiment) -> set[str]:
    """Every file below results/<name> and figures/<name> that a job of the experiment makes."""
    return {file for job in all_jobs(name, experiment) for file in job.outputs}
