"""`sculpt report`: what a finished experiment asked and found, as pages and tables."""

from argparse import Namespace
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.run.report import finished, snakemake_report


def run(given: Namespace) -> None:
    docs = None if given.docs is None else _place(given.docs)
    bring_records(given.experiment)
    name = finished(given.experiment)
    if given.snakemake:
        print(snakemake_report(name))
        return
    from sculpt.report.content import content
    from sculpt.report.write import write, write_docs

    found = content(name)
    page = docs or Path(f"docs/report-{name}.md")
    paths = write(found, Path(f"logs/{name}")) if given.docs is None else write_docs(found, page, Path("."))
    print("\n".join(map(str, paths)))


def _place(file: str) -> Path | None:
    """Where a page is to be committed; None for the usual place. Raises SculptError outside this folder."""
    if not file:
        return None
    path = Path(file)
    if path.suffix != ".md" or path.is_absolute() or ".." in path.parts:
        raise SculptError(f"--docs: {file}; allowed: a file below this folder whose name ends in .md")
    return path
