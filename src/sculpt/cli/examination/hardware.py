"""The checks of the stages of the section `hardware`: looks, and the tables that are made of them."""

from functools import partial
from pathlib import PurePath

from sculpt.cli.examination.findings import Findings, settings_of
from sculpt.core.files import WEIGHTS, ArtifactError
from sculpt.core.machines import MACHINE, SPLITS, digest_of, read_machine
from sculpt.core.outcomes import read_outcomes
from sculpt.invariants.looks import machine_is, outcomes_complete
from sculpt.pipeline.dag.job import Job
from sculpt.stages.artifacts.looks import look_of, read_splits
from sculpt.stages.compare_hardware import places, tables


def look(found: Findings, job: Job) -> None:
    """One look; the bytes that it was made from are judged by their own jobs."""
    config, (outcomes, machine) = settings_of(job), (job.files["outcomes"], job.files["machine"])
    if not found.damaged.isdisjoint((outcomes, machine, *job.input_files)):
        return
    weights = [file for file in job.inputs["nodes"] if file.endswith(f"/{WEIGHTS}")]
    images = {PurePath(file).stem: file for file in job.inputs["data"] if PurePath(file).stem in SPLITS}
    of_files = partial(
        machine_is,
        profile=config["profile"],
        weights={node: digest_of(found.root / file) for node, file in zip(config["nodes"], weights, strict=True)},
        splits={split: digest_of(found.root / file) for split, file in images.items()},
    )
    said = found.examine(machine, read_machine, of_files)
    if said is None:
        return
    if said["outcomes"] != digest_of(found.root / outcomes):
        found.fault(outcomes, f"is not what {MACHINE} beside it tells of")
    else:
        complete = partial(
            outcomes_complete,
            seeds=config["seeds"],
            nodes=config["nodes"],
            facts=found.facts,
            available=said["available"],
        )
        found.examine(outcomes, read_outcomes, complete)


def comparison(found: Findings, job: Job) -> None:
    """Both tables, where all that they are made from is sound; a fault of another machine's files is the tables'."""
    if not found.damaged.isdisjoint(job.input_files):
        return
    config, hardware = settings_of(job), PurePath(job.inputs["outcomes"][0]).parents[3]
    try:
        here = {place: look_of(found.root / hardware, *place) for place in places(config)}
        made = tables(config, read_splits((found.root / job.inputs["data"][0]).parent), here)
    except ArtifactError as error:
        found.fault(job.files["hardware"], f"cannot be made anew: {error}")
        return
    for name, table in zip(("hardware", "profiles"), made, strict=True):
        found.table(job.files[name], table, "the looks at the hardware give")
