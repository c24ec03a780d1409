"""The stages that report: tables over all runs, claims, figures."""

from collections.abc import Iterator

from sculpt.core.files import HISTORY, MASK, RECORD
from sculpt.core.kinds import CLAIMS, FIGURES, METHODS
from sculpt.params.experiment import HARDWARE_TABLES, REFERENCE_TABLES, TABLES
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.look import ANALYSE, EVALUATE
from sculpt.pipeline.dag.stage import Asked, Stage
from sculpt.recipe.headline import headline_names
from sculpt.recipe.node import TRAINED_STAGES

_BESIDE_THE_TREE = ("figures", "analyses", "profiles", "hardware", "claims")
"""Sections that plan no run. A run method may read any other."""


def _summary(grid: Grid) -> Iterator[Asked]:
    tree = grid.tree
    nodes = [(block, node.key) for block in tree.blocks for stage in TRAINED_STAGES for node in tree.stage(stage)]
    tests = _evaluations(grid, "table")
    analyses: dict[str, list[str]] = {label: [] for label in grid.experiment["analyses"]}
    for asked in ANALYSE.jobs(grid):
        analyses[asked.wildcards["analysis"]].append(ANALYSE.files(grid, asked.wildcards)["table"])
    inputs = {
        "nodes": [file for block, key in nodes for file in grid.files(block, key, RECORD, HISTORY)],
        "masks": [f for block in tree.blocks for key in tree.masks for f in grid.files(block, key, MASK, RECORD)],
        "tests": tests,
        "analyses": [file for files in analyses.values() for file in files],
    }
    settings = {
        "name": grid.name,
        "experiment": {key: value for key, value in grid.experiment.items() if key not in _BESIDE_THE_TREE},
        "evaluations": [_below(grid, file) for file in tests],
        "analyses": {label: [_below(grid, file) for file in files] for label, files in analyses.items()},
    }
    methods = dict.fromkeys(run["method"] for run in grid.experiment["runs"])
    origins = {"experiment": "", "evaluations": "runs", "analyses": "analyses"}
    yield Asked({}, inputs, settings, tuple(METHODS.module(method) for method in methods), origins)


def _evaluations(grid: Grid, output: str) -> list[str]:
    """An output of every evaluation."""
    return [EVALUATE.files(grid, asked.wildcards)[output] for asked in EVALUATE.jobs(grid)]


def _analysis_tables(grid: Grid) -> dict[str, str]:
    return {f"analysis_{label}": f"{{results}}/summary/{label}.csv" for label in grid.experiment["analyses"]}


def _metrics(grid: Grid) -> dict[str, str]:
    return {f"metrics_{name}": f"{{results}}/summary/metrics/{name}.json" for name in headline_names(grid.tree)}


def _below(grid: Grid, file: str) -> str:
    return file.removeprefix(f"{grid.results}/")


def _tables(grid: Grid, wanted: Iterator[str]) -> list[str]:
    """The files of those tables that the experiment or the repository has."""
    made = (*TABLES, *grid.experiment["analyses"], *(HARDWARE_TABLES if "hardware" in grid.experiment else ()))
    there = {table: f"{grid.results}/summary/{table}.csv" for table in made} | REFERENCE_TABLES
    return [there[table] for table in dict.fromkeys(wanted) if table in there]


def _claims(grid: Grid) -> Iterator[Asked]:
    wanted = (table for name in CLAIMS.names for table in CLAIMS.constant(name, "TABLES", ()))
    chosen = tuple(CLAIMS.module(name) for name in CLAIMS.names)
    inputs = {"tables": _tables(grid, wanted), "hits": _evaluations(grid, "hits")}
    settings = {"claims": list(CLAIMS.names)}
    if said := grid.experiment.get("claims"):
        settings["settings"] = said
    yield Asked({}, inputs, settings, chosen, {"settings": "claims"})


def _figures(grid: Grid) -> Iterator[Asked]:
    for label, figure in grid.experiment["figures"].items():
        tables = _tables(grid, iter(FIGURES.constant(figure["name"], "TABLES")))
        chosen = (FIGURES.module(figure["name"]),)
        yield Asked({"figure": label}, {"tables": tables}, {"figure": figure}, chosen, {"figure": f"figures.{label}"})


SUMMARY = Stage(
    name="summary",
    program="summarise",
    outputs={table: f"{{results}}/summary/{table}.csv" for table in TABLES},
    label="summary",
    message="gather the tables",
    log="summary.log",
    reads=(
        *("seeds", "replicates", "cycles", "data", "model", "training", "variants", "criteria", "transforms"),
        *("runs", "analyses"),
    ),
    after=("masks", *TRAINED_STAGES, "evaluate", "analyse"),
    jobs=_summary,
    more=lambda grid: _analysis_tables(grid) | _metrics(grid),
)
CLAIMS_STAGE = Stage(
    name="claims",
    program="judge",
    outputs={"claims": "{results}/summary/claims.json", "untested": "{results}/summary/untested.json"},
    label="claims",
    message="judge the claims",
    log="claims.log",
    reads=("claims",),
    after=("evaluate", "summary", "compare"),
    beside=tuple(REFERENCE_TABLES.values()),
    jobs=_claims,
)
FIGURES_STAGE = Stage(
    name="figures",
    program="plot",
    outputs={kind: f"{{figures}}/{{figure}}.{kind}" for kind in ("svg", "png", "csv")},
    label="figures/{figure}",
    message="draw {figure}",
    log="figures/{figure}.log",
    reads=("figures",),
    after=("summary", "compare"),
    beside=tuple(REFERENCE_TABLES.values()),
    jobs=_figures,
)
