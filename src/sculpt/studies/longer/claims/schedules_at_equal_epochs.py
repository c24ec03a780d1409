"""Are repeated cycles better than other schedules of as many epochs, dense and sparse?"""

from dataclasses import dataclass

import pandas as pd

from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.differences import paired
from sculpt.statistics.judgement.equivalence import against_margin
from sculpt.statistics.judgement.outcomes import of_checked
from sculpt.statistics.judgement.paper import FIGURE_2, MACHINE_WRITTEN, REVIEWS
from sculpt.statistics.judgement.units import inside
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.judgement.within import Within
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.longer.compare import in_both
from sculpt.studies.longer.runs import CELL, DENSE, SCHEDULES, at_the_epochs_of, ends, finished, of
from sculpt.studies.longer.words import cyclic, dense

ID = "g2"
QUESTION = "Do repeated cycles beat other schedules of as many epochs?"
TABLES = ("summary",)
MARGIN = 1.0
"""Within so many points two schedules count as similar, where `claims.margin` says nothing."""
SOURCES = {
    "long": f"ours, beside figure 2d in {REVIEWS}, of which no more is known than claim g2_dense_similar",
    "cosine": f"ours, beside figure 2d: one cosine over all epochs is asked for by {REVIEWS}",
    "step": "ours, beside figure 2d: the step schedule of the authors' configurations, stretched",
    "constant": "ours, beside figure 2d: a constant rate with a linear decay at its end, stretched",
    "restarts": f"ours: cosine with and without restarts is asked for by {REVIEWS}",
}
SIMILAR = f"figure 2d in {MACHINE_WRITTEN}, which quotes that the two are similar for the dense network"
"""What the paper says of one schedule, dense; `g2_dense_long` is the other question, whether one of them is better."""
LACKING = "no network was trained both ways for as many epochs"
ALIKE = "Are repeated cycles and one schedule of as many epochs alike for the dense network?"
NAMES = {"cosine": "one cosine schedule", "step": "one step schedule", "constant": "one constant schedule with decay"}


@dataclass(frozen=True)
class _Network:
    """method: of repeated cycles. stretched: of one schedule over as many epochs. name: in ids; words: in sentences."""

    method: str
    stretched: str
    name: str
    words: str


NETWORKS = (
    _Network(DENSE, "dense_long", "dense", "the dense network"),
    _Network("cyclic", "long", "sparse", "sparse networks"),
)


def judge(tables: Tables) -> list[Claim | str]:
    """The difference at equal epochs, in each mask and density that has a run under another schedule."""
    rows = finished(tables.summary)
    if not rows["variant"].isin(SCHEDULES).any():
        whole = Sentence(ID, SOURCES["long"], "Repeated cycles beat one schedule of as many epochs", FIGURE_2)
        added = _added(tables, NETWORKS[1], None, "cosine")
        return [whole.untested(f"no run has one of the variants {', '.join(SCHEDULES)}", added)]
    return [claim for network in NETWORKS for claim in _of_network(tables, rows, network)]


def _of_network(tables: Tables, rows: pd.DataFrame, network: _Network) -> list[Claim | str]:
    methods = network.method, network.stretched
    other = pd.concat([of(rows, method, variant) for method in methods for variant in SCHEDULES])
    cells = pd.MultiIndex.from_frame(other[CELL].drop_duplicates())
    rows = pd.concat([*(of(rows, method) for method in methods), other])
    rows = rows[pd.MultiIndex.from_frame(rows[CELL]).isin(cells)]
    found = [_one(tables, rows, network, "long", None, None)]
    found += [_similar_dense(tables, rows, network)] if network.method == DENSE else []
    found += [_one(tables, rows, network, variant, None, variant) for variant in SCHEDULES]
    return [*found, _one(tables, rows, network, "restarts", "cosine", "cosine")]


def _one(
    tables: Tables, rows: pd.DataFrame, network: _Network, what: str, repeated: str | None, stretched: str | None
) -> Claim | str:
    """Repeated cycles under one variant minus one schedule under another, None being the base settings."""
    id_ = f"g2_{network.name}_{what}"
    ours = "Cosine cycles that restart" if what == "restarts" else "Repeated cycles"
    other = "one cosine schedule" if what == "restarts" else NAMES.get(what, "one schedule")
    statement = f"At equal epochs, {ours[0].lower()}{ours[1:]} beat {other} stretched over them, for {network.words}"
    sentence = Sentence(id_, SOURCES[what], statement, FIGURE_2, part=_part(network, what))
    first, second = _sides(rows, network, repeated, stretched, id_)
    if first.empty:
        return sentence.untested(LACKING, _added(tables, network, repeated, stretched))
    return paired(sentence, tables, first, second, told=[_similar(tables, first, second)])


def _part(network: _Network, what: str) -> str:
    """`dense against one cosine schedule`."""
    other = {"long": "the same schedule stretched", "restarts": "cosine without restarts"}
    return f"{network.name} against {other.get(what) or NAMES[what]}"


def _similar_dense(tables: Tables, rows: pd.DataFrame, network: _Network) -> Claim | str:
    """The margin (claims.margin) minus the distance of the two, so that the verdict is one of equivalence."""
    margin = tables.settings.get("margin", MARGIN)
    statement = f"At equal epochs, repeated cycles and one schedule stretched over them are within {margin:g} points"
    sentence = Sentence(
        "g2_dense_similar",
        SIMILAR,
        f"{statement} of each other, for {network.words}",
        FIGURE_2,
        ALIKE,
        unit=inside(margin),
    )
    first, second = _sides(rows, network, None, None, sentence.id)
    if first.empty:
        return sentence.untested(LACKING, _added(tables, network, None, None))
    return paired(
        sentence,
        tables,
        first,
        second,
        reading=lambda found: Within(found, margin),
    )


def _sides(
    rows: pd.DataFrame, network: _Network, repeated: str | None, stretched: str | None, reader: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    theirs = ends(of(rows, network.stretched, stretched))
    cycles = of(rows, network.method, repeated)
    cycles = cycles[cycles["length"].isna()]
    return in_both(at_the_epochs_of(cycles, theirs), theirs, reader)


def _added(tables: Tables, network: _Network, repeated: str | None, stretched: str | None) -> str:
    """The entries of both ways of training, at the densities that have a run under another schedule."""
    summary = tables.summary
    ours, theirs = ({} if variant is None else {"variant": variant} for variant in (repeated, stretched))
    if network.method == DENSE:
        return entries.runs(summary, dense(summary, **ours), {"method": "dense_long", **theirs})
    there = summary[summary["variant"].isin(SCHEDULES) & (summary["mask"] == present.mask(summary))]
    densities = sorted(there["target_density"].unique().tolist(), reverse=True) or present.densities(summary)[:1]
    cycles = cyclic(summary, densities=densities)
    return entries.runs(summary, {**cycles, **ours}, {**cycles, "method": "long", **theirs})


def _similar(tables: Tables, ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Whether the two are as good, which the verdict on a difference does not say."""
    margin = tables.settings.get("margin", MARGIN)
    found = against_margin(estimate(of_checked(ours, tables) - of_checked(theirs, tables)), margin)["equivalence"]
    p = "" if found["p"] is None else f" (p {found['p']:.3f})"
    return f"{'' if found['shown'] else 'not shown to be '}equivalent to {margin:g} points{p}"
