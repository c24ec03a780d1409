"""All that the report of an experiment says, once: pages in HTML and Markdown and tables are written from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sculpt.core.files import read_json
from sculpt.core.tables import read_table
from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.params.shown import shown
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.recipe.tree import Tree
from sculpt.report.content.cost import Cost, cost
from sculpt.report.content.environment import REVISION, environment
from sculpt.report.content.figures import Figure, figures
from sculpt.report.content.found import Found, found, read_untested
from sculpt.report.content.recipes import Row, rows
from sculpt.report.content.runs import results, runs

if TYPE_CHECKING:
    from pandas import DataFrame

CLAIMS, SUMMARY, UNTESTED = "claims.json", "summary.csv", "untested.json"


@dataclass(frozen=True)
class Content:
    """runs, results: tables (`content.runs`). recipes: the rows of the tree. settings: YAML. environment: pairs."""

    experiment: str
    found: Found
    figures: list[Figure]
    runs: DataFrame
    results: DataFrame
    recipes: list[Row]
    cost: Cost
    settings: str
    environment: list[tuple[str, str]]

    @property
    def title(self) -> str:
        return f"{self.experiment}: what was asked and what was found"

    def without_revision(self) -> Content:
        return replace(self, environment=[pair for pair in self.environment if pair[0] != REVISION])


def content(experiment: str | None = None, root: Path | str = ".") -> Content:
    """The report of a finished experiment.

    experiment: its name, or None for the one that params.yaml chooses. root: the folder of the checkout. Raises
    SculptError: no such experiment, or a file of it that is missing or unreadable.
    """
    root = Path(root)
    name, settings = load(root / "params.yaml").select(experiment)
    values = described(settings)
    tree = Tree(values)
    folder = root / "results" / name / "summary"
    summary = read_table(folder / SUMMARY)
    asked = runs(summary)
    images = read_json(root / "results" / name / "data" / "data.json")["sizes"]["train"]
    return Content(
        experiment=name,
        found=found(name, values, images, summary, read_json(folder / CLAIMS), read_untested(folder / UNTESTED)),
        figures=figures(name, values, root),
        runs=asked,
        results=results(asked),
        recipes=rows(tree),
        cost=cost(name, tree, all_jobs(name, settings), root),
        settings=shown(name, settings),
        environment=environment(name, root),
    )
