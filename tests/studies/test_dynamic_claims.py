"""Claims n1 to n4 on tables whose answers are known: equal epochs, and equal FLOPs by interpolation."""

import numpy as np
import pandas as pd
import pytest
from dynamic_tables import FIXED, RIGL, everything, run

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.dynamic.rules import FAMILY

NAMES = [name for name in CLAIMS.names if ".studies.dynamic." in CLAIMS.module(name)]
IDS = ["n1", "n2", "n3_rigl", "n3_gmp", "n3_acdc", "n4_rigl", "n4_gmp", "n4_acdc"]


def judged(*runs):
    claims, untested = judge(NAMES, Tables({"summary": pd.concat(runs, ignore_index=True)}))
    return {claim["id"]: claim for claim in claims}, untested


def numbers(values):
    low, high = estimate(np.array(values, float)).interval()
    return pytest.approx((np.mean(values), low, high), abs=1e-4)


def of(claim):
    return claim["effect"], claim["ci_low"], claim["ci_high"]


def test_each_comparison_at_equal_epochs_is_the_paired_difference():
    found, untested = judged(*everything())
    assert [*found] == [name for name in IDS if name not in ("n4_rigl", "n4_acdc")]
    assert {claim["family"] for claim in found.values()} == {FAMILY}
    assert of(found["n1"]) == numbers([2, 4, 5]) and found["n1"]["verdict"] == "inconclusive"
    assert of(found["n2"]) == numbers([1, 4, 3])
    assert of(found["n3_rigl"]) == numbers([-4, -3, -4]) and found["n3_rigl"]["verdict"] == "contradicted"
    assert of(found["n3_gmp"]) == numbers([6, 5, 7]) and found["n3_gmp"]["verdict"] == "supported"
    assert of(found["n3_acdc"]) == numbers([-14, -11, -14])
    assert found["n1"]["scope"] == "erk at 0.02; equal epochs (20); 1 times the FLOPs"
    assert [line.split(" ")[0] for line in untested] == ["n4_rigl", "n4_acdc"]


def test_at_equal_flops_sculpt_is_interpolated_between_its_starts():
    """Half-way between 4e9 and 16e9 on a logarithmic scale."""
    found, untested = judged(*everything())
    middle = [(70 + 76) / 2 - 70, (72 + 80) / 2 - 75, (77 + 81) / 2 - 74]
    assert of(found["n4_gmp"]) == numbers(middle)
    assert found["n4_gmp"]["scope"] == "erk at 0.02, between the starts 0.1 and 0.5, at 8 GFLOPs"
    assert [cell["effect"] for cell in found["n4_gmp"]["cells"]] == [found["n4_gmp"]["effect"]]
    assert "cost less and more than it: erk at 0.02 (1 GFLOPs; SCULPT 4 GFLOPs to 16 GFLOPs)" in untested[0]
    assert "starts around its cost would do" in untested[0] and untested[0].entry == ""


def test_a_start_of_exactly_that_cost_stands_for_itself_and_other_densities_are_left_out():
    runs = [*everything(), run("gmp", [60.0, 61.0, 62.0], 1e8, density=0.01)]
    runs += [run("sculpt", [65.0, 64.0, 66.0], 1e10, density=0.01, start=0.5)]
    runs[2] = run("gmp", [70.0, 75.0, 74.0], 4e9)
    found, _ = judged(*runs)
    assert of(found["n4_gmp"]) == numbers([0, -3, 3])
    assert "erk at 0.02" in found["n4_gmp"]["scope"] and "0.01" not in found["n4_gmp"]["scope"]
    (said,) = [line for line in found["n4_gmp"]["caveats"] if line.startswith("not compared")]
    assert "erk at 0.01" in said
    assert [cell["density"] for cell in found["n3_gmp"]["cells"]] == [0.02, 0.01]


def test_other_epochs_are_not_compared():
    runs = [part for part in everything() if part["method"].iloc[0] != "long"]
    found, untested = judged(*runs, run("long", FIXED, 1e9, epochs=25))
    assert "n1" not in found
    (line,) = [line for line in untested if line.startswith("n1 ")]
    assert "at equal epochs" in line


def test_a_rule_without_a_mask_stands_beside_the_masks_of_sculpt_alone():
    """A cyclic run on another mask is none that SCULPT could be interpolated on."""
    other = run("cyclic", FIXED, 1e9).assign(mask="snip", run="cyclic/snip")
    found, _ = judged(*everything(), other)
    assert not [said for said in found["n4_gmp"]["caveats"] if "snip" in said]


def test_of_two_variants_of_a_rule_the_one_of_its_name_counts():
    found, _ = judged(*everything(), run("rigl", [1.0, 2.0, 3.0], 1e9, variant="faster"))
    assert of(found["n1"]) == numbers([2, 4, 5])
    renamed = [part for part in everything() if part["method"].iloc[0] != "rigl"]
    found, _ = judged(*renamed, run("rigl", RIGL, 1e9, variant="faster"))
    assert of(found["n1"]) == numbers([2, 4, 5])


@pytest.mark.parametrize("rule", ["rigl", "set", "gmp", "acdc", "long", "sculpt"])
def test_what_is_missing_is_told_with_its_entry(rule):
    found, untested = judged(*[part for part in everything() if part["method"].iloc[0] != rule])
    assert len(found) + len(untested) == len(IDS)
    lines = [line.entry for line in untested if "has no run with every seed" in line]
    assert lines
    wanted = {"long": "{method: long", "sculpt": "{method: sculpt"}.get(rule, f"{{method: dynamic, variant: {rule},")
    assert all(wanted in line for line in lines)


def test_nothing_is_judged_where_no_rule_ran_and_one_seed_is_inconclusive():
    plain = [part for part in everything() if part["variant"].isna().all()]
    found, untested = judged(*plain)
    assert not found and len(untested) == len(IDS)
    found, _ = judged(*[part[part["seed"] == 0] for part in everything()])
    assert {claim["verdict"] for claim in found.values()} == {"inconclusive"}
    assert all(claim["ci_low"] is None for claim in found.values())
