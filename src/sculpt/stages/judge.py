"""Test the claims on the tables of the experiment."""

from argparse import Namespace

from sculpt.core.files import write_json
from sculpt.core.hits import merged, read_hits
from sculpt.core.tables import read_table
from sculpt.stages.jobs.job import Job
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.tables import Tables

PATHS = ("out", "untested")
LISTS = ("tables", "hits")


def main(given: Namespace, job: Job) -> None:
    """Write claims.json, and untested.json: the claims of the modules that the settings' `claims` name.

    A claim is tested where its tables are given, and told with the reason and with what would test it where not.

    hits: files of the evaluation, which say of every test image whether a node gets it right.
    """
    frames = {file.stem: read_table(file) for file in given.tables}
    tables = Tables(frames, merged(map(read_hits, given.hits)), given.config.get("settings"))
    claims, untested = judge(given.config["claims"], tables)
    write_json(given.out, claims)
    write_json(given.untested, [line.as_json() for line in untested])
    for line in untested:
        job.log(f"not tested: {line}")
    why = f", {given.untested} says why" if untested else ""
    job.tell(f"claims: {len(claims)}; not tested: {len(untested)}{why}")
