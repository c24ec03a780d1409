"""Which verdicts stay with other seeds (benchmarks/verdicts.py)."""

from pathlib import Path

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def verdicts(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import verdicts

    return verdicts


def claim(verdict: str, effect: float = 1.0) -> dict:
    return {"verdict": verdict, "effect": effect, "ci_low": None, "ci_high": None}


def test_what_stays_what_turns_and_what_is_judged_once_are_counted(verdicts):
    one = {("a", ""): claim("supported"), ("b", ""): claim("supported"), ("c", ""): claim("supported")}
    other = {("a", ""): claim("supported"), ("b", ""): claim("contradicted"), ("d", ""): claim("inconclusive")}
    found = verdicts.lines(one, other)
    assert found[-1].strip() == "1 of 2 verdicts stay; 1 turn into their opposite; 2 were judged once."
    assert [line.split(" | ")[0] + line[-6:] for line in found[2:-1]] == ["| a yes |", "| b| no |"]


def test_each_half_has_its_own_seeds_and_chooses_its_own_start(verdicts):
    labels = {"method": "sculpt", "mask": "erk", "target_density": 0.1, "criterion": "magnitude", "transform": None}
    labels |= {"weights": None, "length": None, "variant": None, "cycle": 2, "cycles": 2, "result": True}
    # The first start is better on the first seeds, the second on the others.
    accuracies = {0.5: [90.0, 90.0, 70.0, 70.0], 0.2: [80.0, 80.0, 80.0, 80.0]}
    rows = [
        {"run": f"sculpt/erk_{start}/0.1", "start_density": start, **labels, "seed": seed, "val_accuracy": accuracy}
        for start, found in accuracies.items()
        for seed, accuracy in enumerate(found)
    ]
    frames = {"summary": pd.DataFrame(rows).assign(selected=True), "profiles": pd.DataFrame({"profile": ["torch"]})}
    first, others = verdicts.halves(frames, 2)
    assert set(first["summary"]["seed"]) == {0, 1} and set(others["summary"]["seed"]) == {2, 3}
    chosen = [half["summary"].loc[half["summary"]["selected"], "start_density"].unique() for half in (first, others)]
    assert [list(found) for found in chosen] == [[0.5], [0.2]]
    assert first["profiles"] is frames["profiles"]
