"""An analysis looks at the nodes that it selects, and at no others."""

import json
from pathlib import Path

import pytest

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.look import ANALYSE
from sculpt.recipe.selection import selected
from sculpt.recipe.tree import RecipeError

DIGITS = described(load(Path(__file__).parents[2] / "params.yaml").experiments["digits"])


def grid(**analysis) -> Grid:
    return Grid("digits", DIGITS | {"analyses": {"overlap": {"name": "overlap"} | analysis}})


def test_without_a_selection_every_result_is_looked_at():
    whole = grid()
    on_the_way = {node.key for node in whole.tree.results if node.stage == "iterative"}
    on_the_way -= {key for run in whole.tree.runs for _, key in run.reported}
    assert selected(whole.tree, {}) == {node.key for node in whole.tree.results} - on_the_way
    assert {key.count("/") for key in on_the_way} == {2, 3} and len(on_the_way) == 6  # of LRR at equal epochs


def test_a_selection_takes_the_reported_nodes_of_its_runs():
    some = grid(methods=["sculpt", "lrr"], densities=[0.05])
    keys = selected(some.tree, some.experiment["analyses"]["overlap"])
    assert {key.partition("/")[0] for key in keys} == {"sculpt", "iterative"}
    assert all(key.endswith("0.05") for key in keys)
    jobs = list(ANALYSE.all_jobs(some))
    looked_at = {node for job in jobs for node, _ in json.loads(job.config)["nodes"]}
    assert looked_at == keys
    assert {json.dumps(json.loads(job.config)["analysis"]) for job in jobs} == {'{"name": "overlap"}'}


def test_a_selection_can_leave_out_the_runs_of_variants():
    variants = {"other": DIGITS["training"] | {"label_noise": 0.2}}
    runs = [{"method": "dense", "cycles": 1}, {"method": "dense", "cycles": 2, "variant": "other"}]
    small = DIGITS | {"variants": variants, "runs": runs}
    small.pop("hardware", None)  # which compares runs that are not here
    tree = Grid("digits", small).tree
    assert selected(tree, {}) == selected(tree, {"variants": True})
    assert selected(tree, {"variants": False}) == {"dense/cycle_1"}
    assert selected(tree, {}) == {"dense/cycle_1", "dense/other/cycle_1", "dense/other/cycle_2"}
    entry = {"name": "overlap", "variants": False}
    (job,) = ANALYSE.all_jobs(Grid("digits", small | {"analyses": {"overlap": entry}}))
    assert json.loads(job.config)["analysis"] == {"name": "overlap"}


def test_a_selection_of_nothing_is_refused():
    said = (
        r"^params.yaml: experiments.digits.analyses.overlap: selects no node; allowed: methods and densities of runs$"
    )
    with pytest.raises(RecipeError, match=said):
        grid(methods=["sculpt"], densities=[0.5])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"methods": ["lrr", "lr"]}, r"methods.1: lr selects nothing \(nearest: lrr\); allowed: dense, .*lrr"),
        ({"methods": ["dynamic"]}, "methods.0: dynamic selects nothing"),
        ({"methods": ["masks"], "densities": [0.3]}, None),
    ],
)
def test_a_figure_of_methods_that_no_run_has_is_refused(chosen, said):
    """It would be drawn empty. What a figure's other keys mean is its own."""
    experiment = DIGITS | {"figures": {"training_loss": {"name": "training_loss", "width": 5.5} | chosen}}
    if said is None:
        assert Grid("digits", experiment).experiment["figures"]
    else:
        with pytest.raises(RecipeError, match=rf"^params.yaml: experiments.digits.figures.training_loss.{said}"):
            Grid("digits", experiment)
