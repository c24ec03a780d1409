"""Gather every node's records into the summary, history and layer tables, and test the claims."""

import json
from argparse import Namespace

import pandas as pd

from sculpt.core.files import HISTORY, MASK, RECORD, read_json, write_json
from sculpt.core.tables import read_table, write_table
from sculpt.core.tensors import read_tensors
from sculpt.params.load import Grid
from sculpt.recipe.tree import TRAINED_STAGES, Recipe
from sculpt.stages.job import Job
from sculpt.statistics import claims
from sculpt.statistics.summary import headline, layer_table, scores_of_nodes, summarise

PATHS = ("results", "out")


def main(given: Namespace, job: Job) -> None:
    name = given.config["name"]
    recipe = Recipe(Grid.model_validate_json(json.dumps(given.config["grid"])))
    records, histories = {}, []
    for key in recipe.nodes:
        records[key] = [record for block in recipe.blocks for record in read_json(_folder(given, key, block) / RECORD)]
        histories += [read_table(_folder(given, key, block) / HISTORY).assign(node=key) for block in recipe.blocks]
    summary = summarise(name, recipe, records, _tests(given, recipe))
    tested = claims.evaluate(summary)
    write_table(given.out / "summary.csv", summary)
    write_table(given.out / "history.csv", pd.concat(histories))
    write_table(given.out / "layers.csv", _layers(given, recipe))
    write_json(given.out / "claims.json", tested)
    write_json(given.out / "metrics.json", headline(summary))
    for line in claims.untested(summary):
        job.tell(f"not tested: {line}")
    job.tell(f"{len(summary)} rows, {len(tested)} claims")


def _folder(given, key: str, block):
    stage, _, node = key.partition("/")
    return given.results / stage / block.name / node


def _tests(given, recipe: Recipe) -> pd.DataFrame:
    """Accuracy and loss of each node and seed on the test split, under the default execution profile."""
    tables = []
    for block in recipe.blocks:
        for stage in TRAINED_STAGES:
            if recipe.results(stage):
                table = read_table(given.results / "evaluate" / block.name / "default" / f"{stage}.csv")
                tables.append(table.assign(node=stage + "/" + table["node"]))
    return scores_of_nodes(tables)


def _layers(given: Namespace, recipe: Recipe) -> pd.DataFrame:
    kept = {
        mask.key: [
            {
                layer: (found[0].numel(), found.flatten(1).sum(1).tolist())
                for layer, found in read_tensors(_folder(given, mask.key, block) / MASK).items()
            }
            for block in recipe.blocks
        ]
        for mask in recipe.masks.values()
    }
    return layer_table(recipe, kept)
