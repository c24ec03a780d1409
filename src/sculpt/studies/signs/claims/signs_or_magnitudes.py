"""Signs or magnitudes: which of the two does the warm-up hand on, and does it matter which weight has which?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.paper import FIGURE_8A, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.signs.arms import ARMS, at_equal_cycles, rows_of
from sculpt.studies.signs.judged import ahead, as_good

if TYPE_CHECKING:
    from pandas import DataFrame

ID = "m3"
QUESTION = "Is it the signs of the warm-up that matter, and not its magnitudes?"
TABLES = ("summary",)
COMPANION = "an experiment in the public code of arXiv 2402.19262, whose values were not found"
AHEAD = {
    ("signs", "random_signs"): Sentence(
        "m3_random_signs",
        f"ours; control of figure 8a asked for by {REVIEWS}",
        "On an iterative mask, signs of the warm-up with random magnitudes beat its magnitudes with random signs",
        FIGURE_8A,
        part="signs against magnitudes",
    ),
    ("signs", "initial_signs"): Sentence(
        "m3_initial_signs",
        f"ours, after figure 8a in {REVIEWS}, whose signs are those of the warm-up",
        "On an iterative mask, signs of the warm-up beat those of the initial weights, both with random magnitudes",
        FIGURE_8A,
        decides=False,
    ),
    ("signs", "both_random"): Sentence(
        "m3_both_random",
        f"ours; control of figure 8a asked for by {REVIEWS}",
        "On an iterative mask, signs of the warm-up with random magnitudes beat fresh weights",
        FIGURE_8A,
        decides=False,
    ),
    ("warm_up", "shuffled_signs"): Sentence(
        "m3_shuffled_signs",
        "ours, the control of claim m3_random_signs that keeps the number of signs of each kind in a layer",
        "On an iterative mask, warm-up weights beat those whose signs are permuted within each layer",
        FIGURE_8A,
        decides=False,
    ),
}
AS_GOOD = {
    ("signs", "warm_up"): Sentence(
        "m4_magnitudes",
        f"figure 8a in {REVIEWS}",
        "On an iterative mask, signs of the warm-up with random magnitudes are not worse than its own weights by "
        "{margin} of accuracy",
        FIGURE_8A,
        part="as good without the magnitudes",
    ),
    ("signs_shuffled", "warm_up"): Sentence(
        "m4_shuffled",
        COMPANION,
        "On an iterative mask, warm-up weights whose magnitudes are permuted within each layer are not worse by "
        "{margin} of accuracy",
        FIGURE_8A,
        decides=False,
    ),
}
BATCH_NORM = (
    "arms on warm-up weights keep its biases and batch norm, those on initial or fresh weights start with new ones"
)


def judge(tables: Tables) -> list[Claim | str]:
    """Each pair of arms after the largest number of cycles that both have, at every mask and density that both have."""
    summary, found = tables.summary, []
    for judged, sentences in ((ahead, AHEAD), (as_good, AS_GOOD)):
        for names, sentence in sentences.items():
            sides = at_equal_cycles([rows_of(tables.summary, name) for name in names])
            if sides[0].empty:
                lacking = (
                    f"{' and '.join(ARMS[name].words for name in names)} share no mask and density with every seed"
                )
                added = entries.runs(summary, *(ARMS[name].entry(summary, _targets(summary)) for name in names))
                found.append(sentence.untested(lacking, added))
                continue
            others = {ARMS[name].weights for name in names} > {"warm_up"}
            cycles = sides[0]["cycle"].iloc[0]
            about = f"after {cycles} cycle{'s' if cycles > 1 else ''} on the mask"
            found.append(judged(sentence, tables, sides, [BATCH_NORM] if others else [], about))
    return found


def _targets(summary: DataFrame) -> list[float]:
    """The densities of coupled runs, else the last rung."""
    coupled = summary.loc[summary["method"] == "coupled", "target_density"].unique().tolist()
    return sorted(coupled, reverse=True) or present.ladder(summary)[-1:]
