"""The comparison of execution profiles on predictions made by hand."""

import numpy as np
import pandas as pd
import pytest

from sculpt.core.outcomes import Outcomes
from sculpt.statistics.comparison import COLUMNS, Comparison, Split

# 22 images: class 0 has 20 of them, class 1 has 2; class 2 has none. Three seeds.
LABELS = np.array([0] * 20 + [1] * 2)
RIGHT = np.tile(LABELS, (3, 1))
NODE, PLAIN, VARIANT = "iterative/lrr/0.5", "dense/cycle_1", "dense/slow/cycle_1"
RUN = {"run": "lrr/0.5", "method": "lrr", "target_density": 0.5, "cycle": 2, "node": NODE}
DENSE = {"run": "dense", "method": "dense", "target_density": 1.0, "cycle": 1, "node": PLAIN}
SLOW = {
    **DENSE,
    "run": "slow/dense",
    "variant": "slow",
    "node": VARIANT,
    "effect": "training",
    "profile": "half",
    "against": PLAIN,
}
SETTINGS = {"reference": "torch", "profiles": ["half", "cuda"], "frozen": [RUN], "plain": [DENSE], "trained": [SLOW]}


def outcomes(wrong: dict[tuple[str, int], list[int]], nodes: tuple[str, ...] = (NODE,), loss: float = 0.0) -> Outcomes:
    """Three seeds that are right but for some images of a node and seed, which are predicted as class 2."""
    found = Outcomes([0, 1, 2])
    for node in nodes:
        predictions = RIGHT.copy()
        for (which, seed), images in wrong.items():
            if which == node:
                predictions[seed, images] = 2
        found.predictions[node, "test"] = predictions.astype(np.int16)
        found.losses[node, "test"] = np.full(RIGHT.shape, 0.1) + loss + np.arange(3)[:, None]
    return found


ALL_NODES = (NODE, PLAIN, VARIANT)
BASE = outcomes({(NODE, 0): [0], (NODE, 1): [0, 1], (PLAIN, 2): [20]}, ALL_NODES)
HALF = outcomes({(NODE, 0): [0, 20, 21], (NODE, 1): []}, loss=0.25)
HERE = {("torch", "first"): BASE, ("torch", "second"): BASE, ("half", "first"): HALF}


def table(looks: dict, groups: Split | None = None, **settings) -> pd.DataFrame:
    split = groups or Split(LABELS, LABELS, ["0", "1", "2"])
    return Comparison({**SETTINGS, **settings}, {"test": split}, looks).table()


def rows(found: pd.DataFrame, **wanted) -> list[dict]:
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found.to_dict("records")


def test_a_row_for_each_run_seed_and_group():
    found = table({"here": HERE})
    assert list(found.columns) == list(COLUMNS)
    # evaluation of one run; repeat and seed of two; training of one: three seeds and four groups (all, 0, 1, 2) each.
    assert found.groupby("effect").size().to_dict() == {"evaluation": 12, "repeat": 24, "seed": 24, "training": 12}
    assert {*found.fillna({"number": -1})[["group", "number", "images", "few"]].itertuples(index=False, name=None)} == {
        ("all", -1, 22, False),
        ("0", 0, 20, False),
        ("1", 1, 2, True),
        ("2", 2, 0, True),
    }


def test_a_group_without_an_image_has_a_row_without_accuracy_and_loss():
    found = pd.DataFrame(rows(table({"here": HERE}), group="2"))
    assert len(found) == 18 and (found["images"] == 0).all() and found["few"].all() and not found["flips"].any()
    assert found[["accuracy", "accuracy_reference", "loss", "loss_reference"]].isna().all(axis=None)


def test_the_weight_of_a_loss_is_told_where_it_has_one():
    heavy = {**SLOW, "run": "heavy/dense", "variant": "heavy", "effect": "variant", "weight": 0.5}
    found = table({"here": HERE}, trained=[SLOW, heavy])
    weighed = {run: of["weight"].tolist() for run, of in found.groupby("run")}
    assert weighed["heavy/dense"] == [0.5] * 12
    assert all(weight != weight for run in ("dense", "slow/dense") for weight in weighed[run])


def test_evaluation_counts_flips_and_takes_both_accuracies_and_losses():
    found = table({"here": HERE})
    (all_images,) = rows(found, effect="evaluation", seed=0, group="all")
    assert all_images["flips"] == 2 and all_images["profile"] == "half" and all_images["machine"] == "here"
    assert all_images["accuracy"] == pytest.approx(100 * 19 / 22) and all_images["accuracy_reference"] == pytest.approx(
        100 * 21 / 22
    )
    (few,) = rows(found, effect="evaluation", seed=0, group="1")
    assert (few["flips"], few["accuracy"], few["accuracy_reference"]) == (2, 0.0, 100.0)
    (other,) = rows(found, effect="evaluation", seed=1, group="0")
    assert (other["flips"], other["accuracy"], other["accuracy_reference"]) == (2, 100.0, 90.0)
    assert (other["loss"], other["loss_reference"]) == (1.35, 1.1)
    assert (other["run"], other["method"], other["target_density"], other["cycle"]) == ("lrr/0.5", "lrr", 0.5, 2)
    assert not rows(found, effect="evaluation", profile="cuda"), "it is not available"


def test_a_repeat_flips_nothing_where_the_bits_are_the_same_and_is_of_the_plain_runs_too():
    found = pd.DataFrame(rows(table({"here": HERE}), effect="repeat"))
    assert {*found["run"]} == {"lrr/0.5", "dense"} and not found["flips"].any()
    assert found["loss"].equals(found["loss_reference"]) and {*found["profile"]} == {"torch"}
    other = table({"here": {**HERE, ("torch", "second"): outcomes({}, ALL_NODES)}})
    assert [row["flips"] for row in rows(other, effect="repeat", run="lrr/0.5", group="all")] == [1, 2, 0]


def test_a_change_of_seed_is_against_the_next_one_and_the_last_against_the_first():
    found = rows(table({"here": HERE}), effect="seed", run="lrr/0.5", group="all")
    assert [row["seed"] for row in found] == [0, 1, 2]
    # Wrong are image 0 of seed 0, images 0 and 1 of seed 1, none of seed 2.
    assert [row["flips"] for row in found] == [1, 2, 1]
    losses = [row["loss"] for row in found]
    assert losses == [0.1, 1.1, 2.1] and [row["loss_reference"] for row in found] == [*losses[1:], losses[0]]


def test_one_seed_alone_has_no_change_of_seed():
    one = Outcomes([5], {(NODE, "test"): RIGHT[:1]}, {(NODE, "test"): np.ones((1, 22))})
    found = table({"here": {("torch", "first"): one}}, plain=[], trained=[])
    assert found.empty


def test_training_is_compared_with_the_plain_run_under_the_reference():
    found = rows(table({"here": HERE}), effect="training", group="1")
    assert [row["flips"] for row in found] == [0, 0, 1]
    assert [row["accuracy_reference"] for row in found] == [100, 100, 50]
    assert {row["profile"] for row in found} == {"half"} and {row["node"] for row in found} == {VARIANT}
    assert {row["variant"] for row in found} == {"slow"}


def test_a_variant_that_changes_more_than_the_profile_is_an_effect_of_its_own():
    found = table({"here": HERE}, trained=[{**SLOW, "effect": "variant"}])
    assert not rows(found, effect="training") and len(rows(found, effect="variant", profile="half")) == 12


def test_another_machine_is_compared_with_the_reference_here_and_repeated_on_its_own():
    there = outcomes({(NODE, 2): [4]}, ALL_NODES)
    again = outcomes({(NODE, 2): [4, 5]}, ALL_NODES)
    elsewhere = {("torch", "first"): there, ("torch", "second"): again, ("cuda", "first"): there}
    found = table({"here": HERE, "far": elsewhere})
    for profile in ("torch", "cuda"):
        far = rows(found, machine="far", effect="evaluation", profile=profile, group="all")
        assert [row["flips"] for row in far] == [1, 2, 1]
    far = rows(found, machine="far", effect="repeat", run="lrr/0.5", group="all")
    assert [row["flips"] for row in far] == [0, 0, 1]
    assert not rows(found, machine="here", effect="evaluation", profile="torch")
    assert table({"here": {}, "far": elsewhere})["effect"].unique().tolist() == ["repeat", "seed", "training"]


def test_groups_of_a_table_are_named_and_may_cut_across_classes():
    groups = Split(LABELS, np.array([1] * 11 + [0] * 11), ["young", "old"])
    found = rows(table({"here": HERE}, groups), effect="evaluation", seed=0)
    assert [(row["group"], row["images"], row["few"], row["flips"]) for row in found] == [
        ("all", 22, False, 2),
        ("young", 11, True, 2),
        ("old", 11, True, 0),
    ]
