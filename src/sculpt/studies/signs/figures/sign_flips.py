"""How many signs flip in each cycle of a run, for every method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Densities
from sculpt.plotting import densities, style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handle, handles, legend
from sculpt.plotting.looks import look_of, mask_look
from sculpt.plotting.panels import panels, say
from sculpt.plotting.series import APART, places, series
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "signs")
CAPTION = """How many of the weights that a cycle keeps end it with another sign than they began with, at the densities
{densities}, under the first mask method (arXiv 2402.19262: LRR flips signs early, then they settle; a public review of
arXiv 2406.02773 lists sign flips among its analyses; no values were found). The first cycle of every run begins with
random weights; IMP and WR begin each level with the rewound weights, so their signs flip anew. Error bars are one
standard deviation over the seeds. A run is shown where all of its cycles are counted: one long schedule where it has
checkpoints at each cycle's length. SCULPT prunes by magnitude here. Cycles whose starting weights are transformed are
left out."""

COLUMNS = ["target_density", "mask", "method", *APART, "start_density", "run", "cycle", "node"]


class Settings(FigureSettings):
    densities: Annotated[Densities, Field(description="panels")]

    def faults(self, around: Any) -> Iterator[str]:
        yield from densities.refused("densities", self.densities, densities.of_results(around, masks=1))


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel for each of `densities` that the experiment has; a line is one run over its cycles or levels.

    SCULPT starts where validation chose and prunes by magnitude. A run counts whose cycles are all in the table
    `signs`, so that one schedule over many cycles is no point at its first. Single runs are the first cycle of cyclic
    ones, and left out. The dense network stands in every panel. Table columns: target_density (of the run; the dense
    network's is 1), mask, method, criterion, transform, variant, start_density, run, cycle (the node's number on the
    path), node, percent_mean and _sd (of the kept weights), seeds.
    """
    points = _points(tables, settings["densities"])
    sparse = points[points["method"] != "dense"]
    shown = sparse["target_density"].unique()
    figure, grid = panels(len(shown), settings["width"], "cycle or level", "flipped signs (%)\nmean ± sd")
    if sparse.empty:
        say(grid[0], "This experiment has no sign flips at the densities of this figure.")
        return Drawn(figure, points)
    places_of = places(series(points))
    for axes, density in zip(grid, shown, strict=True):
        _draw_panel(axes, points[points["target_density"].isin([density, 1.0])], places_of)
        masks = [f", {mask_look(mask).label} masks" for mask in sparse["mask"].dropna().unique()]
        axes.set_title(f"density {decimal(density)}{masks[0] if masks else ''}")
    cycles = sorted(points["cycle"].unique())
    grid[0].set_xticks(cycles[:: -(-len(cycles) // 8)])
    grid[0].set_ylim(bottom=0)
    dense = [handle(look_of(name)) for name in ("dense",) if name in set(points["method"])]
    legend(figure, dense + handles(series(points)))
    tell(figure, _finding(tables, sparse))
    return Drawn(figure, points)


def _points(tables: Any, chosen: list[float]) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled
    from sculpt.statistics.results import DEFAULT_CRITERION
    from sculpt.studies.signs.flips import in_percent

    flips = in_percent(tables)
    results = tables.results.drop_duplicates("run")
    results = results[results["run"].isin(flips["run"]) & (results["method"] != "single")]
    followed = flips.groupby("run")["cycle"].max()  # a long schedule without checkpoints is one node, of many cycles
    results = results[results["run"].map(followed) == results["cycles"]]
    results = results[results["criterion"].isna() | (results["criterion"] == DEFAULT_CRITERION)]
    first = results["mask"].dropna().unique()[:1]
    runs = results[results["mask"].isna() | results["mask"].isin(first)]
    labels = [column for column in COLUMNS if column not in ("cycle", "node")]
    shares = pooled(flips, ["run", "cycle", "node"], "percent", "sign_flips")
    parts = [runs[runs["target_density"] == density] for density in dict.fromkeys([*chosen, 1.0])]
    points = pd.concat(parts)[labels].merge(shares, on="run")
    return points[[*COLUMNS, "percent_mean", "percent_sd", "seeds"]]


def _draw_panel(axes: Axes, points: DataFrame, places_of: dict[str, int]) -> None:
    axes.grid(False, axis="x")
    lines = points.assign(series=series(points)).groupby(["series", "run"])
    for (name, _run), line in sorted(lines, key=lambda item: places_of[item[0][0]]):
        aside = 0.7 * (places_of[name] - 4)
        line = line.sort_values("cycle")
        draw_spread(axes, name, aside, line["cycle"], line["percent_mean"], line["percent_sd"])


def _finding(tables: Any, sparse: DataFrame) -> str:
    """First against last cycle of LRR and of cyclic training, at the lowest density that is shown."""
    from sculpt.studies.signs.flips import in_percent, of_seeds
    from sculpt.studies.signs.words import with_interval

    flips, seeds = in_percent(tables), tables.summary["seed"].nunique()
    lowest = sparse[sparse["target_density"] == sparse["target_density"].min()]
    said = []
    for name in ("lrr", "cyclic"):
        of_method = lowest[[found == name for found in series(lowest)]]
        run = of_method.loc[of_method["cycle"].idxmax()] if len(of_method) else None
        both = [] if run is None else [of_seeds(flips, run["run"], cycle, seeds) for cycle in (1, run["cycle"])]
        if run is None or any(rows is None for rows in both) or run["cycle"] == 1:
            continue
        first, last = (rows["percent"].to_numpy() for rows in both)
        less = with_interval(first - last)
        shares = f"{first.mean():.1f} % in cycle 1, {last.mean():.1f} % in cycle {run['cycle']}"
        said.append(f"{look_of(name).label} flips {shares}: {less} fewer")
    at = decimal(lowest["target_density"].iloc[0])
    return f"at {at} {'; '.join(said)}." if said else "neither LRR nor cyclic training has its first and last cycle."
