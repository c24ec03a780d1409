"""Paired differences of two sides of this study, as claims."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sculpt.claims.cheaper_than_lrr import MARGIN
from sculpt.recipe.node import number
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.equivalence import against_margin
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.scopes import scope
from sculpt.statistics.two_way import Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from sculpt.statistics.judgement.verdict import Claim, Sentence
    from sculpt.statistics.tables import Tables


def ahead(
    sentence: Sentence, tables: Tables, sides: list[DataFrame], said: Sequence[str] = (), about: str = ""
) -> Claim:
    """The first side minus the second, in points of test accuracy: positive where the claim holds.

    sides: rows of the same masks and densities, one per (mask, density, seed), in one order. about: ends the scope.
    """
    return paired(sentence, tables, *sides, told=[about] if about else [], said=said)


def as_good(
    sentence: Sentence, tables: Tables, sides: list[DataFrame], said: Sequence[str] = (), about: str = ""
) -> Claim:
    """The same, but the claim holds where the first side is not worse by the margin of `claims.margin`.

    `{margin}` in the statement becomes that margin. The claim also holds the tests of non-inferiority and equivalence.
    """
    margin = tables.settings.get("margin", MARGIN)
    points = "one point" if margin == 1 else f"{number(margin)} points"
    sentence = replace(sentence, statement=sentence.statement.format(margin=points))
    found = _measured(sentence, tables, sides)
    where = "; ".join(filter(None, [scope(*sides), about]))
    more = against_margin(found, margin)
    return sentence.judged(where, found, -margin, _cells(tables, sides), said, **more)


def _measured(sentence: Sentence, tables: Tables, sides: list[DataFrame]) -> Estimate:
    for side in sides:
        refuse(side, sentence.id)
    return _difference(tables, *sides)


def _cells(tables: Tables, sides: list[DataFrame]) -> list[dict]:
    return in_cells(sides, lambda ours, theirs: _difference(tables, ours, theirs))


def _difference(tables: Tables, ours: DataFrame, theirs: DataFrame) -> Estimate:
    return estimate(of_checked(ours, tables) - of_checked(theirs, tables))
