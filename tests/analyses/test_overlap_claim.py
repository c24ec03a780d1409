"""The claim on distances between cycles, on tables where its answer is known."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from sculpt.claims.overlap import judge
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate

SECOND = {("erk", 0.1): [0.5, 0.6, 0.7], ("erk", 0.05): [0.7, 0.8, 0.9], ("snip", 0.1): [0.4, 0.5, 0.6]}
GAINS = [0.1, 0.2, 0.15]
"""How much less the last cycle moves the weights of each seed."""


def tables(cycles: int = 4, gains=GAINS, summary_changes=None, drop=()) -> Tables:
    summary, overlap = [], []
    for (mask, density), second in SECOND.items():
        run = f"cyclic/{mask}_{density}"
        labels = {"method": "cyclic", "mask": mask, "target_density": density, "start_density": None}
        labels |= dict.fromkeys(["criterion", "transform", "weights", "length", "variant"])
        for seed, (distance, gain) in enumerate(zip(second, gains, strict=True)):
            for cycle in range(1, cycles + 1):
                summary.append({"run": run, **labels, "cycle": cycle, "cycles": cycles, "seed": seed, "result": True})
                moved = {1: None, 2: distance, cycles: distance - gain}.get(cycle, 9.0)
                if (run, seed) not in drop:
                    rows = [{"layer": layer, "relative_distance": moved} for layer in ("conv", "all")]
                    rows[0]["relative_distance"] = 5.0
                    overlap += [{"run": run, "cycle": cycle, "seed": seed, **row} for row in rows]
    frame = pd.DataFrame(summary)
    return Tables({"summary": frame.assign(**(summary_changes or {})), "overlap": pd.DataFrame(overlap)})


def test_the_unit_is_the_seed():
    (claim,) = judge(tables())
    low, high = estimate(100 * np.array(GAINS)).interval()
    assert (claim["id"], claim["n_seeds"], claim["verdict"]) == ("f", 3, "supported")
    assert claim["effect"] == pytest.approx(15) and (claim["ci_low"], claim["ci_high"]) == (
        round(low, 4),
        round(high, 4),
    )
    assert claim["covers"] == "seeds" and claim["n_images"] is None
    assert [(cell["mask"], cell["density"], cell["effect"]) for cell in claim["cells"]] == [
        ("erk", 0.1, 15.0),
        ("erk", 0.05, 15.0),
        ("snip", 0.1, 15.0),
    ]
    assert claim["scope"] == "erk at 0.1, 0.05; snip at 0.1; cycle 2 against cycle 4"


@pytest.mark.parametrize(
    ("gains", "verdict"), [([-0.1, -0.2, -0.15], "contradicted"), ([0.1, -0.1, 0.02], "inconclusive")]
)
def test_verdicts(gains, verdict):
    (claim,) = judge(tables(gains=gains))
    assert claim["verdict"] == verdict


def test_only_runs_with_every_seed_count():
    (claim,) = judge(tables(drop=[("cyclic/snip_0.1", 1)]))
    assert "snip" not in claim["scope"] and claim["n_seeds"] == 3


@pytest.mark.parametrize(
    "untold",
    [
        partial(tables, cycles=2),
        partial(tables, summary_changes={"variant": "noisy"}),
        partial(tables, summary_changes={"result": False}),
        partial(tables, summary_changes={"method": "long"}),
        partial(tables, drop=[(f"cyclic/{mask}_{density}", 0) for mask, density in SECOND]),
    ],
)
def test_it_says_why_it_is_not_tested(untold):
    (reason,) = judge(untold())
    assert reason.startswith("f (") and "no cyclic run" in reason
