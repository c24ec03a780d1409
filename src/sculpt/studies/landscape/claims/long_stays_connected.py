"""Does one long schedule stay in one basin, where cyclic training does not?"""

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.paper import FIGURE_3, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.landscape.judging import MARGIN
from sculpt.studies.landscape.on_heights import NOT_HIGHER, of_splits
from sculpt.studies.landscape.rows import consecutive

ID = "k2"
QUESTION = "Does one long schedule stay in one basin?"
TABLES = ("summary", "connectivity")
SOURCE = f"figure 3 in {REVIEWS}: one cycle stays connected, cyclic training does not"
STAYS = Sentence(
    ID,
    SOURCE,
    f"Between checkpoints of one long schedule error rises by less than {MARGIN:g} points",
    FIGURE_3,
    part="by itself on ",
)
LOWER = Sentence(
    "k3",
    SOURCE,
    "Error rises less between checkpoints of one long schedule than between cycle ends",
    FIGURE_3,
    part="beside cyclic training on ",
)
MISSING = "no run of one long schedule has checkpoints with lines between them"


def judge(tables: Tables) -> list[Claim | str]:
    """The signed height of the midpoint, negated, against minus the margin; then cyclic's less that of `long`."""
    rows = consecutive(tables)
    cyclic, long = (rows[rows["method"] == method] for method in ("cyclic", "long"))
    added = lacking(tables)
    return [
        *of_splits(STAYS, tables, [(-1, long)], MISSING, NOT_HIGHER, -MARGIN, added=added),
        *of_splits(
            LOWER, tables, [(1, cyclic), (-1, long)], f"{MISSING} beside a cyclic run of the same mask", added=added
        ),
    ]


def lacking(tables: Tables) -> str:
    """A long run with checkpoints beside cyclic training, and the analysis of every run.

    An experiment has each long run once: one that is there without checkpoints is not added again, but another length.
    """
    summary = tables.summary
    mask, cycles = present.mask(summary), present.cycles(summary)
    wanted = {"method": "long", "mask": mask, "densities": present.densities(summary)[:1], "checkpoints": True}
    runs = entries.runs(summary, wanted) or entries.runs(summary, {**wanted, "cycles": cycles + 1})
    return entries.joined(runs, entries.analyses("connectivity"))
