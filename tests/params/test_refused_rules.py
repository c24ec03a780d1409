"""A rule between epochs that does not fit its runs is refused: key, value, what is allowed."""

import pytest
from mistakes import D, refused, write

from sculpt.core.kinds import BETWEEN
from sculpt.params.load import load

CRITERIA = "    criteria:\n      snip"
VARIANTS = """\
    variants:
      rigl: {between: {name: rigl, drop: 0.3, until: 0.75, samples: 64}}
      gmp: {between: {name: gmp, until: 0.75}}
      acdc: {between: {name: acdc, until: 0.85, warm_up: 1, phase: 2}}
      plain: {learning_rate: 0.2}
"""
RUNS = "    runs:\n      - {method: dense"
SPARSE = "{method: dynamic, variant: rigl, mask: erk, targets: [0.05]}"
MISTAKES = {
    "a mask that is missing": (
        "{method: dynamic, variant: rigl, targets: [0.05]}",
        "mask: missing; allowed: a criterion, since rigl starts on a drawn mask",
    ),
    "a mask of a rule that starts dense": (
        "{method: dynamic, variant: gmp, mask: erk, targets: [0.05]}",
        "mask: erk; allowed: none, since gmp starts with the dense network",
    ),
    "no variant": (
        "{method: dynamic, targets: [0.05]}",
        "variant: none; allowed: a variant with training.between of a rule that moves the mask (acdc, gmp, rigl, set)",
    ),
    "a variant without a rule": (
        "{method: dynamic, variant: plain, targets: [0.05]}",
        "variant: plain; allowed: a variant with variants.plain.between of a rule that moves the mask "
        "(acdc, gmp, rigl, set)",
    ),
    "an unknown variant": (
        "{method: dynamic, variant: rigel, mask: erk, targets: [0.05]}",
        "variant: \"rigel\"; allowed: rigl, gmp, acdc, plain; nearest: 'rigl'",
    ),
    "a dense target": (
        "{method: dynamic, variant: gmp, targets: [0.05, 1.0]}",
        "targets.1: 1; allowed: above 0 and below 1",
    ),
    "a method that keeps its mask": (
        "{method: cyclic, mask: erk, densities: [0.05], variant: rigl}",
        'variant: "rigl"; allowed: with the method dynamic, since its rule rigl moves the mask',
    ),
    "one run twice": (
        f"{SPARSE}\n      - {SPARSE}",
        None,
    ),
}


def moving() -> list[str]:
    return [name for name in BETWEEN.names if BETWEEN.constant(name, "MOVES")]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_run_that_does_not_fit_its_rule_is_refused(tmp_path, mistake):
    run, line = MISTAKES[mistake]
    path = write(tmp_path, (CRITERIA, VARIANTS + CRITERIA), (RUNS, f"    runs:\n      - {run}\n" + RUNS[10:]))
    if line is None:
        line, where = "targets.0: rigl/rigl/erk_0.05; allowed: each run once, and runs.0.targets.0 asks", "runs.1."
        assert refused(path)[0].startswith(D + where + line)
    else:
        assert refused(path) == [D + "runs.0." + line.replace("acdc, gmp, rigl, set", ", ".join(moving()))]


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("{name: rigl, drop: 1.0, until: 0.75, samples: 64}", "drop: 1.0; allowed: below 1"),
        ("{name: gmp, until: 0}", "until: 0; allowed: above 0"),
        ("{name: rigl, drop: 0.3, until: 0.75}", "samples: missing; allowed: a value for this key"),
        ("{name: gmp, until: 0.75, drop: 0.3}", "drop: unknown key; allowed: until, name"),
    ],
)
def test_a_rule_with_a_wrong_key_is_refused(tmp_path, rule, line):
    path = write(tmp_path, (CRITERIA, f"    variants:\n      mine: {{between: {rule}}}\n{CRITERIA}"))
    assert refused(path) == [f"{D}variants.mine.between.{line}"]


def test_a_schedule_that_is_too_short_is_refused(tmp_path):
    wrong = VARIANTS.replace("warm_up: 1", "warm_up: 18")
    run = "{method: dynamic, variant: acdc, targets: [0.05]}"
    path = write(tmp_path, (CRITERIA, wrong + CRITERIA), (RUNS, f"    runs:\n      - {run}\n" + RUNS[10:]))
    said = "warm_up: 18; allowed: at most 17, until which 20 epochs are compressed"
    assert refused(path) == [f"{D}runs.0.variant: acdc has between.{said}"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "{name: rigl, drop: 0.3, until: 0.05, samples: 64}",
            "until: 0.05; allowed: a share of more than 1 of 20 epochs",
        ),
        ("{name: set, drop: 0.3, until: 0.01}", "until: 0.01; allowed: a share of more than 1 of 20 epochs"),
        ("{name: gmp, until: 0.01}", "until: 0.01; allowed: a share of at least 1 of 20 epochs"),
        (
            "{name: acdc, until: 0.01, warm_up: 1, phase: 1}",
            "until: 0.01; allowed: a share of at least 1 of 20 epochs",
        ),
    ],
)
def test_a_rule_that_would_never_act_is_refused(tmp_path, rule, said):
    mask = "mask: erk, " if "drop" in rule else ""
    run = f"{{method: dynamic, variant: mine, {mask}targets: [0.05]}}"
    variants = f"    variants:\n      mine: {{between: {rule}}}\n"
    path = write(tmp_path, (CRITERIA, variants + CRITERIA), (RUNS, f"    runs:\n      - {run}\n" + RUNS[10:]))
    assert refused(path) == [f"{D}runs.0.variant: mine has between.{said}"]


def test_a_rule_of_a_variant_takes_the_place_of_another(tmp_path):
    """It is an entry: keys of the rule in `training` do not mix with it."""
    path = write(
        tmp_path,
        (
            "      flip: false\n",
            "      flip: false\n      between: {name: rigl, drop: 0.3, until: 0.75, samples: 64}\n",
        ),
        (CRITERIA, VARIANTS + CRITERIA),
    )
    lines = refused(path)
    assert lines and all("its rule rigl moves the mask" in line for line in lines)
    assert lines[0].startswith(f'{D}runs.0.method: "dense"; allowed: with the method dynamic')


def test_absent_rules_leave_settings_as_they_were(tmp_path):
    digits = load(write(tmp_path)).experiments["digits"]
    assert digits.training.between is None
    assert "between" not in digits.training.model_dump(exclude_none=True)
