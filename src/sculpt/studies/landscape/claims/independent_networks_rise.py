"""Do the controls show what they must, and does cyclic training stay far below independent networks?"""

from sculpt.statistics.judgement.paper import FIGURE_3
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.landscape.on_heights import of_splits
from sculpt.studies.landscape.rows import consecutive, controls

ID = "k6"
QUESTION = "Do the positive controls of connectivity show a barrier?"
TABLES = ("summary", "connectivity")
RISE = 20.0
CONTROL = "ours, a positive control of figure 3"
SEEDS = Sentence(
    ID,
    CONTROL,
    f"Error rises by more than {RISE:g} points between first cycle ends of independent seeds",
    FIGURE_3,
    part="independent seeds on ",
)
BELOW = Sentence(
    "k7",
    "ours, beside figure 3",
    "Error rises less between consecutive cycle ends of cyclic training than between independent seeds",
    FIGURE_3,
    "Do cycles of cyclic training stay closer to each other than independent networks?",
)
PERMUTED = Sentence(
    "k8",
    CONTROL,
    "Error rises between a network and itself with hidden units permuted",
    FIGURE_3,
    part="permuted units on ",
)
RING = "each seed stands beside the next, the last beside the first, so neighbours share a network"
LEAST = 3
"""Seeds whose lines to the next are of more than one pair."""
CEILING = (
    "halfway the error is at most about that of chance, so where the ends are near chance the height is small: "
    "read the cells"
)
MISSING = "no first cycle of a cyclic run has a line to {}"


def judge(tables: Tables) -> list[Claim | str]:
    """Signed heights of the midpoint, of first cycle ends of cyclic runs; and those of consecutive ends beside them."""
    rows, seeds, permuted = (consecutive(tables), controls(tables, "other_seed"), controls(tables, "permuted"))
    if tables.summary["seed"].nunique() < LEAST:
        seeds = seeds[:0]  # two seeds make one line twice
    within, seeds, permuted = (found[found["method"] == "cyclic"] for found in (rows, seeds, permuted))
    other = MISSING.format("another seed")
    return [
        *of_splits(SEEDS, tables, [(1, seeds)], other, threshold=RISE, caveats=[RING, CEILING]),
        *of_splits(BELOW, tables, [(1, seeds), (-1, within)], f"{other} beside consecutive ends", caveats=[RING]),
        *of_splits(
            PERMUTED, tables, [(1, permuted)], MISSING.format("itself with hidden units permuted"), caveats=[CEILING]
        ),
    ]
