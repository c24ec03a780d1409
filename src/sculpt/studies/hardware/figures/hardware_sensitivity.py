"""What evaluating trained networks under other execution profiles changes in each group, beside the controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import log_axis
from sculpt.plotting.colours import palette, readable_on
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.hardware.drawing import REPEAT, SEED, left_out_words, note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "hardware", "profiles")
CAPTION = """What evaluating the same trained weights under another execution profile changes, by group, on the test
split: predictions that flip (top), and the mean absolute change of the mean loss (bottom). Means over the networks and
seeds. Controls: the repeat under the same profile in another process, and a change of seed alone, which compares each
seed's network with the next one's. Colours are of a logarithmic scale, of each panel apart, and each cell says its
value (2e-7: 2 in ten million), or a bar what colours mean where cells are narrow; white is 0. A row in which nothing
flips, or no loss changes, says ``no effect``. A profile that changes no bit at all on its machine, or that the machine
lacks, has no row and is named below. These are execution profiles, not other hardware, unless a machine is named.
Definitions are of this project."""

PANELS = {"flips_percent": "predictions that flip (%)", "loss_change": "mean absolute change of the loss (nats)"}
NOTHING = {"repeat": "nothing changes"}
"""What a row of zeros says, in place of `no effect`."""
ROW, CELL = 0.21, 0.33
"""The height of a row, and the least width of a cell that holds its number; inches. Narrower ones have a colour bar."""
WHITE = (1.0, 1.0, 1.0, 1.0)
EMPTY = "-"
"""What the cell of a group without images says."""
NAMES = {"repeat": REPEAT, "seed": SEED}
COLUMNS = ["measure", "effect", "profile", "group", "few", "mean", "sd", "absolute", "seeds"]


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Two maps, rows are controls and profiles, columns are groups and all images together.

    Table columns: measure (the map: flips_percent or loss_change), effect (repeat, seed or evaluation), profile (with
    its machine where that is another one), group, few, mean (signed), sd (over seeds), absolute (mean of absolute
    values, which the lower map shows), seeds.
    """
    from matplotlib.figure import Figure

    from sculpt.studies.hardware.effects import evaluated

    effect = evaluated(tables)
    cells = _cells(effect)
    rows = list(dict.fromkeys(zip(cells["effect"], cells["profile"], strict=True)))
    figure = Figure((settings["width"], 2 * ROW * max(len(rows), 3) + 1.6), layout="constrained")
    if cells.empty:
        say(figure.subplots(), "This experiment has no evaluation under several execution profiles.")
        return Drawn(figure, cells)
    groups = list(dict.fromkeys(cells["group"]))
    few = set(cells.loc[cells["few"], "group"])
    grid = figure.subplots(len(PANELS), 1, sharex=True)
    longest = max(len(profile) for _, profile in rows)
    cell = (settings["width"] - 0.3 - 0.062 * longest) / (len(groups) + 0.3)
    for axes, (measure, title) in zip(grid, PANELS.items(), strict=True):
        _draw_map(axes, cells[cells["measure"] == measure], rows, groups, cell)
        axes.set_title(title)
    _label_groups(grid[-1], groups, few, cell)
    below = left_out_words(effect.left_out)
    empty = cells["absolute"].isna().any()
    marks = ["* fewer than 20 images." if few else "", f"{EMPTY} no image in the test split." if empty else ""]
    note(figure, " ".join(filter(None, [below, *marks])))
    return Drawn(figure, cells)


def _cells(effect: Any) -> DataFrame:
    import pandas as pd

    from sculpt.studies.hardware.effects import name_of
    from sculpt.studies.hardware.measures import ALL, LABELS, sensitivity

    parts = []
    for rows in (effect.floor, effect.seed, effect.rows):
        rows = rows[rows["split"] == "test"]
        if rows.empty:
            continue
        triples = zip(rows["machine"], rows["effect"], rows["profile"], strict=True)
        names = [name_of(machine, NAMES.get(effect, profile)) for machine, effect, profile in triples]
        rows = rows.assign(profile=names, group=rows["group"].astype(str))
        for measure in PANELS:
            by = ["effect", "profile", "group"]
            found = sensitivity(rows, measure, by, ("network", *LABELS))
            parts.append(found.assign(measure=measure))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    cells = pd.concat(parts, ignore_index=True)
    order = cells.assign(place=cells["measure"].map(list(PANELS).index), last=cells["group"] == ALL)
    return order.sort_values(["place", "last"], kind="stable")[COLUMNS].reset_index(drop=True)


def _draw_map(axes: Axes, cells: DataFrame, rows: list[tuple[str, str]], groups: list[str], cell: float) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm
    from matplotlib.patches import Rectangle

    shown = cells["absolute"]
    low, high = shown[shown > 0].min(), shown.max()
    colours = ScalarMappable(LogNorm(low / 1.5, high * 1.5), palette()) if high > 0 else None
    places = {pair: place for place, pair in enumerate(rows)}
    for (effect, profile), of in cells.groupby(["effect", "profile"], sort=False):
        top = places[effect, profile]
        if not (of["absolute"] > 0).any():
            middle = (len(groups) + _gap(groups)) / 2
            axes.text(middle, top + 0.5, NOTHING.get(effect, "no effect"), color="0.4", ha="center", va="center")
            continue
        for group, value in zip(of["group"], of["absolute"], strict=True):
            left = _left(group, groups)
            color = colours.to_rgba(value) if value > 0 else WHITE
            edge = {} if value > 0 else {"edgecolor": "0.8", "linewidth": 0.6}
            axes.add_patch(
                Rectangle((left + 0.03, top + 0.06), 0.94, 0.88, **{"facecolor": color, "linewidth": 0} | edge)
            )
            if cell >= CELL or not value > 0:
                text = {"color": readable_on(color), "ha": "center", "va": "center", "fontsize": style.SMALLEST_FONT}
                axes.text(left + 0.5, top + 0.5, short(value) if value == value else EMPTY, **text)
    if colours and cell < CELL:
        bar = axes.figure.colorbar(colours, ax=axes, pad=0.02, aspect=6 * len(rows) ** 0.5)
        log_axis(bar.ax.yaxis, *colours.get_clim(), short, 2.5 * len(rows))
        bar.outline.set_visible(False)
    axes.set_ylim(len(rows), 0)
    axes.set_xlim(0, len(groups) + _gap(groups))
    axes.set_yticks([place + 0.5 for place in range(len(rows))], labels=[profile for _, profile in rows])
    axes.grid(False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def short(value: float) -> str:
    """At most five characters: 0.033, 12, 2e-7."""
    if value == 0:
        return "0"
    if value >= 0.01:
        return f"{value:.2g}" if value < 99.5 else f"{value:.0f}"
    digits, exponent = f"{value:.0e}".split("e")
    return f"{digits}e{int(exponent)}"


def _gap(groups: list[str]) -> float:
    """Space before the column of all images."""
    return 0.3 if len(groups) > 1 else 0.0


def _left(group: str, groups: list[str]) -> float:
    from sculpt.studies.hardware.measures import ALL

    return groups.index(group) + (_gap(groups) if group == ALL else 0.0)


def _label_groups(axes: Axes, groups: list[str], few: set[str], cell: float) -> None:
    labels = [group + "*" * (group in few) for group in groups]
    upright = max(map(len, labels)) * 0.062 > cell
    step = max(1, -(-9 // int(72 * cell))) if upright else 1
    shown = list(zip(groups, labels, strict=True))[::step]
    axes.set_xticks(
        [_left(group, groups) + 0.5 for group, _ in shown],
        labels=[label for _, label in shown],
        rotation=90 if upright else 0,
    )
    axes.set_xlabel("group")
