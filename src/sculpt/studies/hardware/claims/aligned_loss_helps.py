"""Does a loss that aligns the groups' distance to the boundary make training under profiles less unequal?"""

from dataclasses import replace

import pandas as pd

from sculpt.claims.cheaper_than_lrr import MARGIN
from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats as general
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.hardware import by_seed, words
from sculpt.studies.hardware.against import caveats
from sculpt.studies.hardware.effects import trained
from sculpt.studies.hardware.sweep import Chosen, chosen, sweep

ID = "h6"
QUESTION = "Does the aligned loss make training under another execution profile less unequal?"
TABLES = ("summary", "hardware", "profiles")
_LOSS = "The aligned loss, its weight chosen on validation,"
LESS = Sentence(
    "h6_violation",
    words.OURS,
    f"{_LOSS} makes training under another profile less unequal to groups",
    words.FAMILY,
    part="less violation",
    unit=words.VIOLATION,
)
BEYOND = Sentence(
    "h6_seed",
    f"{words.CONTROL} h6_violation",
    f"{_LOSS} makes a change of profile less unequal to groups by more than it does a change of seed",
    words.FAMILY,
    decides=False,
    unit=words.VIOLATION,
)
ACCURATE = "{loss} costs no more than {margin} of accuracy"


def judge(tables: Tables) -> list[Claim | str]:
    """The plain loss minus the aligned one, in points of violation; and the aligned one minus the plain in accuracy.

    Test split; one weight for all networks of the sweep. The threshold of the accuracy is the margin below the plain
    loss (claims.margin). The profiles' own repeat changes nothing that is subtracted: it is the same for both losses.
    """
    rows = sweep(tables)
    whole = rows.groupby(["network", "split", "weight"])["seed"].transform("nunique")
    rows = rows[whole == tables.summary["seed"].nunique()]
    rows = rows[rows.groupby("network")["weight"].transform("nunique") == rows["weight"].nunique()]
    if rows.empty:
        return [
            replace(LESS, id=ID).untested(
                "no variants of one weight of the aligned loss under two profiles, beside the plain loss under both"
            )
        ]
    margin = tables.settings.get("margin", MARGIN)
    choice = chosen(rows, margin)
    plain, aligned = (_side(rows, weight) for weight in (0.0, choice.weight))
    said = [general.CHOSEN, *caveats(trained(tables), None, True), words.MAXIMUM]
    allowed = ACCURATE.format(loss=_LOSS, margin=_points(margin))
    accurate = Sentence("h6_accuracy", words.OURS, allowed, words.FAMILY, part="hardly less accuracy")
    where = _where(aligned, choice, margin)
    found: list[Claim | str] = []
    for sentence, gain, threshold in (
        (LESS, plain["violation"] - aligned["violation"], 0.0),
        (BEYOND, _beyond_seed(plain) - _beyond_seed(aligned), 0.0),
        (accurate, aligned["accuracy"] - plain["accuracy"], -margin),
    ):
        values = aligned.assign(value=gain)
        cells = by_seed.cells(values)
        effect = estimate(by_seed.of_seeds(values))
        found.append(sentence.judged(where, effect, threshold, cells, said))
    return found


def _side(rows: pd.DataFrame, weight: float) -> pd.DataFrame:
    """The test rows of a weight, by network and seed in one order; every weight has every network."""
    side = rows[(rows["split"] == "test") & (rows["weight"] == weight)]
    return side.assign(name=side["profiles"]).reset_index(drop=True)


def _beyond_seed(rows: pd.DataFrame) -> pd.Series:
    return rows["violation"] - rows["violation_seed"]


def _where(rows: pd.DataFrame, choice: Chosen, margin: float) -> str:
    near = "" if choice.near else f", most accurate on validation, yet not within {_points(margin)} there"
    profiles = words.profiles(name for names in rows["profiles"].unique() for name in names.split(", "))
    networks = by_seed.networks_in_words(rows)
    return f"weight {number(choice.weight)}{near}; mean over {profiles} and networks {networks}"


def _points(margin: float) -> str:
    return "one point" if margin == 1 else f"{number(margin)} points"
