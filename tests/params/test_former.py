"""Each key of the former params.yaml says what it is now."""

import pytest

from sculpt.params.former import former_keys

FORMER = {
    "masks": "settings of SNIP, GraSP and SynFlow are entries of `criteria`",
    "dense": "a run: {method: dense, ",
    "cyclic": "`cycles` beside `seeds`, and a run per mask: {method: cyclic, ",
    "long": "a run per mask: {method: long, ",
    "sculpt": "a run per mask and start: {method: sculpt, ",
    "iterative": "a run per ladder: {method: lrr, ",
    "training.momentum": "training.update: {name: sgd, momentum: ",
    "training.weight_decay": "training.update: {name: sgd, ",
    "training.label_smoothing": "training.loss: {name: cross_entropy, smoothing: ",
    "figures.width": "a key of each figure: figures: {accuracy_vs_density: {width: ",
    "figures.loss_densities": "figures.training_loss.densities",
    "figures.cost_densities": "figures.accuracy_vs_cost.densities",
}


@pytest.mark.parametrize("key", FORMER)
def test_a_former_key_says_what_it_is_now(key):
    section: object = {"anything": 1}
    for part in reversed(key.split(".")):
        section = {part: section}
    (line,) = former_keys({"digits": section, "odd": None})
    assert line.startswith(f"experiments.digits.{key}: a former key; now {FORMER[key]}")


def test_all_are_told_in_one_order():
    section = {"sculpt": [], "masks": {}, "training": {"weight_decay": 0, "momentum": 0}}
    keys = [line.partition(":")[0] for line in former_keys({"x": section})]
    assert keys == [f"experiments.x.{key}" for key in ("masks", "sculpt", "training.momentum", "training.weight_decay")]
