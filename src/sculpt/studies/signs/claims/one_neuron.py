"""Does one hidden neuron learn by LRR from signs from which it does not by IMP?"""

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.pooling import pooled
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.signs.companion import ABSTRACT, FAMILY
from sculpt.studies.signs.quadrants import by_quadrant, draws, unexpected

ID = "m_neuron"
QUESTION = "Does one hidden neuron learn from more starts by LRR than by IMP?"
TABLES = ("one_neuron",)
SENTENCE = Sentence(
    ID,
    f"{ABSTRACT}: in a simplified single hidden neuron setting LRR succeeds in more cases than IMP",
    "One hidden neuron learns from more starts by LRR than by IMP",
    FAMILY,
    unit="percent of starts",
)


def judge(tables: Tables) -> list[Claim | str]:
    """Percent of the starts, with as many of each pair of signs: LRR minus IMP; exactly 25 where the theory holds."""
    rows = draws(tables)
    percent = [
        pooled(rows.assign(percent=100.0 * rows[method]), ["seed"], "percent", ID, ("draw",))
        for method in ("lrr", "imp")
    ]
    lrr, imp = (found.sort_values("seed")["percent_mean"].to_numpy() for found in percent)
    odd = unexpected(rows)
    said = [f"{odd} of {len(rows)} starts do not end as their signs say"] if odd else []
    exact = f"{len(rows) - odd} of {len(rows)} starts end exactly as their signs say"
    return [SENTENCE.judged(f"{by_quadrant(rows)}; {exact}", estimate(lrr - imp), caveats=said)]
