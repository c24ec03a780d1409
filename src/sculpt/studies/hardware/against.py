"""The violation of training under profiles against a control, as a claim."""

from __future__ import annotations

import pandas as pd

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.hardware import by_seed, words
from sculpt.studies.hardware.effects import Effect, trained

CONTROLS = {"floor": "the training repeated under the reference", "seed": "a change of seed alone"}
NOTHING_TRAINED = "no network was trained under another profile that changes a bit"


def violation_against(sentence: Sentence, tables: Tables, control: str) -> Claim | str:
    """The violation of each seed minus that of the control `floor` or `seed`, over networks and profiles; points."""
    effect = trained(tables)
    if effect.rows.empty:
        return sentence.untested(NOTHING_TRAINED)
    ours, *controls = by_seed.measured(effect, by_seed.violations)
    rows = by_seed.whole(by_seed.beside(ours, dict(zip(CONTROLS, controls, strict=True))[control]), tables, sentence.id)
    if rows.empty:
        return sentence.untested(f"no network has {CONTROLS[control]} for every seed")
    scope = "; ".join(
        [
            f"points of violation: {_mean(rows['value'] + rows['control'])} against {_mean(rows['control'])}",
            words.profiles(rows["name"]),
            by_seed.networks_in_words(rows),
        ]
    )
    cells = by_seed.cells(rows)
    found = estimate(by_seed.of_seeds(rows))
    return sentence.judged(scope, found, cells=cells, caveats=caveats(effect, control == "seed"))


def caveats(effect: Effect, of_seeds: bool, of_violation: bool = True) -> list[str]:
    """Those of a claim on training under profiles; of_seeds: whether it stands against a change of seed."""
    said = [words.PROFILES, words.data(effect.rows), *words.left_out(effect.left_out)]
    said += [words.MAXIMUM] if of_violation else []
    return [*said, words.NEIGHBOURS] if of_seeds else said


def _mean(values: pd.Series) -> str:
    return f"{values.mean():.2f}"
