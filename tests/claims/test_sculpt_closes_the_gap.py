"""The share of a gap: its interval against a scan by definition."""

import numpy as np
import pytest
from scipy import stats
from synthetic import bounds, evaluate, reason, run


def scan(gain, gap, percents):
    """Fieller's set by its definition: where no t test rejects mean(gain) = percent / 100 * mean(gap)."""
    rest = np.asarray(gain) - percents[:, None] / 100 * np.asarray(gap)
    half = stats.t.ppf(0.975, len(gain) - 1) * rest.std(axis=1, ddof=1) / np.sqrt(len(gain))
    return percents[np.abs(rest.mean(axis=1)) <= half]


@pytest.mark.parametrize(
    ("gain", "gap", "verdict"),
    [
        ([30, 36, 33], [40, 41, 45], "contradicted"),
        ([30, 41, 20], [40, 41, 45], "inconclusive"),
        ([50, 55, 58], [40, 41, 45], "supported"),
        ([-9, -5, -6, -8], [20, 26, 21, 24], "contradicted"),
    ],
)
def test_closed_gap_has_the_interval_of_a_brute_force_scan(gain, gap, verdict):
    cyclic = np.full(len(gap), 40.0)
    claim = evaluate(run("cyclic", cyclic), run("lrr", cyclic + gap), run("sculpt", cyclic + gain, start=0.05))["c2"]
    inside = scan(gain, gap, np.linspace(-500, 500, 1_000_001))
    assert claim["effect"] == pytest.approx(100 * np.mean(gain) / np.mean(gap), abs=1e-4)
    assert bounds(claim) == pytest.approx((inside[0], inside[-1]), abs=1.1e-3)
    assert claim["verdict"] == verdict
    assert claim["unit"] == "percent of the gap" and claim["scope"].startswith(
        "erk at 0.01 from 0.05; unequal epochs (20 against 35)"
    )


def test_a_gap_that_may_be_zero_is_none_to_close():
    gain, gap = [10, 12, 11], [1, 30, 5]
    assert {-1e6, 1e6} <= set(scan(gain, gap, np.array([-1e6, 0, 1e6])))
    cyclic = np.array([50.0, 50, 50])
    runs = run("cyclic", cyclic), run("lrr", cyclic + gap), run("sculpt", cyclic + gain, start=0.05)
    assert "c2" not in evaluate(*runs)
    told = "no gap to close: LRR's lead over cyclic training is 12.0 points (95 % interval -27.0 to 51.0); erk at 0.01"
    assert told in reason("c2", *runs)


def test_a_density_without_a_gap_has_no_percentage_where_the_mean_has_one():
    cyclic = np.array([50.0, 50, 50])
    sides = {0.02: [40, 41, 45], 0.01: [1, 30, 5]}
    runs = [
        part
        for density, gap in sides.items()
        for part in (
            run("cyclic", cyclic, density),
            run("lrr", cyclic + gap, density),
            run("sculpt", cyclic + 20, density, start=0.05),
        )
    ]
    cells = {cell["density"]: cell["effect"] for cell in evaluate(*runs)["c2"]["cells"]}
    assert cells == {0.02: 47.619, 0.01: None}


def test_one_seed_tells_a_share_without_an_interval():
    claim = evaluate(run("cyclic", [50]), run("lrr", [70]), run("sculpt", [65], start=0.05))["c2"]
    assert (claim["effect"], *bounds(claim), claim["verdict"]) == (75.0, None, None, "inconclusive")


def test_without_a_gap_there_is_nothing_to_close():
    runs = run("cyclic", [90, 91, 92]), run("lrr", [80, 82, 81]), run("sculpt", [70, 71, 73], start=0.05)
    assert "c2" not in evaluate(*runs)
    assert "no gap to close: LRR's lead over cyclic training is -10.0 points" in reason("c2", *runs)
