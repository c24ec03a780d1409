"""The names of results, which files of metrics have."""

import grids
import pytest

from sculpt.recipe.headline import headline_name, headline_names
from sculpt.recipe.run import labels

MASKS = {"method": "masks", "masks": ["snip"], "densities": [0.1]}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (labels("dense"), "dense"),
        (labels("cyclic", mask="erk", target_density=0.1), "cyclic_erk"),
        (labels("sculpt", mask="erk", start_density=0.5, criterion="magnitude"), "sculpt_erk"),
        (labels("lrr", criterion="snip", variant="noisy"), "lrr_criterion_snip_variant_noisy"),
        (labels("long", mask="erk", length=7.0, criterion=float("nan")), "long_erk_length_7"),
        (
            labels("coupled", mask="lrr", transform="fresh", weights="initial"),
            "coupled_lrr_transform_fresh_weights_initial",
        ),
    ],
)
def test_a_name_has_every_label_but_densities_and_defaults(given, name):
    assert headline_name(given) == name


def test_an_experiment_has_a_name_for_each_result_and_none_for_a_trunk_or_a_mask():
    sculpt = {"method": "sculpt", "mask": "synflow", "start": 0.5, "targets": [0.1, 0.02]}
    tree = grids.small(sculpt, {"method": "cyclic", "mask": "erk", "densities": [0.1, 0.02]}, MASKS)
    assert headline_names(tree) == ["cyclic_erk", "sculpt_synflow", "single_erk"]
