"""What holds times runs alone, may be of some seeds only, and is in no comparison of bytes."""

import json
import os
from dataclasses import replace

import pandas as pd
import pytest
from full_experiment import experiment, jobs

from sculpt.invariants.tables import analysis_complete
from sculpt.pipeline.check.timed import timed_files

COSTS = {"name": "costs", "batch": 4, "rounds": 2, "methods": ["dense"]}
OVERLAP = {"name": "overlap", "methods": ["dense"]}


@pytest.fixture(scope="module")
def timed() -> list:
    return jobs(experiment(analyses={"overlap": OVERLAP, "times": COSTS}))


def test_its_job_asks_for_every_core_and_computes_on_those_of_its_profile(timed):
    found = {job.wildcards["analysis"]: job for job in timed if job.rule == "analyse"}
    assert found["times"].threads == os.cpu_count() and found["overlap"].threads == 1
    assert json.loads(found["times"].config)["profile"] == json.loads(found["overlap"].config)["profile"]


def test_its_table_and_that_of_the_runs_hold_times_and_no_other_of_the_summary(timed):
    found = timed_files(timed)
    blocks = ("seeds_0-1", "seeds_2-2")
    assert found == {
        *(f"results/rich/analyse/{block}/times/dense/cycle_1.csv" for block in blocks),
        "results/rich/summary/times.csv",
    }
    assert found < {file for job in timed for file in job.outputs}
    assert timed_files(jobs(experiment(analyses={"overlap": OVERLAP}))) == set()


def test_what_is_made_of_a_table_of_times_holds_times_too(timed):
    """Made up, since no figure of the experiment reads that table."""
    drawn = next(job for job in timed if job.rule == "figures")
    reading = replace(drawn, inputs={"tables": ["results/rich/summary/times.csv"]})
    assert timed_files([*timed, reading]) == timed_files(timed) | set(reading.outputs)


def test_rows_of_some_seeds_are_complete_where_they_hold_times():
    some = pd.DataFrame({"node": ["n"], "seed": [3]})
    assert list(analysis_complete(some, [3, 4], ["n"], every_seed=False)) == []
    assert list(analysis_complete(some, [3, 4], ["n"])) == ["has rows of seeds [3], its job was given [3, 4]"]
    assert list(analysis_complete(some, [4], ["n"], every_seed=False)) == [
        "has rows of seeds [3], its job was given [4]"
    ]
    assert len(list(analysis_complete(some[:0], [3], ["n"], every_seed=False))) == 1
