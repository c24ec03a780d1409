"""Does SCULPT match LRR where it has as many epochs as LRR's whole ladder?"""

from functools import partial

from sculpt.claims.cheaper_than_lrr import MARGIN
from sculpt.recipe.node import number
from sculpt.statistics.judgement import caveats, entries, present
from sculpt.statistics.judgement.paper import ABSTRACT, FIGURE_8, MACHINE_WRITTEN, REVIEWS, START
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.pruned_once import lacking
from sculpt.studies.pruned_once.pairs import beside, difference
from sculpt.studies.pruned_once.sides import chosen, lrr, sculpt

ID = "i5"
QUESTION = "Does SCULPT match LRR where it has as many epochs as LRR's ladder?"
TABLES = ("summary",)
MATCHES = "SCULPT {start} of as many epochs as LRR's ladder is not worse than LRR by {margin}"
_SOURCE = f"{ABSTRACT}; figures 8b and 8c in {REVIEWS}, where the data sets and networks are others"
_FROM_START = f"figure 8c (ImageNet, ResNet-50) in {MACHINE_WRITTEN}: it matches LRR or is better at all sparsities"
LACKING = "SCULPT has as many epochs as LRR's ladder to the target nowhere"


def judge(tables: Tables) -> list[Claim | str]:
    """SCULPT minus LRR at every target whose ladder has as many epochs, from the chosen start and from the paper's.

    The threshold is the margin below LRR (claims.margin), as in claims d. SCULPT of C cycles counts where the ladder
    has C. At 0.5 a machine-written review reads off figure 8c that SCULPT matches LRR or exceeds it.
    """
    margin = tables.settings.get("margin", MARGIN)
    points = "one point" if margin == 1 else f"{number(margin)} points"
    ours, ladder = sculpt(tables.summary), lrr(tables.summary)
    found = []
    for id_, source, start, at, rows, said in (
        (ID, _SOURCE, "from the start that validation chose", {}, chosen(ours), [caveats.CHOSEN]),
        (
            f"{ID}_{number(START)}",
            _FROM_START,
            f"from {number(START)}",
            {"start": START},
            ours[ours["start_density"] == START],
            [],
        ),
    ):
        sentence = Sentence(id_, source, MATCHES.format(start=start, margin=points), FIGURE_8, part=start)
        sides = beside(rows, ladder, ["target_density", "epochs"], ID)
        added = partial(_added, tables, at)
        found.append(difference(sentence, tables, sides, LACKING, threshold=-margin, said=said, entry=added))
    return found


def _added(tables: Tables, at: dict[str, float]) -> str:
    """LRR, and SCULPT to the lowest of its targets with as many cycles as LRR's ladder to it has."""
    summary, wanted = tables.summary, lacking.sculpt(tables.summary, **at)
    target = min(wanted["targets"])
    ladder = present.ladder(summary, to=[target])
    cycles = ladder.index(target) + 2
    longer = {} if cycles == present.cycles(summary) else {"cycles": cycles}
    return entries.runs(summary, {**wanted, "targets": [target], **longer}, {"method": "lrr", "ladder": ladder})
