"""Draw one figure: as SVG, PNG and the CSV behind it."""

from argparse import Namespace

from sculpt.core.kinds import FIGURES
from sculpt.core.tables import read_table
from sculpt.plotting.drawn import save
from sculpt.stages.jobs.job import Job
from sculpt.statistics.chosen_rows import chosen_rows
from sculpt.statistics.tables import Tables

PATHS = ("out",)
LISTS = ("tables",)


def main(given: Namespace, job: Job) -> None:
    figure = given.config["figure"]
    tables = Tables(chosen_rows({file.stem: read_table(file) for file in given.tables}, figure))
    drawn = FIGURES.load(figure["name"])(tables, figure)
    save(drawn, given.out)
    job.tell(f"{len(drawn.table)} points")
