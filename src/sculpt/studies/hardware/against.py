"""The violation of training under profiles against a control, as a claim."""

from __future__ import annotations

import pandas as pd

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.hardware import by_seed, words
from sculpt.studies.hardware.accurate import apart
from sculpt.studies.hardware.effects import Effect, trained

CONTROLS = {"floor": "the training repeated under the profile of the plain run", "seed": "a change of seed alone"}
NOTHING_TRAINED = (
    "no network was trained under another profile that changes a bit; docs/hardware.md has an experiment that does so"
)
NONE_ACCURATE = "no network but the dense one is at least half as accurate on validation as that"


def violation_against(sentence: Sentence, tables: Tables, control: str) -> Claim | str:
    """The violation of each seed minus that of the control `floor` or `seed`, over networks and profiles; points."""
    effect = trained(tables)
    if effect.rows.empty:
        return sentence.untested(NOTHING_TRAINED)
    ours, *controls = by_seed.measured(effect, by_seed.violations)
    every = by_seed.whole(
        by_seed.beside(ours, dict(zip(CONTROLS, controls, strict=True))[control]), tables, sentence.id
    )
    if every.empty:
        return sentence.untested(f"no network has {CONTROLS[control]} for every seed")
    rows, gone = apart(every, tables)
    if rows.empty:
        return sentence.untested(NONE_ACCURATE)
    scope = "; ".join(
        [
            f"violation {_mean(rows['value'] + rows['control'])} against {_mean(rows['control'])}",
            over(rows),
        ]
    )
    cells = by_seed.cells(every, set(gone["network"]))
    said = [*caveats(effect, gone, control == "seed"), words.MAXIMUM, *no_floor(rows, control)]
    return sentence.judged(scope, estimate(by_seed.of_seeds(rows)), cells=cells, caveats=said)


def over(rows: pd.DataFrame) -> str:
    """What a claim averages over: `mean over profiles a, b and networks dense at 1; lrr at 0.1`."""
    return f"mean over {words.profiles(rows['name'])} and networks {by_seed.networks_in_words(rows)}"


def caveats(effect: Effect, gone: pd.DataFrame | None, of_seeds: bool) -> list[str]:
    """Those of a claim on training under profiles.

    gone: the networks that are left out of its mean. of_seeds: whether it stands against a change of seed.
    """
    said = [words.PROFILES, words.data(effect.rows), *words.left_out(effect.left_out)]
    said += [] if gone is None else words.too_inaccurate(gone)
    return [*said, words.NEIGHBOURS] if of_seeds else said


def no_floor(rows: pd.DataFrame, control: str) -> list[str]:
    """Whether the floor is 0. rows: with the column `control`, its violation."""
    return [words.NO_FLOOR] if control == "floor" and not rows["control"].any() else []


def _mean(values: pd.Series) -> str:
    return f"{values.mean():.2f}"
