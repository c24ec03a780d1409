"""The claims: effects and intervals against numbers worked out by hand, and what may enter them."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sculpt.statistics import claims
from sculpt.statistics.verdicts import table

T2 = 4.302653  # 97.5 % point of Student's t with 2 degrees of freedom
COSTS = {"single": (5, 1e9), "cyclic": (20, 4e9), "long": (20, 4e9), "sculpt": (20, 6e9)}
COSTS |= {"lrr": (35, 9e10), "imp": (35, 9e10), "wr": (35, 9e10)}


def run(method, test, density=0.01, mask="erk", start=np.nan, val=None, selected=True, **other):
    """The rows of one run, a seed each; val: accuracies, or one for all seeds (default: as on test)."""
    epochs, flops = COSTS[method]
    cycles = other.get("cycles", {"single": 1, "lrr": 7, "imp": 7, "wr": 7}.get(method, 4))
    cycle = other.get("cycle", cycles)
    mask = None if method in ("lrr", "imp", "wr") else mask
    count = len(test)
    return pd.DataFrame(
        {
            "method": method,
            "mask": mask,
            "start_density": start,
            "target_density": density,
            "cycle": cycle,
            "cycles": cycles,
            "seed": range(count),
            "epochs": other.get("epochs", epochs),
            "train_flops": other.get("flops", flops),
            "val_accuracy": np.broadcast_to(test if val is None else val, count).astype(float),
            "test_accuracy": np.asarray(test, float),
            "node": other.get("node", f"{method}/{mask}_{start}/{density}/{cycle}_{cycles}"),
            "selected": selected,
        }
    )


def evaluate(*runs):
    return {claim["id"]: claim for claim in claims.evaluate(pd.concat(runs, ignore_index=True))}


def bounds(claim):
    return claim["ci_low"], claim["ci_high"]


def reason(id_, *runs):
    (line,) = [line for line in claims.untested(pd.concat(runs, ignore_index=True)) if line.startswith(f"{id_} (")]
    return line


def test_effect_and_interval_are_those_worked_out_by_hand():
    # Differences 10, 8, 11: mean 29/3, standard deviation sqrt(7/3), so T2 * sqrt(7/3) / sqrt(3) each way.
    claim = evaluate(run("cyclic", [80, 82, 87]), run("single", [70, 74, 76]))["a"]
    assert claim == {
        "id": "a",
        "source": claim["source"],
        "statement": "Cyclic training beats a single cycle",
        "scope": "erk at 0.01; unequal epochs (20 against 5); 4 times the FLOPs",
        "n_seeds": 3,
        "effect": 9.6667,
        "ci_low": 5.8721,
        "ci_high": 13.4612,
        "verdict": "supported",
    }
    half = T2 * np.sqrt(7) / 3
    assert bounds(claim) == pytest.approx((29 / 3 - half, 29 / 3 + half), abs=1e-4)
    interval = stats.ttest_rel([80, 82, 87], [70, 74, 76]).confidence_interval()
    assert bounds(claim) == pytest.approx(tuple(interval), abs=1e-4)


def test_masks_and_densities_are_averaged_within_a_seed_first():
    # By seed, over four cells: (1 + 3 + 2 + 2) / 4 = 2, (4 + 0 + 5 + 3) / 4 = 3, (0 + 8 + 5 + 3) / 4 = 4.
    gains = {("erk", 0.1): [1, 4, 0], ("erk", 0.01): [3, 0, 8]}
    gains |= {("snip", 0.1): [2, 5, 5], ("snip", 0.01): [2, 3, 3]}
    runs = []
    for (mask, density), gain in gains.items():
        base = 100 * density + np.array([60, 62, 67])
        runs += [run("cyclic", base + gain, density, mask), run("single", base, density, mask)]
    claim = evaluate(*runs)["a"]
    assert (claim["n_seeds"], claim["effect"]) == (3, 3)
    assert bounds(claim) == pytest.approx((3 - T2 / np.sqrt(3), 3 + T2 / np.sqrt(3)), abs=1e-4)
    assert claim["scope"].startswith("erk at 0.1, 0.01; snip at 0.1, 0.01; unequal epochs (20 against 5)")


@pytest.mark.parametrize(
    ("single", "verdict"),
    [([70, 74, 76], "supported"), ([90, 91, 98], "contradicted"), ([79, 84, 86], "inconclusive")],
)
def test_verdict_needs_the_whole_interval_on_one_side(single, verdict):
    assert evaluate(run("cyclic", [80, 82, 87]), run("single", single))["a"]["verdict"] == verdict


def test_cells_that_one_side_lacks_or_lacks_for_a_seed_do_not_count():
    whole = evaluate(run("cyclic", [80, 82, 87]), run("single", [70, 74, 76]))["a"]
    one_seed_short = run("single", [1, 1, 1], density=0.05).iloc[:2]
    diverged = run("cyclic", [1, np.nan, 1], density=0.1)
    claim = evaluate(
        run("cyclic", [80, 82, 87]),
        run("single", [70, 74, 76]),
        run("cyclic", [99, 99, 99], density=0.05),
        one_seed_short,
        diverged,
        run("single", [1, 1, 1], density=0.1),
        run("cyclic", [99, 99, 99], density=0.02),
        run("single", [1, 1, 1], mask="snip"),
    )["a"]
    assert claim == whole


def test_only_a_run_of_full_length_is_cyclic_trainings_result():
    base = [
        run("cyclic", [80, 82, 87]),
        run("single", [70, 74, 76]),
        run("lrr", [90, 95, 91]),
        run("long", [80, 81, 88]),
        run("sculpt", [88, 87, 90], start=0.5),
    ]
    earlier = [run("cyclic", [1, 2, 3], cycle=cycle, epochs=5 * cycle) for cycle in (1, 2, 3)]
    # A trunk that only SCULPT uses ends one cycle early; at these densities the others have results.
    trunk = [run("cyclic", [1, 2, 3], 0.02, cycle=cycle, cycles=3, epochs=5 * cycle) for cycle in (1, 2, 3)]
    beside = [
        run("single", [99, 98, 97], 0.02),
        run("lrr", [99, 98, 97], 0.02),
        run("long", [99, 98, 97], 0.02),
        run("sculpt", [99, 98, 97], 0.02, start=0.5),
    ]
    alone, among = evaluate(*base), evaluate(*base, *earlier, *trunk, *beside)
    for id_ in ("a", "b", "c1", "c2", "c3", "e"):
        assert among[id_] == alone[id_]


def test_epochs_are_labelled_with_what_was_spent():
    found = evaluate(
        run("cyclic", [80, 82, 87], 0.02),
        run("cyclic", [60, 62, 67]),
        run("long", [79, 80, 81], 0.02),
        run("long", [59, 60, 61]),
        run("lrr", [90, 91, 95], 0.02, cycles=6, epochs=30),
        run("lrr", [88, 89, 90]),
        run("sculpt", [85, 85, 85], start=0.1),
        run("single", [50, 50, 50], epochs=10),
        run("single", [50, 50, 50], 0.02, epochs=20),
    )
    assert found["e"]["scope"].startswith("erk at 0.02, 0.01; equal epochs (20)")
    assert found["b"]["scope"].startswith("erk at 0.02, 0.01; unequal epochs (20 against 30 to 35)")
    assert found["c1"]["scope"].startswith("erk at 0.01 from 0.1; equal epochs (20)")
    assert found["a"]["scope"].startswith("erk at 0.02, 0.01; unequal epochs (20 against 10 to 20)")
    crossed = evaluate(
        run("cyclic", [80, 82, 87], 0.02),
        run("cyclic", [80, 82, 87], epochs=30),
        run("long", [79, 80, 81], 0.02, epochs=30),
        run("long", [79, 80, 81]),
    )
    assert crossed["e"]["scope"].startswith("erk at 0.02, 0.01; unequal epochs (20 to 30 against 20 to 30)")


def test_one_seed_gives_an_effect_and_no_interval():
    found = evaluate(run("cyclic", [60]), run("single", [30]), run("lrr", [90]), run("sculpt", [81], start=0.1))
    assert (found["a"]["effect"], found["c2"]["effect"], found["d_epochs_0.01"]["effect"]) == (30, 70, -9)
    for claim in found.values():
        assert (claim["n_seeds"], *bounds(claim), claim["verdict"]) == (1, None, None, "inconclusive")


def test_equal_differences_give_an_interval_of_no_width():
    claim = evaluate(run("cyclic", [80, 82, 87]), run("single", [78, 80, 85]))["a"]
    assert (claim["effect"], *bounds(claim), claim["verdict"]) == (2, 2, 2, "supported")


def test_the_last_bit_of_a_sum_decides_nothing():
    assert 0.1 + 0.2 > 0.3
    for cyclic, single in ((0.1 + 0.2, 0.3), (0.3, 0.1 + 0.2)):
        claim = evaluate(run("cyclic", [cyclic] * 3), run("single", [single] * 3))["a"]
        assert str((claim["effect"], *bounds(claim))) == "(0.0, 0.0, 0.0)"
        assert claim["verdict"] == "inconclusive"


def test_lrr_is_compared_with_every_mask_at_high_sparsity_only():
    # Against erk 20, 10, 21 and against snip 10, 12, 13: by seed 15, 11, 17.
    claim = evaluate(
        run("cyclic", [70, 80, 70]),
        run("cyclic", [80, 78, 78], mask="snip"),
        run("lrr", [90, 90, 91]),
        run("cyclic", [1, 1, 1], 0.05),
        run("lrr", [99, 99, 99], 0.05),
    )["b"]
    half = T2 * np.sqrt(28) / 3
    assert claim["effect"] == 14.3333
    assert bounds(claim) == pytest.approx((43 / 3 - half, 43 / 3 + half), abs=1e-4)
    assert claim["verdict"] == "supported"
    assert claim["scope"].startswith("erk at 0.01; snip at 0.01; unequal epochs (20 against 35)")


@pytest.mark.parametrize(("density", "counts"), [(0.8**17, True), (0.02, True), (0.025001, False), (0.8**16, False)])
def test_high_sparsity_is_a_density_of_two_hundredths_to_two_decimals(density, counts):
    found = evaluate(run("lrr", [90, 92, 94], density), run("cyclic", [70, 72, 75], density))
    assert ("b" in found) == counts


def test_of_two_ladders_lrr_is_the_longer():
    cyclic = run("cyclic", [70, 80, 70])
    short = run("lrr", [99, 99, 99], cycles=3, epochs=15, node="iterative/lrr/0.1/0.01")
    for runs in ([run("lrr", [90, 90, 91]), short], [short, run("lrr", [90, 90, 91])]):
        found = evaluate(cyclic, *runs)
        assert found["b"]["effect"] == pytest.approx(17, abs=1e-4)
        assert "(20 against 35)" in found["b"]["scope"]
        assert "(20 against 35)" in found["d_epochs_0.01"]["scope"]


def test_sculpt_starts_where_validation_chose_or_where_the_paper_did():
    found = evaluate(
        run("cyclic", [50, 51, 52]),
        run("cyclic", [50, 51, 52], mask="snip"),
        run("sculpt", [60, 62, 61], start=0.1),
        run("sculpt", [45, 45, 46], start=0.5, selected=False),
        run("sculpt", [99, 99, 99], start=0.2, selected=False),
        run("sculpt", [62, 62, 65], mask="snip", start=0.05),
    )
    assert found["c1"]["effect"] == 11  # erk 10, 11, 9; snip 12, 11, 13
    assert found["c1"]["scope"].startswith("erk at 0.01 from 0.1; snip at 0.01 from 0.05; equal epochs (20)")
    assert (found["c3"]["effect"], found["c3"]["verdict"]) == (-5.6667, "contradicted")
    assert found["c3"]["scope"].startswith("erk at 0.01 from 0.5; equal epochs (20)")


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
    assert claim["scope"].startswith("percent; erk at 0.01 from 0.05; unequal epochs (20 against 35)")


def test_a_gap_that_may_be_zero_leaves_the_ratio_unbounded():
    gain, gap = [10, 12, 11], [1, 30, 5]
    assert {-1e6, 1e6} <= set(scan(gain, gap, np.array([-1e6, 0, 1e6])))
    cyclic = np.array([50.0, 50, 50])
    claim = evaluate(run("cyclic", cyclic), run("lrr", cyclic + gap), run("sculpt", cyclic + gain, start=0.05))["c2"]
    assert (claim["effect"], *bounds(claim)) == (91.6667, None, None)
    assert claim["verdict"] == "inconclusive"


def test_without_a_gap_there_is_nothing_to_close():
    runs = run("cyclic", [90, 91, 92]), run("lrr", [80, 82, 81]), run("sculpt", [70, 71, 73], start=0.05)
    assert "c2" not in evaluate(*runs)
    assert reason("c2", *runs).endswith("LRR is not ahead of cyclic training, there is no gap")


def test_cheapest_run_within_a_point_on_validation_is_judged_on_test():
    found = evaluate(
        run("lrr", [90, 92, 91], val=90),
        run("imp", [95, 95, 95], val=99),  # as many epochs and FLOPs as LRR: not cheaper
        run("single", [99, 99, 99], val=88.9),  # cheapest, but more than a point behind on validation
        # Exactly a point behind.
        run("cyclic", [88, 88, 90], val=[88, 89, 90], cycle=2, epochs=10, flops=8e9),
        run("cyclic", [97, 97, 97], val=95, cycle=3, epochs=15, flops=3e9),
        run("sculpt", [97, 97, 97], val=99, start=0.1),
    )
    epochs, flops = found["d_epochs_0.01"], found["d_flops_0.01"]
    assert epochs["scope"] == "density 0.01: cyclic, erk, 2 cycles; unequal epochs (10 against 35)"
    assert epochs["effect"] == pytest.approx(-7 / 3, abs=1e-4)  # -2, -4, -1
    assert epochs["verdict"] == "inconclusive"
    assert (
        flops["scope"]
        == "density 0.01: cyclic, erk, 3 cycles; unequal epochs (15 against 35); FLOPs 3.00e9 against 9.00e10"
    )
    assert (flops["effect"], flops["verdict"]) == (6, "supported")


@pytest.mark.parametrize(
    ("test", "verdict"),
    [([89.5, 89.6, 89.4], "supported"), ([80, 81, 79], "contradicted"), ([88, 89, 90], "inconclusive")],
)
def test_within_a_point_of_lrr_is_the_threshold(test, verdict):
    claim = evaluate(run("lrr", [90, 90, 90]), run("single", test, val=90))["d_epochs_0.01"]
    assert claim["verdict"] == verdict


def test_where_no_cheaper_run_is_near_the_best_on_validation_stands_in():
    claim = evaluate(
        run("lrr", [90, 92, 91]),
        run("single", [99, 99, 99], val=50),
        run("sculpt", [85, 86, 87], val=86, start=0.05),
        run("sculpt", [99, 99, 99], val=85, start=0.1, selected=False),
        run("wr", [99, 99, 99], val=99),
    )["d_epochs_0.01"]
    assert claim["scope"] == (
        "density 0.01: sculpt, erk from 0.05, 4 cycles; unequal epochs (20 against 35); "
        "best on validation, yet not within one point there"
    )
    assert (claim["effect"], claim["verdict"]) == (-5, "contradicted")


def test_a_tie_in_cost_goes_to_validation_then_to_the_plainer_name():
    first_cycle = {"cycle": 1, "cycles": 4, "epochs": 5, "flops": 1e9, "node": "cyclic/erk_0.01/cycle_1"}
    lrr, single = run("lrr", [90, 90, 90]), run("single", [90, 90, 90], node="cyclic/erk_0.01/cycle_1")
    better = run("single", [80, 80, 80], mask="snip", val=95)
    same = evaluate(run("cyclic", [90, 90, 90], **first_cycle), single, lrr)
    assert same["d_epochs_0.01"]["scope"].startswith("density 0.01: single, erk, 1 cycle;")
    assert evaluate(single, better, lrr)["d_epochs_0.01"]["scope"].startswith("density 0.01: single, snip,")


def grid():
    """Every method at two densities and two masks, with noise from a fixed generator."""
    random = np.random.default_rng(0)
    runs = []
    for density, level in ((0.05, 85), (0.01, 70)):

        def accuracies(shift, level=level):
            return random.normal(level + shift, 2, 3)

        for mask in ("erk", "snip"):
            runs += [
                run("cyclic", accuracies(3 * c - 12), density, mask, cycle=c, epochs=5 * c, flops=c * 1e9)
                for c in (1, 2, 3, 4)
            ]
            runs += [run("single", accuracies(-9), density, mask), run("long", accuracies(1), density, mask)]
            runs += [
                run("sculpt", accuracies(9), density, mask, start=start, selected=start == 0.1) for start in (0.5, 0.1)
            ]
        iterative = {"lrr": 10, "imp": 2, "wr": 4}
        runs += [run(method, accuracies(shift), density) for method, shift in iterative.items()]
    return pd.concat(runs, ignore_index=True)


def test_what_is_chosen_does_not_depend_on_the_test_split():
    summary = grid()
    scopes = [claim["scope"] for claim in claims.evaluate(summary)]
    for seed in range(5):
        shuffled = np.random.default_rng(seed).permutation(summary["test_accuracy"])
        # c2 leaves the list where the shuffled LRR is behind cyclic training.
        found = [claim["scope"] for claim in claims.evaluate(summary.assign(test_accuracy=shuffled))]
        assert [scope for scope in scopes if scope in found or not scope.startswith("percent")] == found


def test_claims_depend_neither_on_the_order_of_rows_nor_on_csv():
    summary = grid()
    found = claims.evaluate(summary)
    ids = " ".join(claim["id"] for claim in found)
    assert ids == "a b c1 c2 c3 d_epochs_0.05 d_epochs_0.01 d_flops_0.05 d_flops_0.01 e"
    text = json.dumps(found, allow_nan=False)
    stored = pd.read_csv(io.StringIO(summary.to_csv(index=False)))
    assert json.dumps(claims.evaluate(stored)) == text
    for seed in range(3):
        assert json.dumps(claims.evaluate(summary.sample(frac=1, random_state=seed))) == text


def test_what_cannot_be_tested_says_why():
    cyclic, lrr = run("cyclic", [80, 82, 87], 0.05), run("lrr", [90, 91, 92], 0.05, epochs=20)
    assert evaluate(cyclic, lrr).keys() == {"d_flops_0.05"}
    ids = " ".join(line.partition(" ")[0] for line in claims.untested(pd.concat([cyclic, lrr])))
    assert ids == "a b c1 c2 c3 d_epochs_0.05 e"
    assert reason("a", cyclic, lrr).endswith("cyclic and single share no mask and density with every seed")
    assert reason("b", cyclic, lrr).endswith("cyclic and LRR share no mask and density of at most 0.02 with every seed")
    assert reason("d_epochs_0.05", cyclic, lrr).endswith("no run with every seed is cheaper than LRR")
    assert reason("d_flops", cyclic).endswith("LRR has no run with every seed")
    assert evaluate(cyclic.iloc[:0]) == {}


def test_table_names_each_statement_once_and_fits_a_terminal():
    found = claims.evaluate(grid())
    lines = table(found).splitlines()
    assert max(map(len, lines)) <= 110
    for statement in {claim["statement"] for claim in found}:
        assert lines.count(statement) == 1
    for claim in found:
        (line,) = [line for line in lines if line.startswith(f"  {claim['id']} ")]
        shown = f"{claim['effect']:.2f} [{claim['ci_low']:.2f}, {claim['ci_high']:.2f}]"
        assert claim["verdict"] in line and shown in line
    assert "none" not in table(found)
    one_seed = table(claims.evaluate(grid().query("seed == 0")))
    assert "[none]" in one_seed and one_seed.endswith("seeds: 1")
    assert one_seed.count("[none]: one seed gives no interval") == 1
    assert "\n10 claims: " in table(found) and "\n1 claim: " in table(found[:1])
    assert table([]) == "No claim could be tested."
