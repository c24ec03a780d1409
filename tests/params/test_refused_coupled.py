"""A mistake in a coupled run, or in a run of another length, is refused in the user's words."""

import pytest
from mistakes import D, refused, write

AFTER = "- {method: dense, cycles: 4}"
HERE = D + "runs.1."
LADDER = "ladder: [0.5, 0.05]"
WHOLE = f"method: coupled, mask_of: lrr, {LADDER}, weights: warm_up, rewind_epoch: 1, targets: [0.05]"
KNOWN = "lrr, wr, snip, grasp, synflow, balanced, erk, magnitude, uniform"
MISTAKES = {
    "unknown mask": (("mask_of: lrr", "mask_of: lrrr"), [f"mask_of: \"lrrr\"; allowed: {KNOWN}; nearest: 'lrr'"]),
    "a criterion with a ladder": (
        ("mask_of: lrr", "mask_of: erk"),
        ["ladder: 0.5, 0.05; allowed: none, since the criterion erk draws the mask"],
    ),
    "no ladder": (
        (f"{LADDER}, ", ""),
        ["ladder: missing; allowed: falling densities, since the mask ends the ladder of lrr"],
    ),
    "a rising ladder": (
        (LADDER, "ladder: [0.05, 0.5]"),
        ["ladder.1: 0.5; allowed: below the rung before it (0.05)"],
    ),
    "a target that is no rung": (
        ("targets: [0.05]", "targets: [0.05, 0.06]"),
        ["targets.1: 0.06; allowed: rungs of the ladder: 0.5, 0.05; nearest: 0.05"],
    ),
    "no epoch to warm up to": (
        (" rewind_epoch: 1,", ""),
        ["rewind_epoch: missing; allowed: an epoch of the dense cycle, since weights: warm_up goes back to it"],
    ),
    "no epoch for WR's own mask": (
        (f"lrr, {LADDER}, weights: warm_up, rewind_epoch: 1", f"wr, {LADDER}, weights: initial"),
        ["rewind_epoch: missing; allowed: an epoch of the dense cycle, since mask_of: wr goes back to it"],
    ),
    "an epoch that nothing goes back to": (
        ("weights: warm_up", "weights: initial"),
        ["rewind_epoch: 1; allowed: none without mask_of: wr or weights: warm_up"],
    ),
    "an epoch past the cycle": (
        ("rewind_epoch: 1", "rewind_epoch: 5"),
        ["rewind_epoch: 5; allowed: 1 to 4 (training.epochs is 5)"],
    ),
    "unknown change": (
        ("weights:", "change: shufled, weights:"),
        ["change: \"shufled\"; allowed: other_seed, shuffled; nearest: 'shuffled'"],
    ),
    "unknown weights": (
        ("weights: warm_up", "weights: warmup"),
        ["weights: \"warmup\"; allowed: initial, warm_up; nearest: 'warm_up'"],
    ),
    "another seed's mask where a block has one": (
        ("weights:", "change: other_seed, weights:"),
        [
            "change: other_seed; allowed: with two seeds in each block, since it takes the mask of another, and "
            "seeds_9-9 has one"
        ],
    ),
}
LENGTHS = {
    "SCULPT without a trunk": (
        "method: sculpt, mask: erk, start: 0.5, targets: [0.05], cycles: 1",
        "cycles: 1; allowed: at least 2",
    ),
    "two prunes that do not fall": (
        "method: sculpt_twice, mask: erk, start: 0.5, via: 0.05, targets: [0.05]",
        "targets.0: 0.05; allowed: above 0 and below via, 0.05",
    ),
    "no cycle": ("method: cyclic, mask: erk, densities: [0.3], cycles: 0", "cycles: 0; allowed: at least 1"),
    "more cycles than can be planned": (
        "method: long, mask: erk, densities: [0.3], cycles: 10000000",
        "10,000,000 jobs and more, with the runs before it, in 1 seed blocks; allowed: at most 20,000 jobs",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_coupled_run_has_one_line(tmp_path, mistake):
    (old, new), lines = MISTAKES[mistake]
    assert old in WHOLE
    blocks = [("replicates: 10", "replicates: 9")] if "block" in mistake else []
    path = write(tmp_path, (AFTER, f"{AFTER}\n      - {{{WHOLE.replace(old, new)}}}"), *blocks)
    assert refused(path) == [HERE + line for line in lines]


@pytest.mark.parametrize("mistake", LENGTHS)
def test_a_mistake_in_a_length_or_in_two_prunes_has_one_line(tmp_path, mistake):
    entry, line = LENGTHS[mistake]
    path = write(tmp_path, (AFTER, f"{AFTER}\n      - {{{entry}}}"))
    assert refused(path) == [HERE.rstrip(".") + (": " if "jobs" in line else ".") + line]


def test_two_prunes_need_three_cycles(tmp_path):
    entry = "method: sculpt_twice, mask: erk, start: 0.5, via: 0.1, targets: [0.05]"
    path = write(tmp_path, (AFTER, f"{AFTER}\n      - {{{entry}}}"), ("    cycles: 4\n", "    cycles: 2\n"))
    allowed = "sculpt, or cycles of at least 3, since two of them follow the prunes (cycles is 2)"
    here = [line for line in refused(path) if line.startswith(HERE)]  # experiments based on it may have such runs too
    assert here == [HERE + f"method: sculpt_twice; allowed: {allowed}"]


def test_fresh_weights_are_of_no_seed_of_the_run(tmp_path):
    transforms = "transforms: {fresh: {name: fresh_weights, offset: 9}}\n    criteria:"
    path = write(tmp_path, ("criteria:", transforms))
    allowed = "at least seeds (10), so that no run has these weights"
    assert refused(path) == [D + f"transforms.fresh.offset: 9; allowed: {allowed}"]


@pytest.mark.parametrize("label", ["lrr", "wr"])
def test_a_criterion_that_is_called_like_a_ladder_is_refused(tmp_path, label):
    """A coupled run's mask_of would mean either."""
    path = write(tmp_path, ("    criteria:\n", f"    criteria:\n      {label}: {{name: erk}}\n"))
    said = f"criteria.{label}: what mask_of calls a ladder; allowed: another name than lrr, wr"
    assert refused(path) == [D + said]
