"""Do LRR and IMP recover where signs are flipped at random through training?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.scopes import scope
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.two_way import Estimate, estimate
from sculpt.studies.signs.companion import ABSTRACT, FAMILY, PAPER
from sculpt.studies.signs.judged import ahead, as_good
from sculpt.studies.signs.perturbed import METHODS, VARIANT, at_shared_densities, ladder

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.statistics.tables import Tables

ID = "m6"
QUESTION = "Does LRR recover from flipped signs, where IMP does not?"
TABLES = ("summary",)
RECOVERS = Sentence(
    "m6",
    f"{ABSTRACT}: LRR stays robust to sign perturbations",
    "LRR whose signs are flipped at random through training is not worse than LRR by {margin} of accuracy",
    FAMILY,
    part="LRR recovers",
)
LOST = Sentence(
    "m7",
    f"{PAPER}, in its public reviews: IMP does not recover",
    "IMP whose signs are flipped at random through training falls behind IMP",
    FAMILY,
    part="IMP does not",
)
MORE = Sentence(
    "m8",
    "ours, the difference of what claims m6 and m7 are about",
    "Flipping signs at random through training costs IMP more than LRR",
    FAMILY,
    decides=False,
)
LEAST = 0.05
"""Density below which networks whose signs are flipped come near chance."""
LAST = (
    "signs are flipped in the dense cycle and at each level; how long training goes on after the last flip is a "
    "setting of ours, much shorter than the paper's"
)


def judge(tables: Tables) -> list[Claim | str]:
    """At every density that the ladders of a claim share; equal epochs."""
    (lrr, lrr_flipped), (imp, imp_flipped) = (
        [ladder(tables.summary, method, flipped) for flipped in (False, True)] for method in METHODS
    )
    found: list[Claim | str] = []
    for sentence, sides, judged in (
        (RECOVERS, [lrr_flipped, lrr], as_good),
        (LOST, [imp, imp_flipped], ahead),
        (MORE, [imp, imp_flipped, lrr, lrr_flipped], _more),
    ):
        sides = at_shared_densities(sides)
        why = "there are no ladders with and without flipped signs that share a density with every seed"
        if sides[0].empty:
            found.append(sentence.untested(why, _added(tables)))
        else:
            found.append(judged(sentence, tables, sides, [LAST, _accuracies(sides)]))
    return found


def _added(tables: Tables) -> str:
    """The ladders of both methods, with and without flipped signs, to at most 0.05."""
    rungs = [rung for rung in present.ladder(tables.summary) if rung >= LEAST] or present.ladder(tables.summary)[:1]
    plain = [{"method": method, "ladder": rungs} for method in METHODS]
    return entries.runs(tables.summary, *plain, *({**entry, "variant": VARIANT} for entry in plain))


def _accuracies(sides: list[DataFrame]) -> str:
    """A perturbed network near chance cannot lose more, and so says little on who recovers."""
    means = [(side["mask"].iloc[0], side["variant"].iloc[0], side["test_accuracy"].mean()) for side in sides]
    named = [f"{method}{'' if pd.isna(variant) else ', flipped,'} {mean:.1f} %" for method, variant, mean in means]
    return f"test accuracy: {'; '.join(named)}"


def _more(sentence: Sentence, tables: Tables, sides: list[DataFrame], said: list[str]) -> Claim:
    """(IMP - IMP flipped) - (LRR - LRR flipped)."""
    for side in sides:
        refuse(side, sentence.id)
    sides = [side.assign(mask="lrr and imp") for side in sides]

    def measure(*sides: DataFrame) -> Estimate:
        imp, imp_flipped, lrr, lrr_flipped = (of_checked(side, tables) for side in sides)
        return estimate(imp - imp_flipped - (lrr - lrr_flipped))

    return sentence.judged(scope(*sides[:2]), measure(*sides), cells=in_cells(sides, measure), caveats=said)
