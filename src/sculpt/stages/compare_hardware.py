"""Compare what nodes predict under each execution profile, here and on other machines, with the reference."""

from argparse import Namespace
from pathlib import Path
from typing import Any

import pandas as pd

from sculpt.core.machines import HERE
from sculpt.core.outcomes import Outcomes, joined
from sculpt.core.tables import write_table
from sculpt.recipe.node import Block
from sculpt.stages.artifacts.looks import Look, look_of, must_fit, read_splits
from sculpt.stages.jobs.job import Job
from sculpt.statistics.comparison import Comparison, Split
from sculpt.statistics.machines import profile_table

PATHS = ("data", "results", "out")


def main(given: Namespace, job: Job) -> None:
    """Write hardware.csv and profiles.csv. Of the splits it opens the labels and groups alone."""
    splits = read_splits(given.data)
    here = {place: look_of(given.results / "hardware", *place) for place in places(given.config)}
    hardware, profiles = tables(given.config, splits, here)
    write_table(given.out / "hardware.csv", hardware)
    write_table(given.out / "profiles.csv", profiles)
    for row in profiles.to_dict("records"):
        name = row["profile"] if row["machine"] == HERE else f"{row['profile']} on {row['machine']}"
        if not row["available"]:
            job.tell(f"{name}: not available: {row['why']}")
        elif row["inference_differs"] is False and row["profile"] != given.config["reference"]:
            what = "without effect on evaluation" if row["training_differs"] else "without effect"
            job.tell(f"{name}: {what} on {'this' if row['machine'] == HERE else 'that'} machine")
    job.tell(f"{len(hardware)} rows of {len(profiles)} profiles")


Place = tuple[str, str, str]
"""Seed block, profile and take."""


def places(config: dict[str, Any]) -> list[Place]:
    """Every look that a machine can have."""
    takes = [(config["reference"], "first"), (config["reference"], "second")]
    takes += [(profile, "first") for profile in config["profiles"]]
    return [(Block(seeds[0], seeds[-1]).name, *take) for seeds in config["seeds"] for take in takes]


def tables(
    config: dict[str, Any], splits: dict[str, Split], here: dict[Place, Look]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """hardware.csv and profiles.csv. here: of this machine; those of others are read. Raises ArtifactError."""
    frozen = {run["node"] for run in config["frozen"]}
    images = {name: len(split.labels) for name, split in splits.items()}
    machines = {HERE: here}
    for machine, folder in config.get("machines", {}).items():
        machines[machine] = {place: look_of(Path(folder), *place) for place in places(config)}
        for place, look in machines[machine].items():
            must_fit(look, here[place].outcomes.seeds, _nodes(config, place), frozen, images, here[place])
    looks: dict[str, dict[tuple[str, str], Outcomes]] = {}
    firsts: dict[str, dict[str, list[tuple[dict[str, Any], Outcomes]]]] = {}
    for machine, found in machines.items():
        looks[machine], firsts[machine] = {}, {}
        for profile, take in dict.fromkeys(place[1:] for place in found):
            parts = [look for place, look in found.items() if place[1:] == (profile, take)]
            if all(part.machine["available"] for part in parts):
                looks[machine][profile, take] = joined(part.outcomes for part in parts)
            if take == "first":
                firsts[machine][profile] = [(part.machine, part.outcomes) for part in parts]
    return Comparison(config, splits, looks).table(), profile_table(config, firsts)


def _nodes(config: dict[str, Any], place: Place) -> set[str]:
    """The nodes that the comparison asks of a look."""
    _, profile, take = place
    wanted = {run["node"] for run in config["frozen"]}
    if profile == config["reference"]:
        wanted |= {run["node"] for run in config["plain"]}
        wanted |= {run["node"] for run in config["trained"] if take == "first"}
    return wanted
