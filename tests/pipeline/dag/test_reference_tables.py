"""Tables that the repository has itself: who reads them, and that what reads them runs again where they change."""

import pytest
from full_experiment import experiment, jobs
from ruamel.yaml import YAML

from sculpt.cli.examination.findings import Findings
from sculpt.cli.examination.reports import _tables
from sculpt.params.experiment import REFERENCE_TABLES
from sculpt.pipeline.dag.dvc_yaml import dvc_yaml
from sculpt.pipeline.dag.experiment import STAGES
from sculpt.pipeline.record.records import Digests
from sculpt.pipeline.record.store_key import job_key

PUBLISHED = REFERENCE_TABLES["published"]


@pytest.fixture(scope="module")
def found() -> list:
    figures = experiment()["figures"] | {"published": {"name": "published", "width": 5.5}}
    return jobs(experiment(figures=figures))


def test_the_figure_and_the_claims_read_it_and_nothing_else_does(found):
    readers = [(job.rule, job.wildcards) for job in found if PUBLISHED in job.input_files]
    assert readers == [("claims", {}), ("figures", {"figure": "published"})]
    assert all(PUBLISHED in job.inputs["tables"] for job in found if PUBLISHED in job.input_files)


def test_only_its_readers_are_other_jobs_where_it_changes(found, tmp_path):
    (tmp_path / PUBLISHED).parent.mkdir()
    before, after = {}, {}
    for content, keys in (("method,value\nlrr,75\n", before), ("method,value\nlrr,76\n", after)):
        (tmp_path / PUBLISHED).write_text(content)
        digests = Digests(tmp_path)
        keys |= {job.label: job_key(job, digests, {}) for job in found if job.rule in ("claims", "figures", "summary")}
    assert {label for label in before if before[label] != after[label]} == {"claims", "figures/published"}


def test_dvc_knows_it_as_a_dependency_of_those_stages():
    found = YAML(typ="safe").load(dvc_yaml(["a"], {"a": {}}))["stages"]
    readers = {name for name, stage in found.items() if PUBLISHED in stage["do"]["deps"]}
    assert readers == {stage.folder for stage in STAGES if stage.beside} == {"summary", "figures"}


def test_validation_reads_it_and_names_a_fault_in_it(found, tmp_path):
    (job,) = (job for job in found if job.wildcards == {"figure": "published"})
    (tmp_path / PUBLISHED).parent.mkdir()
    (tmp_path / PUBLISHED).write_text("method,value\nlrr,75\n")
    sound = Findings(tmp_path, set())
    sound.tables |= dict.fromkeys((file for file in job.inputs["tables"] if file != PUBLISHED), "a table")
    assert _tables(sound, job).published.to_dict("records") == [{"method": "lrr", "value": 75}]
    (tmp_path / PUBLISHED).write_text("method,value\nlrr,75")
    cut = Findings(tmp_path, set())
    assert _tables(cut, job) is None
    assert [(fault.file, fault.reason) for fault in cut.faults] == [
        (PUBLISHED, "unreadable table: its last line is cut")
    ]
