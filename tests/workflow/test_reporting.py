"""What is reported of whatever runs there are: any method may be missing, and no two runs are pooled."""

import json
from functools import cache

import pandas as pd
import pytest
from conftest import tiny_settings
from untrained import Made

from sculpt.core.files import read_json
from sculpt.params.experiment import Experiment
from sculpt.recipe.run import LABELS
from sculpt.statistics.judgement import terminal

FIGURES = ("accuracy_vs_cost", "accuracy_vs_density", "layer_densities", "mask_overlap", "start_target_map")
FIGURES += ("training_loss",)
RUNS = [
    {"method": "dense", "cycles": 1},
    {"method": "masks", "masks": ["erk", "snip"], "densities": [0.1]},
    {"method": "cyclic", "mask": "erk", "densities": [0.1, 0.02]},
    {"method": "cyclic", "mask": "snip", "densities": [0.1]},
    {"method": "long", "mask": "erk", "densities": [0.1, 0.02]},
    {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1, 0.02]},
    {"method": "lrr", "ladder": [0.5, 0.1]},
    {"method": "wr", "rewind_epoch": 1, "ladder": [0.1]},
]
METHODS = [run["method"] for run in RUNS if run["method"] != "masks"]


def experiment(seeds: int, runs: list[dict], **sections) -> Experiment:
    settings = tiny_settings()
    del settings["hardware"]  # nodes that nothing was trained for cannot be evaluated
    settings |= {"seeds": seeds, "replicates": 2, "cycles": 3, "runs": runs, **sections}
    methods = {run["method"] for run in runs}
    # params.yaml refuses a figure whose settings name a density that no run has.
    unfit = ["accuracy_vs_cost", "training_loss"] if methods == {"dense"} else []
    unfit += [] if methods & {"masks", "cyclic", "long"} else ["layer_densities"]
    settings["figures"] = {label: figure for label, figure in settings["figures"].items() if label not in unfit}
    return Experiment.model_validate_json(json.dumps(settings))


def without(*methods: str) -> list[dict]:
    return [run for run in RUNS if run["method"] not in methods]


LEFT_OUT = {f"no {method}": without(method) for method in dict.fromkeys([*METHODS, "masks"])}
LEFT_OUT |= {f"{alone} alone": [run for run in RUNS if run["method"] == alone] for alone in dict.fromkeys(METHODS)}
SAMPLE = {("no dense", 1), ("lrr alone", 3), ("dense alone", 3)}


@pytest.mark.parametrize(
    ("name", "seeds"),
    [
        pytest.param(name, seeds, marks=() if (name, seeds) in SAMPLE else pytest.mark.campaign)
        for name in LEFT_OUT
        for seeds in (1, 3)
    ],
)
def test_every_method_may_be_left_out(tmp_path, name, seeds):
    some = experiment(seeds, LEFT_OUT[name])
    made = Made(some, tmp_path)
    made.report()
    assert made.examined() == []
    reported = {run.labels["method"] for run in made.tree.runs if run.cycles and run.reported}
    assert set(made.table("summary")["method"]) == reported
    tested = read_json(tmp_path / "results/some/summary/claims.json")
    table = " ".join(terminal.table(tested).split())  # statements may take two lines
    assert all(claim["statement"] in table for claim in tested)
    untested = [line for line in made.said if line.startswith("not tested: ")]
    assert len(tested) + len(untested) >= 8
    pictures = sorted(path.name for path in (tmp_path / "figures/some").iterdir())
    assert pictures == sorted(f"{label}.{kind}" for label in some.figures for kind in ("csv", "png", "svg"))


@pytest.fixture(scope="module")
def variants(tmp_path_factory) -> Made:
    """Every run twice: as it is, and of a variant."""
    twice = [*RUNS, *({**run, "variant": "noisy"} for run in RUNS if run["method"] != "masks")]
    twice += [{"method": "lrr", "ladder": [0.5, 0.1], "criterion": "snip"}]
    made = Made(
        experiment(3, twice, variants={"noisy": {**tiny_settings()["training"], "label_noise": 0.2}}),
        tmp_path_factory.mktemp("variants"),
    )
    made.report()
    return made


@pytest.mark.parametrize("name", ["summary", "history", "overlap"])
def test_every_table_tells_two_variants_of_one_method_apart(variants, name):
    table = variants.table(name)
    runs = {run.id: run.labels for run in variants.tree.runs if run.reported}
    assert set(table["run"]) <= runs.keys()
    noisy = {run for run in table["run"] if runs[run]["variant"] == "noisy"}
    plain = {run for run in table["run"]} - noisy
    assert {runs[run]["method"] for run in noisy} == {runs[run]["method"] for run in plain}
    assert {"lrr/0.5", "lrr/0.5+snip"} < {*table["run"]} and any("lrr" in run for run in noisy)


def test_no_two_rows_of_the_summary_are_one_run(variants):
    summary = variants.table("summary")
    assert not summary.duplicated(["run", "cycle", "seed"]).any()
    assert (summary.groupby(list(LABELS), dropna=False)["run"].nunique() == 1).all()


@cache
def means(made: Made, variant: str | None, criterion: str | None) -> dict[str, set[float]]:
    """What the runs of one variant and criterion come to, each by itself: the mean over its seeds, by column."""
    alone = {r.id for r in made.tree.runs if (r.labels["variant"], r.labels["criterion"]) == (variant, criterion)}
    found: dict[str, set[float]] = {}
    for name in ("summary", "history", "overlap"):
        table = made.table(name)
        by = ["run", "epoch" if name == "history" else "cycle"]
        of_runs = table[table["run"].isin(alone)].groupby(by).mean(numeric_only=True)
        for column in of_runs:
            found.setdefault(column, set()).update(of_runs[column].round(6))
    return found


@pytest.mark.parametrize("label", [name for name in FIGURES if name != "layer_densities"])
def test_every_figure_tells_two_variants_of_one_method_apart(variants, label):
    table = variants.figure(label)
    assert set(table["variant"].dropna()) == {"noisy"} and table["variant"].isna().any()
    value = next(column for column in table if column.endswith("_mean") and "flops" not in column)
    named = table["criterion"] if "criterion" in table else table["method"].map(lambda method: None)
    for variant, criterion, mean in zip(table["variant"], named, table[value], strict=True):
        ours = [None if pd.isna(part) else part for part in (variant, criterion)]
        assert round(mean, 6) in means(variants, *ours)[value.removesuffix("_mean")], (label, *ours)


def test_validation_agrees_with_reports_of_variants(variants):
    assert variants.examined() == []
