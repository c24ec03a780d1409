"""The figures of an experiment, in the order of params.yaml, each with its heading and its caption."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sculpt.core.kinds import FIGURES
from sculpt.core.settings import Values


@dataclass(frozen=True)
class Figure:
    """label: its name in params.yaml. title: what it is, in a line. caption: what is drawn. svg, png: its files."""

    label: str
    title: str
    caption: str
    svg: Path
    png: Path


def figures(name: str, experiment: Values, root: Path) -> list[Figure]:
    """experiment: plain values, as a job has them (`sculpt.params.experiment.described`)."""
    folder = root / "figures" / name
    return [
        Figure(
            label=label,
            title=_title(FIGURES.summary(entry["name"])),
            caption=caption(entry),
            svg=folder / f"{label}.svg",
            png=folder / f"{label}.png",
        )
        for label, entry in experiment.get("figures", {}).items()
    ]


def caption(entry: Values) -> str:
    """The caption of the plug-in, with the values of the figure's own settings in it, on one line."""
    filled = FIGURES.constant(entry["name"], "CAPTION").format(**{key: _shown(value) for key, value in entry.items()})
    return " ".join(filled.split())


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _title(summary: str) -> str:
    return summary.removesuffix(".")
