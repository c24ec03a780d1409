"""What the study's claims come to on runs whose differences are known."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from pruned_once_tables import (
    CRITERIA,
    CYCLIC,
    EVERYTHING,
    LENGTHS,
    LRR,
    MODULES,
    SCULPT,
    TRUNKS,
    TWICE,
    cyclic,
    judged,
    run,
    sculpt,
    tables,
)

from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.tables import Tables

EFFECTS = {
    # LRR minus the chosen start.
    "i1_0.05": 96 - 94,
    "i1_0.02": 92 - 88,
    "i1_0.01": 88 - 78,
    # One schedule of C cycles' epochs; and of seven, which only the target 0.01 has.
    "i10_epochs": (88 + 78) / 2 - (82 + 63) / 2,
    "i10_flops": 78 - 68,
    # A start minus four cycles of cyclic training, means over 0.02 and 0.01.
    "i2_0.8": ((84 - 80) + (66 - 60)) / 2,
    "i2_0.3": ((87 - 80) + (74 - 60)) / 2,
    "i2_denser": 94 - 88,
    # Five cycles of both.
    "i3": ((90 - 84) + (80 - 62)) / 2,
    "i4": ((91 - 75) + (84 - 50)) / 2,
    "i4_further": ((91 - 88) + (84 - 78)) / 2,
    # SCULPT of four, six and seven cycles, as LRR's ladder has to 0.05, 0.02 and 0.01.
    "i5": ((94 - 96) + (91 - 92) + (84 - 88)) / 3,
    "i5_0.5": ((92 - 96) + (89 - 92) + (90 - 88)) / 3,
    "i6_erk": 88 - 60,
    "i6_snip": 88 - 85,
    "i7": ((89 - 88) + (81 - 78)) / 2,
    # The best on validation: six cycles from 0.2, seven from 0.5.
    "i8_lrr": ((91 - 92) + (90 - 88)) / 2,
    # Cyclic training of six and seven cycles is cheaper than SCULPT of four.
    "i8_cyclic": ((88 - 85) + (78 - 65)) / 2,
    # SCULPT: 95 before, 65 and 45 after; LRR: 95 and 92 before, 84 and 83 after.
    "i9_step": ((95 - 65) - (95 - 84) + (95 - 45) - (92 - 83)) / 2,
    "i9_deeper": ((90 - 45) + (90 - 35) + (90 - 25) + (85 - 15)) / 4,
    "i9_targets": 1.0,
    # At 0.05 the prune takes 10, 5, 5 and 5 points: ranks 4, 2, 2, 2 with 4, 3, 2, 1.
    "i9_starts": (np.corrcoef([4, 2, 2, 2], [4, 3, 2, 1])[0, 1] + 1 + 1) / 3,
}


def line(id_, *runs):
    told = judged(*runs, of=[id_.partition("_")[0]])[1]
    (found,) = [line for line in told if line.startswith(f"{id_} (")]
    return found


@pytest.fixture(scope="module")
def found():
    return judged()[0]


def test_every_effect_is_the_difference_that_it_names(found):
    assert {id_: claim["effect"] for id_, claim in found.items()} == {
        id_: pytest.approx(effect, abs=5e-5) for id_, effect in EFFECTS.items()
    }


def test_each_claim_names_a_source_and_the_figure_that_it_is_corrected_with(found):
    families = {id_: claim["family"] for id_, claim in found.items()}
    expected = {"i5": "figures 8b and 8c", "i6": "figure 9", "i8": "figures 8b and 8c"}
    assert families == {id_: expected.get(id_.partition("_")[0], "figure 7") for id_ in found}
    assert all("public review" in claim["source"] or id_.startswith("i10") for id_, claim in found.items())


def test_cyclic_training_that_leaves_flops_unspent_is_said_to_favour_sculpt(found):
    """Seven cycles of 1e9 are the longest, and eight would cost just what SCULPT's four of 2e9 do."""
    assert any("favours SCULPT" in said for said in found["i8_cyclic"]["caveats"])
    eight = [*CYCLIC, *cyclic(0.02, *range(8), length=8), *cyclic(0.01, *range(8), length=8)]
    spent = judged(*SCULPT, *eight, of=["i8"])[0]["i8_cyclic"]
    assert not any("favours SCULPT" in said for said in spent["caveats"])


def test_what_a_claim_averages_over_is_shown(found):
    assert [(cell["mask"], cell["density"], cell["effect"]) for cell in found["i8_lrr"]["cells"]] == [
        ("erk", 0.02, -1.0),
        ("erk", 0.01, 2.0),
    ]
    deeper = {cell["mask"]: cell["effect"] for cell in found["i9_deeper"]["cells"]}
    assert deeper == {"erk from 0.8": 70.0, "erk from 0.5": 65.0, "erk from 0.3": 55.0, "erk from 0.2": 45.0}
    assert found["i8_lrr"]["cells"][1]["start"] == 0.5 and found["i9_starts"]["cells"][0]["start"] is None


def test_a_scope_says_what_is_compared_and_at_what_cost(found):
    scopes = {id_: claim["scope"] for id_, claim in found.items()}
    assert scopes["i1_0.01"] == "erk from 0.2 at 0.01; unequal epochs (20 against 35); 0.29 times the FLOPs"
    assert scopes["i3"].startswith("5 cycles; erk from 0.2 at 0.02, 0.01; equal epochs (25)")
    assert scopes["i4"].startswith("6 and 7 cycles in all against 2; ")
    assert scopes["i5"].startswith("erk from 0.2 at 0.05, 0.02, 0.01; equal epochs (20 to 35)")
    assert "40.0 against 10.0; with carried batch norm 85.0 against 63.5" in scopes["i9_step"]
    said = {id_: any("chosen on the validation means" in text for text in c["caveats"]) for id_, c in found.items()}
    assert said["i1_0.05"] and said["i8_cyclic"] and not said["i2_0.3"] and not said["i6_snip"]


def test_the_interval_is_the_paired_one_over_seeds():
    theirs = run("cyclic", 0.02, [50, 61, 72])
    claim = judged(sculpt(0.3, 0.02, [51, 63, 75]), theirs, of=["i2"])[0]["i2_0.3"]
    half = 4.302653 / 3**0.5  # differences of 1, 2 and 3 points: a standard deviation of 1, t with 2 degrees of freedom
    assert (claim["effect"], claim["ci_low"], claim["ci_high"]) == (2.0, round(2 - half, 4), round(2 + half, 4))
    assert claim["verdict"] == "inconclusive" and claim["covers"] == "seeds"


def test_with_the_bits_of_the_test_images_the_interval_holds_them_too():
    ours, theirs = sculpt(0.3, 0.02, [50, 75, 50]), run("cyclic", 0.02, [25, 50, 25])
    ours, theirs = ours.assign(node="a"), theirs.assign(node="b")
    frames = {"summary": pd.concat([ours, theirs], ignore_index=True)}
    bits = {("a", s): [1, 1, s == 1, 0] for s in range(3)} | {("b", s): [1, s == 1, 0, 0] for s in range(3)}
    hits = {key: np.array(right, bool) for key, right in bits.items()}
    (claim,) = [c for c in judge([MODULES["i2"]], Tables(frames, hits))[0] if c["id"] == "i2_0.3"]
    assert claim["effect"] == 25.0 and claim["n_images"] == 4 and claim["covers"] == "seeds and test images"


@pytest.mark.parametrize(
    ("id_", "runs", "entry"),
    [
        ("i1", SCULPT, "{method: lrr, ladder: ["),
        ("i2_0.8", [*SCULPT[3:], *CYCLIC], "{method: sculpt, mask: erk, start: 0.8, "),
        ("i2_denser", SCULPT, "share no density above 0.02"),
        ("i3", CYCLIC, "{method: sculpt, mask: erk, "),
        ("i3", [*SCULPT, *CYCLIC], "cycles: 5} - {method: cyclic, mask: erk, densities: [0.02, 0.01], cycles: 5}"),
        ("i4", [*SCULPT, *LENGTHS[-2:]], "cycles: 3} - {method: sculpt, "),
        ("i5", [*LENGTHS, *LRR[:1]], ", cycles: 3} - {method: lrr, ladder: ["),
        ("i6", SCULPT, ", criterion: snip}"),
        ("i6_snip", [*SCULPT[:3], *CRITERIA], "{method: sculpt, mask: erk, start: 0.2, targets: [0.02]}"),
        ("i7", SCULPT, "{method: sculpt_twice, mask: erk, "),
        ("i7", TWICE, "{method: sculpt, mask: erk, "),
        ("i8_lrr", SCULPT, "{method: lrr, ladder: ["),
        ("i8_cyclic", SCULPT, "{method: cyclic, mask: erk, densities: [0.02, 0.01]}"),
        ("i9_step", [*SCULPT, *TRUNKS], "{method: lrr, ladder: ["),
        ("i9_deeper", [*SCULPT[:1], *TRUNKS], "targets: [0.02, 0.01]}"),
        ("i9_targets", [*SCULPT, *TRUNKS], "{method: lrr, ladder: ["),
        ("i9_starts", [*SCULPT[:6], *TRUNKS], "{method: sculpt, mask: erk, start: 0.3, targets: [0.01]}"),
    ],
)
def test_what_is_lacking_is_told_with_the_entry_that_adds_it(id_, runs, entry):
    assert entry in line(id_, *runs)


def test_without_any_run_of_sculpt_each_claim_says_what_it_needs():
    claims, untested = judged(run("dense", 1.0, 90, cycle=1), *LRR)
    assert claims == {} and all("{method: sculpt, " in line.entry for line in untested)
    assert {line.partition(" ")[0].partition("_")[0] for line in untested} == {f"i{n}" for n in range(1, 11)}


def test_runs_of_a_variant_a_transform_or_other_weights_enter_no_claim(found):
    others = [{"variant": "noisy"}, {"transform": "shuffled"}, {"weights": "initial"}]
    strange = [
        run(method, target, [1, 99, 50], start, run=f"strange_{place}/{method}/{start}/{target}", **other)
        for method, start in [("sculpt", 0.5), ("sculpt", 0.2), ("cyclic", None), ("lrr", None), ("sculpt_twice", 0.2)]
        for target in (0.05, 0.02, 0.01)
        for place, other in enumerate(others)
    ]
    assert judged(*EVERYTHING, *strange)[0] == found


def test_a_run_that_lacks_a_seed_is_not_compared():
    part = sculpt(0.3, 0.02, 87).assign(test_accuracy=[87, np.nan, 89])
    assert "no run from this start" in line("i2_0.3", part, *CYCLIC)


def test_claims_depend_neither_on_the_order_of_rows_nor_on_csv(found):
    text = json.dumps([*found.values()], allow_nan=False)
    made = tables()
    shuffled = {name: getattr(made, name).sample(frac=1, random_state=0) for name in ("summary", "history")}
    frames = {name: pd.read_csv(io.StringIO(frame.to_csv(index=False))) for name, frame in shuffled.items()}
    assert json.dumps(judge(MODULES.values(), Tables(frames, None, made.settings))[0], allow_nan=False) == text


def test_one_seed_gives_no_verdict():
    made = tables()
    frames = {"summary": made.summary[made.summary["seed"] == 0], "history": made.history}
    claims, untested = judge(MODULES.values(), Tables(frames, None, made.settings))
    assert {claim["verdict"] for claim in claims} == {"inconclusive"} and len(claims) == len(EFFECTS)
    assert untested == []


def test_the_study_has_the_ten_claims_that_its_docs_name():
    assert sorted(MODULES) == sorted(f"i{number}" for number in range(1, 11))
