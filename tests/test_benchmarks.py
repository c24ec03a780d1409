"""What the benchmarks do when a part of them fails."""

from functools import partial
from math import isnan
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def test_a_loop_that_fails_leaves_the_others_their_times(monkeypatch, capfd):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from rounds import Row, interleaved, line, ratios

    builds = {
        "well": partial(partial, abs, -2.0),
        "not built": partial(int, "x"),
        "not run": partial(partial, int, "y"),
    }
    times = interleaved(builds, rounds=2)
    assert times.pop("well") == [2.0, 2.0]
    assert [[isnan(seconds) for seconds in found] for found in times.values()] == [[True, True]] * 2
    said = capfd.readouterr().err
    assert "base 10: 'x'" in said and "base 10: 'y'" in said, "each says why"
    assert line(Row("a bound", ratios([1.0, 1.0], times["not run"]), at_least=1)).endswith("| nan to nan | no |")
