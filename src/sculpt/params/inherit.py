"""An experiment that is based on another, and variants that are based on `training`: overlays on raw values.

Maps merge by key; lists and plug-in entries replace; null removes. A variant of the base takes an overlay by the same
rules as `training`. Analyses and figures of the base are taken over where the runs have the methods that they need.
"""

import re
from typing import Any

from sculpt.core.kinds import ANALYSES, FIGURES
from sculpt.core.plugins import Kind
from sculpt.params.complaints import nearest, show

LABELLED = ("criteria", "transforms", "analyses", "figures")
_ENTRIES = ("data", "model", "training.schedule", "training.loss", "training.update", "training.between")
_VARIANT = re.compile(r"^variants\.[^.]+")

Raw = dict[str, Any]


class Chain(ValueError):
    """A `based_on` that leads nowhere; the message is `key: value; allowed: ...`."""


def chain(experiments: Raw, name: str) -> list[str]:
    """The experiment and those that it is based on, the first one last. Raises Chain."""
    found = [name]
    while isinstance(section := experiments[found[-1]], dict) and section.get("based_on") is not None:
        base = section["based_on"]
        where = f"experiments.{found[-1]}.based_on"
        if not isinstance(base, str) or base not in experiments:
            raise Chain(f"{where}: {show(base)}; allowed: another experiment{nearest(str(base), experiments)}")
        if base in found:
            raise Chain(f"{where}: {show(base)}; allowed: no circle ({' -> '.join([*found, base])})")
        found.append(base)
    return found


def whole(experiments: Raw, name: str) -> Any:
    """The experiment after its `based_on`, with the names of its plug-ins and its variants filled in. Raises Chain."""
    merged: Any = {}
    for each in reversed(chain(experiments, name)):
        section = experiments[each]
        if not isinstance(section, dict):
            return section
        merged = overlaid(merged, {key: value for key, value in section.items() if key != "based_on"})
    for section in LABELLED:
        if isinstance(merged.get(section), dict):
            merged[section] = {label: _named(label, entry) for label, entry in merged[section].items()}
    for section, kind in (("analyses", ANALYSES), ("figures", FIGURES)):
        if isinstance(merged.get(section), dict):
            merged[section] = _taken_over(merged, section, kind, experiments[name].get(section))
    training, variants = merged.get("training"), merged.get("variants")
    if isinstance(training, dict) and isinstance(variants, dict):
        merged["variants"] = {
            name: overlaid(training, overlay, "training") if isinstance(overlay, dict) else overlay
            for name, overlay in variants.items()
        }
    return merged


def overlaid(base: Raw, overlay: Raw, path: str = "") -> Raw:
    """`base` with `overlay` on it; `path` is where they stand in the experiment.

    Below a variant null stays, since the variant is an overlay itself: it removes what `training` has.
    """
    merged = dict(base)
    for key, value in overlay.items():
        place = f"{path}.{key}".removeprefix(".")
        if value is None and not _VARIANT.match(path):
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(base.get(key), dict) and not _replaces(place):
            merged[key] = overlaid(base[key], value, place)
        else:
            merged[key] = value
    return merged


def _replaces(place: str) -> bool:
    place = _VARIANT.sub("training", place)
    return place in _ENTRIES or (place.partition(".")[0] in LABELLED and "." in place)


def _named(label: str, entry: Any) -> Any:
    return {"name": label, **entry} if isinstance(entry, dict) else entry


def _taken_over(merged: Raw, section: str, kind: Kind, own: Any) -> Raw:
    """The entries of a section without those of the base that need a run method which no run has; `own` ones stay."""
    runs = merged.get("runs")
    there = {str(run.get("method")) for run in runs if isinstance(run, dict)} if isinstance(runs, list) else set()
    return {
        label: entry
        for label, entry in merged[section].items()
        if (isinstance(own, dict) and label in own) or there.issuperset(_needs(kind, entry))
    }


def _needs(kind: Kind, entry: Any) -> tuple[str, ...]:
    name = entry.get("name") if isinstance(entry, dict) else None
    return kind.constant(name, "NEEDS", ()) if isinstance(name, str) and name in kind.names else ()
