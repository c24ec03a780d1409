"""Claims on tables that come with the bits of each test image: the interval then holds the images too."""

import numpy as np
import pandas as pd
import pytest
from synthetic import ON_SUMMARY, run

from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.ratio import Ratio
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate

IMAGES = 40


def drawn(random, right, method, density, seeds=4, **labels):
    """A run whose nodes get each image right with probability `right`, and its bits."""
    hits = random.random((seeds, IMAGES)) < right
    rows = run(method, 100 * hits.mean(1), density, **labels)
    return rows, {(node, seed): hit for node, seed, hit in zip(rows["node"], rows["seed"], hits, strict=True)}


@pytest.fixture
def made():
    """Every side of the claims at two densities and two masks: rows, and bits by node and seed."""
    random, frames, hits = np.random.default_rng(3), [], {}
    for density, lower in ((0.02, 0.0), (0.01, 0.2)):
        wanted = [("lrr", 0.95, {}), ("lrr_equal", 0.93, {})]
        for mask in ("erk", "snip"):
            wanted += [("cyclic", 0.6 - lower, {"mask": mask}), ("single", 0.4, {"mask": mask})]
            wanted += [("sculpt", 0.85 - lower, {"mask": mask, "start": 0.5})]
        for method, right, labels in wanted:
            rows, bits = drawn(random, right, method, density, **labels)
            frames.append(rows)
            hits |= bits
    return pd.concat(frames, ignore_index=True), hits


def layout(made, method, density, mask="erk"):
    """Percent, by seed and image."""
    rows, hits = made
    some = rows[(rows["method"] == method) & (rows["target_density"] == density)]
    some = some[some["mask"].isna() | (some["mask"] == mask)].sort_values("seed")
    return 100.0 * np.array([hits[node, seed] for node, seed in zip(some["node"], some["seed"], strict=True)])


def claims(made, hits=True, **settings):
    found, _ = judge(ON_SUMMARY, Tables({"summary": made[0]}, made[1] if hits else None, settings))
    return {claim["id"]: claim for claim in found}


def bounds(claim):
    return claim["ci_low"], claim["ci_high"]


CELLS = [(mask, density) for mask in ("erk", "snip") for density in (0.02, 0.01)]


def test_a_difference_averages_each_image_over_the_cells(made):
    claim = claims(made)["a"]
    parts = [layout(made, "cyclic", d, mask) - layout(made, "single", d, mask) for mask, d in CELLS]
    expected = estimate(np.mean(parts, axis=0))
    assert (claim["n_seeds"], claim["n_images"], claim["covers"]) == (4, IMAGES, "seeds and test images")
    assert claim["effect"] == pytest.approx(expected.effect, abs=1e-4)
    assert bounds(claim) == pytest.approx(expected.interval(), abs=1e-4)
    assert claim["p"] == pytest.approx(expected.p(), rel=1e-3)
    assert claim["caveats"][0].startswith("the interval holds the draw of 4 seeds and of 40 test images")
    for part, cell, place in zip(parts, claim["cells"], CELLS, strict=True):
        assert (cell["mask"], cell["density"]) == place
        assert cell["effect"] == pytest.approx(part.mean(), abs=1e-4)
        assert bounds(cell) == pytest.approx(estimate(part).interval(), abs=1e-4)


def test_effects_are_those_of_the_summary(made):
    by_image, by_seed = claims(made), claims(made, hits=False)
    assert by_image.keys() == by_seed.keys() >= {"a", "b", "b2", "c1", "c2", "c3", "c4", "d_epochs_0.01"}
    for id_, claim in by_image.items():
        other = by_seed[id_]
        assert claim["effect"] == pytest.approx(other["effect"], abs=2e-4)
        assert claim["scope"] == other["scope"] and other["covers"] == "seeds"
        assert bounds(claim) != bounds(other)


def test_the_share_of_a_gap_is_a_ratio_by_image(made):
    claim = claims(made)["c2"]

    def of(method):
        return np.mean([layout(made, method, density, mask) for mask, density in CELLS], axis=0)

    gain, gap = of("sculpt") - of("cyclic"), of("lrr") - of("cyclic")
    assert bounds(claim) == pytest.approx(Ratio(100 * gain, gap).interval(), rel=1e-4)
    assert claim["p"] == pytest.approx(estimate(gain - gap).p(), rel=1e-3) and claim["threshold"] == 100
    assert [cell["start"] for cell in claim["cells"]] == [0.5] * 4


def test_a_cell_without_a_gap_has_no_share(made):
    rows, hits = made
    ahead = (rows["method"] == "cyclic") & (rows["mask"] == "snip") & (rows["target_density"] == 0.02)
    hits = hits | {(node, seed): np.ones(IMAGES, bool) for node, seed in rows.loc[ahead, ["node", "seed"]].values}
    cells = {(cell["mask"], cell["density"]): cell for cell in claims((rows, hits))["c2"]["cells"]}
    assert cells["snip", 0.02] == {"mask": "snip", "density": 0.02, "start": 0.5} | dict.fromkeys(
        ["effect", "ci_low", "ci_high"]
    )
    assert cells["erk", 0.02]["effect"] is not None


def test_lrr_at_equal_epochs_is_a_side_of_its_own(made):
    rows, hits = made
    found = claims(made)
    for id_, expected, sign in (("b2", "cyclic", -1), ("c4", "sculpt", 1)):
        parts = [layout(made, expected, d, mask) - layout(made, "lrr_equal", d, mask) for mask, d in CELLS]
        assert found[id_]["effect"] == pytest.approx(sign * np.mean(parts), abs=1e-4)
        assert "; equal epochs (20); " in found[id_]["scope"] and "LRR of as many epochs" in found[id_]["statement"]
        assert not any("more epochs" in caveat for caveat in found[id_]["caveats"])
    assert "; unequal epochs (20 against 35); " in found["b"]["scope"]
    for id_ in ("b", "c2", "d_epochs_0.01"):
        assert any(caveat.startswith("LRR trains for more epochs") for caveat in found[id_]["caveats"])
    without = rows[rows["method"] != "lrr_equal"]
    alone = claims((without, hits))
    assert alone.keys() == found.keys() - {"b2", "c4"}
    for id_ in ("b", "c1", "c2", "d_epochs_0.02", "d_flops_0.01"):
        assert {**alone[id_], "p_holm": None} == {**found[id_], "p_holm": None}


def test_p_is_corrected_within_a_figure(made):
    found = claims(made)
    families = {id_: claim["family"] for id_, claim in found.items()}
    assert {id_ for id_, family in families.items() if family == "figure 4"} == {"a", "b", "b2"}
    assert {id_ for id_, family in families.items() if family == "figure 7"} == {"c1", "c2", "c3", "c4"}
    cost = {id_ for id_, family in families.items() if family == "accuracy against cost"}
    assert cost == {id_ for id_ in found if id_.startswith("d_")}
    smallest = min(found[id_]["p"] for id_ in cost)
    assert min(found[id_]["p_holm"] for id_ in cost) == pytest.approx(min(1, len(cost) * smallest), rel=1e-3)


def test_short_training_is_told_where_the_dense_network_still_gains(made):
    rows, hits = made
    random, frames = np.random.default_rng(0), [rows]
    for cycle, right in ((1, 0.5), (4, 0.9)):
        dense, bits = drawn(random, right, "single", 1.0, cycle=cycle, cycles=4, run="dense", node=f"dense/{cycle}")
        frames.append(dense.assign(method="dense", mask=None))
        hits = hits | bits
    means = [frame["test_accuracy"].mean() for frame in frames[1:]]
    said = f"the dense network has {means[0]:.1f} % after its first cycle and {means[1]:.1f} % after its last"
    found = claims((pd.concat(frames, ignore_index=True), hits))
    assert all(any(said in caveat for caveat in claim["caveats"]) for claim in found.values())
    assert not any("training is short" in caveat for claim in claims(made).values() for caveat in claim["caveats"])
