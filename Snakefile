import atexit
import gc
import json
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

from sculpt.core.processes import PARENTS

# The objects of a DAG all live to the end of the run: looking for garbage among them takes a seventh of a plan.
# Neither does Python look for it once more at the end, which is a tenth of a plan.
gc.set_threshold(200_000, 20, 20)
atexit.register(gc.freeze)

# The stages run in the environment that runs Snakemake, without naming it in any command.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
os.environ["OMP_NUM_THREADS"] = "1"
if workflow.remote_exec:
    # A cluster has given this job its device, and the run's preloaded parents are out of what it has been given.
    os.environ.pop(PARENTS, None)
elif jobs_on_gpus := workflow.global_resources.get("gpu").value:
    os.environ["SCULPT_GPU_JOBS"] = str(jobs_on_gpus)


include: "rules/common.smk"
include: "rules/data.smk"
include: "rules/masks.smk"
include: "rules/dense.smk"
include: "rules/cyclic.smk"
include: "rules/sculpt.smk"
include: "rules/iterative.smk"
include: "rules/evaluate.smk"
include: "rules/analyse.smk"
include: "rules/hardware.smk"
include: "rules/summary.smk"
include: "rules/compare.smk"
include: "rules/claims.smk"
include: "rules/figures.smk"
include: "rules/report.smk"
include: "rules/targets.smk"


# Every file, not the figures alone: Snakemake would not miss an intermediate file whose users are there.
rule all:
    default_target: True
    input:
        [file for files in FOLDERS.values() for file in files],
    localrule: True


# Whoever plans brings records and checks files while the above is read, and then closes our input.
if config.get("held"):
    sys.stdin.read()


onstart:
    # Cores, or the profile's `jobs`, limit what starts at once. To limit the starts a second too, Snakemake wakes up
    # each second once for every job that has ended, and most of what it does in a run is that.
    # A cluster keeps its limit.
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None
