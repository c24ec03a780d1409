"""Exactly what each edit runs again: nothing stale is kept, nothing fresh is run."""

import shutil
import subprocess
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import reduce
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import planned
from edits import EDITS, Edit, document
from prediction import predicted

from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.record.dvc_record import read_yaml

ROOT = Path(__file__).parents[2]
BY_NAME = {edit.name: edit for edit in EDITS}


@dataclass
class Outcome:
    """plan: the planned jobs' lines. ran: the messages of the jobs that ran. run: the run itself."""

    plan: list[str]
    ran: set[str]
    run: subprocess.CompletedProcess


@pytest.fixture(scope="module")
def outcomes(request, finished, tmp_path_factory) -> dict[str, Future[Outcome]]:
    """Every edit that this session's tests ask for, made, planned and run: two at a time, since a start is serial."""
    here = (item for item in request.session.items if item.path == request.path and "outcomes" in item.fixturenames)
    asked = {item.callspec.params["name"] for item in here}
    with ThreadPoolExecutor(2) as pool:
        yield {
            name: pool.submit(carry_out, BY_NAME[name], finished, tmp_path_factory.mktemp("edit"))
            for name in BY_NAME
            if name in asked
        }
        pool.shutdown(cancel_futures=True)


def carry_out(edit: Edit, finished, folder: Path) -> Outcome:
    shutil.copytree(finished.folder, folder, symlinks=True, dirs_exist_ok=True)
    copy = replace(finished, folder=folder)
    copy.edit("params.yaml", ("recorded: [tiny]", "recorded: []"))  # DVC's own record runs no job, and takes seconds
    edit.do(folder)
    plan = planned(copy.run("sculpt.cli.main", "plan", "--verbose"))
    # A job writes its log when it starts, so the logs that are there after the run are those of the jobs that ran.
    logs = folder / "logs/tiny"
    shutil.rmtree(logs)
    run = copy.run("sculpt.cli.main", "reproduce")  # not in a fork: two threads do this
    messages = {job.log: job.message for job in all_jobs("tiny", load(folder / "params.yaml").experiments["tiny"])}
    found = {messages[log.relative_to(folder).as_posix()] for log in logs.rglob("*.log")}
    return Outcome(plan, without_block(found), run)


def without_block(messages: Iterable[str]) -> set[str]:
    return {message.removesuffix(", seeds_0-1") for message in messages}


@pytest.mark.parametrize("name", BY_NAME)
def test_an_edit_touches_just_its_jobs(copy, name):
    edit = BY_NAME[name]
    if not edit.described:
        pytest.skip("what it edits stands in no description of a job; it is really run")
    edit.do(copy.folder)
    assert without_block(predicted(copy.folder)) == edit.jobs


@pytest.mark.parametrize("name", [pytest.param(e.name, marks=() if e.real else pytest.mark.campaign) for e in EDITS])
def test_an_edit_runs_what_it_touches(outcomes, name):
    edit, outcome = BY_NAME[name], outcomes[name].result()
    assert without_block(line.partition(": ")[0] for line in outcome.plan) == edit.jobs
    assert outcome.ran == edit.jobs, outcome.run.stderr
    assert outcome.run.returncode == int(edit.damages), outcome.run.stderr


def test_the_table_is_the_documents():
    assert (ROOT / "docs/incremental.md").read_text() == document(), (
        "python tests/workflow/edits.py > docs/incremental.md"
    )


CAUSES = [
    (
        ["the learning rate", "the optimizer's step"],
        {"train cycle_1": ["training.learning_rate: 0.1 -> 0.2", "sculpt.training.updates.sgd.SGD.step changed"]},
    ),
    (
        ["a claim's threshold", "a figure's width", "a newer matplotlib", "a deleted picture"],
        {
            "judge the claims": ["sculpt.claims.cheaper_than_lrr (outside its functions) changed"],
            "draw training_loss": [
                "figures.training_loss.width: 5.5 -> 6.0",
                f"matplotlib {version('matplotlib')} -> 99.0",
                "figures/tiny/training_loss.png not there",
            ],
        },
    ),
    (["a flipped byte in the summary"], {"gather the tables": ["its files are not what the lock says"]}),
]


@pytest.mark.parametrize(("names", "wanted"), CAUSES)
def test_the_plan_names_the_causes(copy, names, wanted):
    for name in names:
        BY_NAME[name].do(copy.folder)
    lines = {line.partition(": ")[0].removesuffix(", seeds_0-1"): line for line in copy.plan()}
    for job, causes in wanted.items():
        assert all(cause in lines[job] for cause in causes), lines[job]


def test_dvcs_stages_name_the_settings_that_their_jobs_use(finished, tmp_path):
    """Else `dvc repro` would pass over a stage whose jobs have changed, and its lock would hold what is gone."""
    stages = read_yaml(finished.folder / "dvc.yaml")["stages"]

    def used(folder: Path) -> dict[str, tuple[set[str], list[object]]]:
        """The settings of each stage's jobs, and what DVC compares of params.yaml for it."""
        params = read_yaml(folder / "params.yaml")
        made = all_jobs("tiny", load(folder / "params.yaml").experiments["tiny"])
        return {
            name: (
                {f"{job.label} {job.config}" for job in made if job.rule == name},
                [reduce(dict.get, key.split("."), params) for key in stage["foreach"]["tiny"]],
            )
            for name, stage in stages.items()
        }

    before, changed = used(finished.folder), set()
    for edit in EDITS:
        folder = tmp_path / edit.name
        folder.mkdir()
        shutil.copy(finished.folder / "params.yaml", folder)
        try:
            edit.do(folder)
        except FileNotFoundError:  # an edit of another file
            continue
        now = used(folder)
        touched = {name for name, (jobs, _) in now.items() if jobs != before[name][0]}
        for name in touched:
            remade = {f"results/${{key}}/{other}" for other in touched} & {*stages[name]["do"].get("deps", [])}
            assert remade or now[name][1] != before[name][1], f"{edit.name}: DVC would pass over {name}"
        changed |= touched
    assert changed == {*stages}
