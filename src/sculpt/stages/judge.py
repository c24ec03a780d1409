"""Test the claims on the tables of the experiment."""

from argparse import Namespace

from sculpt.core.files import write_json
from sculpt.core.tables import read_table
from sculpt.stages.jobs.job import Job
from sculpt.statistics.judgement.judging import judge, needed
from sculpt.statistics.tables import Tables

PATHS = ("tables", "out")


def main(given: Namespace, job: Job) -> None:
    """Write claims.json: the claims of the modules that the settings' `claims` name, where the tables are there."""
    names = given.config["claims"]
    files = {table: given.tables / f"{table}.csv" for name in names for table in needed(name)}
    tables = Tables({table: read_table(file) for table, file in files.items() if file.is_file()})
    claims, untested = judge(names, tables)
    write_json(given.out, claims)
    for line in untested:
        job.tell(f"not tested: {line}")
    job.tell(f"claims: {len(claims)}; not tested: {len(untested)}")
