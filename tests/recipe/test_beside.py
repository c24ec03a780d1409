"""Each node of a training profile's variant finds that of the plain run, by the labels of the runs."""

import json

import pytest
from grids import experiment, small

from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.look import ANALYSE
from sculpt.recipe.beside import counterparts, looked_at
from sculpt.recipe.tree import RecipeError

OVERLAP = {"name": "overlap"}
TAYLOR = {"name": "taylor", "split": "validation", "samples": 2, "iterations": 2}
PLAIN = [
    {"method": "dense", "cycles": 2},
    {"method": "cyclic", "mask": "erk", "densities": [0.1]},
    {"method": "lrr", "ladder": [0.5, 0.1]},
]
VARIANTS = {
    "other": experiment()["training"] | {"profile": "torch"},
    "noisy": experiment()["training"] | {"label_noise": 0.2},
}
PROFILES = {"default": {"device": "cpu", "precision": "float32"}, "torch": {"device": "cpu", "precision": "float32"}}


def tree(*runs):
    return small(*PLAIN, *runs, variants=VARIANTS)


def test_a_node_stands_beside_the_one_that_ends_the_same_cycle_of_the_plain_run():
    found = counterparts(
        tree(
            {"method": "dense", "cycles": 3, "variant": "other"},
            {"method": "cyclic", "mask": "erk", "densities": [0.1, 0.05], "variant": "other"},
            {"method": "lrr", "ladder": [0.5, 0.1], "variant": "other"},
        )
    )
    assert {key: beside for key, beside in found.items() if key.startswith(("dense", "iterative"))} == {
        "dense/other/cycle_1": "dense/cycle_1",
        "dense/other/cycle_2": "dense/cycle_2",
        "iterative/other/lrr/0.5": "iterative/lrr/0.5",
        "iterative/other/lrr/0.5/0.1": "iterative/lrr/0.5/0.1",
    }  # the third cycle has no plain run
    assert {key: beside for key, beside in found.items() if key.startswith("cyclic")} == {
        f"cyclic/other/erk_0.1/cycle_{c}": f"cyclic/erk_0.1/cycle_{c}" for c in range(1, 5)
    }  # nor has density 0.05


def test_other_variants_and_other_labels_have_no_counterpart():
    assert not counterparts(
        tree(
            {"method": "dense", "cycles": 2, "variant": "noisy"},
            {"method": "lrr", "ladder": [0.3], "variant": "other"},
            {"method": "imp", "ladder": [0.5], "variant": "other"},
            {"method": "cyclic", "mask": "erk", "transform": "mixed", "densities": [0.1], "variant": "other"},
        )
    )


def test_only_an_analysis_that_says_so_looks_beside_the_path():
    found = tree({"method": "dense", "cycles": 2, "variant": "other"})
    assert looked_at(found, TAYLOR | {"methods": ["dense"]}) == {
        "dense/other/cycle_1": "dense/cycle_1",
        "dense/other/cycle_2": "dense/cycle_2",
    }
    assert looked_at(found, TAYLOR | {"methods": ["lrr"]}) == {}
    along = looked_at(found, OVERLAP)
    assert along["dense/other/cycle_1"] is None and along["dense/other/cycle_2"] == "dense/other/cycle_1"
    assert along["iterative/lrr/0.5/0.1"] == "iterative/lrr/0.5"


def grid(*runs):
    plain = experiment(variants=VARIANTS, profiles=PROFILES, analyses={"taylor": TAYLOR}, runs=[*PLAIN, *runs])
    plain.pop("hardware", None)  # which compares runs that are not here
    return Grid("some", plain)


def test_its_jobs_read_both_nodes():
    jobs = list(ANALYSE.all_jobs(grid({"method": "dense", "cycles": 1, "variant": "other"})))
    assert [json.loads(job.config)["nodes"] for job in jobs] == [[["dense/other/cycle_1", "dense/cycle_1"]]]
    folders = {file.rpartition("/")[0] for file in jobs[0].inputs["nodes"]}
    assert folders == {f"results/some/dense/seeds_0-9/{name}" for name in ("other/cycle_1", "cycle_1")}


def test_an_analysis_without_any_such_node_is_refused():
    with pytest.raises(RecipeError, match=r"analyses.taylor: selects no node that a plain one stands beside; allowed"):
        grid({"method": "dense", "cycles": 1, "variant": "noisy"})
