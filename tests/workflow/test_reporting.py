"""What is reported of whatever runs there are: any method may be missing, and no two runs are pooled."""

import json
from itertools import combinations

import pytest
from conftest import tiny_settings
from untrained import Made

from sculpt.core.files import read_json
from sculpt.params.experiment import Experiment
from sculpt.statistics.judgement import verdicts

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
SAMPLE = {("no dense", 1), ("no masks", 3), ("lrr alone", 3), ("sculpt alone", 1), ("dense alone", 3)}


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
    table = verdicts.table(tested)
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
    assert {"lrr/0.5", "lrr/noisy/0.5", "lrr/0.5+snip"} <= {run.removesuffix("/0.1") for run in table["run"]} | {
        *table["run"]
    }
    for one, other in combinations([run for run in table["run"].unique() if runs[run]["method"] == "lrr"], 2):
        assert len(table[table["run"] == one]) and len(table[table["run"] == other])


def test_no_two_rows_of_the_summary_are_one_run(variants):
    summary = variants.table("summary")
    assert not summary.duplicated(["run", "cycle", "seed"]).any()
    labels = ["method", "mask", "start_density", "target_density", "criterion", "transform", "variant"]
    assert (summary.groupby(labels, dropna=False)["run"].nunique() == 1).all()


@pytest.mark.parametrize("label", [name for name in FIGURES if name != "layer_densities"])
def test_every_figure_tells_two_variants_of_one_method_apart(variants, label):
    table = variants.figure(label)
    assert set(table["variant"].dropna()) == {"noisy"} and table["variant"].isna().any()
    value = next(column for column in table if column.endswith("_mean"))
    told = [column for column in table if column in ("variant", "criterion")]
    rest = [
        c for c in table if c not in (*told, "run") and not c.endswith(("_mean", "_sd")) and table[c].dtype == object
    ]
    for _, group in table.groupby([*rest], dropna=False):
        assert len(group) == 1 or len(group[[*told, value]].drop_duplicates()) > 1
    seeds = variants.tree.experiment["seeds"]
    if "seeds" in table:
        assert set(table["seeds"]) == {seeds}, "a mean is over the seeds of one run alone"


def test_validation_agrees_with_reports_of_variants(variants):
    assert variants.examined() == []
