"""The checks of evaluations, analyses, tables, claims and figures: each is made anew from what it was made from."""

from functools import partial
from itertools import chain
from pathlib import Path, PurePath

import pandas as pd

from sculpt.cli.examination.findings import Findings, settings_of, whole
from sculpt.core.files import must_exist, read_json
from sculpt.core.hits import merged, read_hits
from sculpt.core.kinds import ANALYSES, FIGURES
from sculpt.core.tables import read_table
from sculpt.invariants.hits import hits_are, hits_complete
from sculpt.invariants.reports import PICTURES, claims_are, metrics_are, picture, untested_are
from sculpt.invariants.tables import EVALUATION, analysis_complete, evaluation_complete, numeric
from sculpt.params.experiment import REFERENCE_TABLES
from sculpt.pipeline.dag.job import Job
from sculpt.recipe.headline import headline_names
from sculpt.recipe.node import INIT
from sculpt.recipe.tree import Tree
from sculpt.statistics.chosen_rows import chosen_rows
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.of_runs import along_runs, history_table, layer_table
from sculpt.statistics.summary import headline, scores_of_nodes, summarise
from sculpt.statistics.tables import Tables


def evaluation(found: Findings, job: Job) -> None:
    config, file = settings_of(job), job.files["table"]
    columns = partial(numeric, columns=EVALUATION, text=("node",))
    complete = partial(evaluation_complete, seeds=config["seeds"], nodes=config["nodes"], facts=found.facts)
    if (table := found.examine(file, read_table, columns, complete)) is not None:
        found.tables[file] = table
    images = found.facts["sizes"]["test"]
    all_there = partial(hits_complete, seeds=config["seeds"], nodes=config["nodes"], images=images)
    hits = found.examine(job.files["hits"], read_hits, all_there, partial(hits_are, table=table))
    if hits is not None:
        found.hits[job.files["hits"]] = hits


def analysis(found: Findings, job: Job) -> None:
    config, file = settings_of(job), job.files["table"]
    timed = ANALYSES.constant(config["analysis"]["name"], "TIMED", False)
    nodes = [key for key, _ in config["nodes"]]
    complete = partial(analysis_complete, seeds=config["seeds"], nodes=nodes, every_seed=not timed)
    if (table := found.examine(file, read_table, complete)) is not None:
        found.tables[file] = table


def summary(found: Findings, job: Job) -> None:
    """Every table for which all that it is made from is sound."""
    config = settings_of(job)
    tree, results = Tree(config["experiment"]), f"results/{config['name']}"
    blocks = [block.name for block in tree.blocks]

    def of_blocks(parts: dict, keys: tuple[str, ...]) -> dict[str, list] | None:
        gathered = {key: whole(parts, [(key, block) for block in blocks]) for key in keys}
        return None if None in gathered.values() else gathered

    records = of_blocks(found.records, (INIT, *tree.masks, *tree.nodes))
    tests = whole(found.tables, [f"{results}/{file}" for file in config["evaluations"]])
    if records is not None and tests is not None:
        joined = {key: list(chain.from_iterable(parts)) for key, parts in records.items()}
        expected = summarise(config["name"], tree, joined, scores_of_nodes(tests))
        found.table(job.files["summary"], expected, "the records and evaluations give")
    if (histories := of_blocks(found.histories, tuple(tree.nodes))) is not None:
        expected = history_table(tree, {key: pd.concat(parts) for key, parts in histories.items()})
        found.table(job.files["history"], expected, "the nodes' histories give")
    if (kept := of_blocks(found.kept, tuple(tree.masks))) is not None:
        found.table(job.files["layers"], layer_table(tree, kept), "the masks give")
    for label, files in config["analyses"].items():
        if (parts := whole(found.tables, [f"{results}/{file}" for file in files])) is not None:
            found.table(
                job.files[f"analysis_{label}"], along_runs(tree, pd.concat(parts)), "the analyses of its nodes give"
            )
    if (table := found.tables.get(job.files["summary"])) is not None:
        expected = headline(table)
        for name in headline_names(tree):
            are = partial(metrics_are, expected=expected.get(name))
            found.examine(job.files[f"metrics_{name}"], read_json, are)


def claims(found: Findings, job: Job) -> None:
    if (tables := _tables(found, job)) is not None:
        expected, untested = judge(settings_of(job)["claims"], tables)
        found.examine(job.files["claims"], read_json, partial(claims_are, expected=expected))
        lines = [line.as_json() for line in untested]
        found.examine(job.files["untested"], read_json, partial(untested_are, expected=lines))


def figure(found: Findings, job: Job) -> None:
    for kind, ends in PICTURES.items():
        found.examine(job.files[kind], _read_bytes, partial(picture, ends=ends))
    if (tables := _tables(found, job)) is not None:
        settings = settings_of(job)["figure"]
        drawn = FIGURES.load(settings["name"])(tables, settings)
        found.table(job.files["csv"], drawn.table, "the summary tables give")


def _tables(found: Findings, job: Job) -> Tables | None:
    """The tables that a job reads, a figure of the runs that it chooses, and the hits; None where one is unsound."""
    files = job.inputs["tables"]
    for file in REFERENCE_TABLES.values():  # no job makes them
        if file in files and file not in found.tables and (table := found.examine(file, read_table)) is not None:
            found.tables[file] = table
    tables, hits = whole(found.tables, files), whole(found.hits, job.inputs.get("hits", []))
    if tables is None or hits is None:
        return None
    frames = {PurePath(file).stem: table for file, table in zip(files, tables, strict=True)}
    settings = settings_of(job)
    return Tables(chosen_rows(frames, settings.get("figure", {})), merged(hits), settings.get("settings"))


def _read_bytes(path: Path) -> bytes:
    must_exist(path)
    return path.read_bytes()
