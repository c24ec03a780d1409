"""Draw the figures: each as SVG, PNG and the CSV behind it."""

from argparse import Namespace

from sculpt import plotting as figures
from sculpt.core.tables import read_table
from sculpt.stages.job import Job

PATHS = ("summary", "out")


def main(given: Namespace, job: Job) -> None:
    tables = figures.Tables(
        summary=read_table(given.summary / "summary.csv"),
        history=read_table(given.summary / "history.csv"),
        layers=read_table(given.summary / "layers.csv"),
    )
    for name in figures.NAMES:
        figures.save(figures.draw(name, tables, given.config["figures"]), given.out / name)
        job.log(name)
    job.tell(f"{len(figures.NAMES)} figures")
