"""Verdicts on tables whose heights and eigenvalues are chosen."""

import math
import re

import pandas as pd
import pytest
from landscape_tables import frames

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.judgement.paper import FIGURE_3
from sculpt.statistics.tables import Tables

NAMES = [name for name in CLAIMS.names if CLAIMS.constant(name, "ID", "").startswith("k")]
FRAMES = frames()
FEW = ["cycles_have_barriers", "long_stays_connected", "independent_networks_rise"]
MIDDLES = ("k1", "k2", "k3", "k4", "k5", "k5b", "k6", "k7", "k8")


def judged(of: dict[str, pd.DataFrame], names: list[str] = NAMES):
    claims, untested = judge(names, Tables(of))
    return {claim["id"]: claim for claim in claims}, untested


@pytest.fixture(scope="module")
def claims():
    return judged(FRAMES)[0]


def test_every_claim_is_of_figure_3_and_says_where_it_is_from(claims):
    expected = {f"{name}_{split}" for name in MIDDLES for split in ("train", "validation")}
    expected |= {f"{name}_{kind}" for name in ("k9", "k10") for kind in ("dense", "sparse")}
    assert set(claims) == expected and {claim["family"] for claim in claims.values()} == {FIGURE_3}
    assert all("figure 3" in claim["source"] or "reviews" in claim["source"] for claim in claims.values())
    assert all(claim["n_seeds"] == 3 and claim["p_holm"] is not None for claim in claims.values())


@pytest.mark.parametrize(
    ("name", "train", "validation", "threshold"),
    [
        ("k1", 2.0, 3.0, 0.0),
        ("k2", -0.1, -1.1, -0.5),
        ("k3", 1.9, 1.9, 0.0),
        ("k4", -0.2, -1.2, -0.5),
        ("k5", 3.0, 4.0, 0.0),
        ("k5b", 2.8, 2.8, 0.0),
        ("k6", 60.0, 61.0, 20.0),
        ("k7", 58.0, 58.0, 0.0),
        ("k8", 40.0, 41.0, 0.0),
    ],
)
def test_heights_are_of_the_midpoint_averaged_over_pairs_and_densities(claims, name, train, validation, threshold):
    for split, effect in (("train", train), ("validation", validation)):
        claim = claims[f"{name}_{split}"]
        assert claim["effect"] == pytest.approx(effect) and claim["threshold"] == threshold
        assert claim["verdict"] == ("supported" if effect > threshold else "contradicted")
        assert [cell["density"] for cell in claim["cells"]] == [0.1, 0.02]
        assert [cell["effect"] for cell in claim["cells"]] == pytest.approx([effect] * 2)
        assert f"{split} images" in claim["statement"] and f"{split} images" in claim["scope"]


def test_the_interval_is_over_seeds(claims):
    claim = claims["k1_train"]
    half = 4.302652729911275 * 0.1 / math.sqrt(3)  # Student's t, two degrees of freedom
    assert (claim["ci_low"], claim["ci_high"]) == pytest.approx((2 - half, 2 + half), abs=1e-4)
    assert claims["k3_train"]["ci_low"] == pytest.approx(1.9), "the seeds' part is on both sides"


def test_scopes_say_which_networks(claims):
    assert claims["k1_train"]["scope"].endswith("train images; cyclic erk at 0.1, 0.02 (cycles 2, 3)")
    assert claims["k4_train"]["scope"].endswith("lrr at 0.1, 0.02 (cycles 2, 3)")
    assert claims["k5b_train"]["scope"].endswith(
        "sculpt erk from 0.5 at 0.1, 0.02 (cycle 3); lrr at 0.1, 0.02 (cycles 2, 3)"
    )


def test_curvature_is_told_in_halvings(claims):
    assert claims["k9_dense"]["effect"] == pytest.approx(2, abs=0.01) and claims["k9_dense"]["verdict"] == "supported"
    assert claims["k9_sparse"]["effect"] == pytest.approx(-2, abs=0.01)
    assert claims["k9_sparse"]["verdict"] == "contradicted" == claims["k10_sparse"]["verdict"]
    assert claims["k10_dense"]["effect"] == claims["k9_dense"]["effect"], "norms stay as they are"
    values = [math.log2(160 / (40 * (1 + seed))) for seed in (-0.1, 0.0, 0.1)]
    assert claims["k9_dense"]["effect"] == pytest.approx(sum(values) / 3, abs=1e-4)


def test_barriers_that_are_not_there_are_contradicted_and_margins_count():
    claims, _ = judged(frames(cyclic=-2.0, long=0.45, other_seed=15.0), FEW)
    assert claims["k1_train"]["verdict"] == "contradicted" and claims["k6_train"]["verdict"] == "contradicted"
    assert claims["k2_train"]["verdict"] == "inconclusive", "0.45 with its interval is on both sides of 0.5"


def test_a_maximum_is_never_read(claims):
    of = dict(FRAMES)
    table = of["connectivity"]
    changed = table.assign(height=table["height"].where(table["alpha"].isin([0.0, 0.5, 1.0]), 1000.0))
    found = judged(of | {"connectivity": changed}, FEW)[0]
    assert found and all(claim["effect"] == claims[name]["effect"] for name, claim in found.items())


def test_a_network_without_every_seed_does_not_count():
    of = dict(FRAMES)
    table = of["connectivity"]
    gone = (table["run"] == "cyclic/erk_0.1") & (table["seed"] == 2)
    claims, _ = judged(of | {"connectivity": table[~gone]}, FEW)
    assert [cell["density"] for cell in claims["k1_train"]["cells"]] == [0.02]
    assert [cell["density"] for cell in claims["k3_train"]["cells"]] == [0.02]


def test_what_is_missing_is_told_with_the_entry_that_adds_it():
    of = dict(FRAMES)
    table = of["connectivity"]
    only = table[table["run"].str.startswith("lrr")]
    claims, untested = judged(of | {"connectivity": only, "curvature": of["curvature"].query("cycle == 1")})
    assert set(claims) == {"k4_train", "k4_validation"}
    assert len(untested) == 20
    assert all(
        re.search(r"tested with, in params.yaml, .*analyses: (connectivity|curvature): ", line) for line in untested
    )
    assert any("checkpoints: true" in line for line in untested)


def test_without_the_tables_nothing_is_judged():
    of = {"summary": FRAMES["summary"]}
    claims, untested = judged(of)
    assert claims == {} and len(untested) == len(NAMES)


def test_one_seed_has_no_interval():
    of = {name: table[table["seed"] == 0] for name, table in FRAMES.items()}
    claims, _ = judged(of, ["lrr_stays_connected", "minima_flatten"])
    assert {claim["verdict"] for claim in claims.values()} == {"inconclusive"}


def test_an_eigenvalue_that_is_not_positive_has_no_halving():
    of = dict(FRAMES)
    table = of["curvature"]
    flat = (table["run"] == "dense") & (table["seed"] == 1) & (table["cycle"] == 3)
    of["curvature"] = table.assign(eigenvalue=table["eigenvalue"].where(~flat, -1.0))
    claims, untested = judged(of, ["minima_flatten"])
    assert "k9_dense" not in claims and any(line.startswith("k9_dense") for line in untested)
    assert "k10_dense" in claims


def test_other_runs_are_not_averaged_over(claims):
    of = dict(FRAMES)
    summary, table = of["summary"], of["connectivity"]
    noisy = summary[summary["run"] == "cyclic/erk_0.1"].assign(run="noisy/cyclic/erk_0.1", variant="noisy")
    lines = table[table["run"] == "cyclic/erk_0.1"].assign(run="noisy/cyclic/erk_0.1", height=500.0)
    more = {"summary": pd.concat([summary, noisy]), "connectivity": pd.concat([table, lines])}
    found = judged(of | more, FEW)[0]
    assert found and all(claim["effect"] == claims[name]["effect"] for name, claim in found.items())
