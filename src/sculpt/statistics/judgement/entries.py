"""The lines of params.yaml that would test a claim: what an experiment lacks, in sections that are added to its own.

Items of `runs` come after those that are there, other sections merge by key. An item `method: dense` replaces the dense
run that is there, since an experiment has one. A definition of this project.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sculpt.core.kinds import ANALYSES
from sculpt.recipe.node import number
from sculpt.statistics.judgement import present

if TYPE_CHECKING:
    from pandas import DataFrame

OF_RUNS = ("summary", "history", "layers", "published")
OF_HARDWARE = ("hardware", "profiles")
"""Tables of no analysis: of the runs and of the repository, and of the section `hardware`."""
_HARDWARE = {
    "profiles": {
        "torch": {"device": "cpu", "precision": "float32"},
        "bfloat16": {"device": "cpu", "precision": "bfloat16"},
    },
    "hardware": {"reference": "torch", "profiles": ["bfloat16"]},
}
_ANALYSES = {
    "curvature": {"images": 1000},
    "one_neuron": {"draws": 3},
    "mechanism": {"split": "validation", "samples": 8, "iterations": 6},
}
"""Settings that an analysis cannot do without."""
_CRITERIA = {"snip": {"samples_per_class": 10}, "grasp": {"samples_per_class": 10}, "synflow": {"rounds": 100}}
_TRANSFORMS = {"fresh": {"name": "fresh_weights", "offset": 10000}, "random_magnitudes": {"offset": 10000}}


def runs(summary: DataFrame, *wanted: dict[str, Any]) -> str:
    """The entries that an experiment lacks of those `wanted`, and what they name beside `runs`; empty: it has all.

    wanted: entries of `runs`. Of their densities or targets, those are left out at which the experiment has the run.
    """
    found = [entry for item in wanted if (entry := _missing(summary, item))]
    found = list({_flow(entry): entry for entry in found}.values())
    if not found:
        return ""
    named = {value for entry in found for key, value in entry.items() if isinstance(value, str) and key != "method"}
    named -= present.labels(summary)
    sections = {
        "variants": {key: value for key, value in _variants(summary).items() if key in named} if named else {},
        "criteria": {key: value for key, value in _CRITERIA.items() if key in named},
        "transforms": {key: value for key, value in _TRANSFORMS.items() if key in named},
    }
    lines = ["runs:", *(f"  - {_flow(entry)}" for entry in found)]
    return "\n".join([*lines, *_sections(sections)])


def analyses(label: str, **settings: Any) -> str:
    """An entry of `analyses` under a label, with the settings that it cannot do without."""
    return "\n".join(_sections({"analyses": {label: {**_ANALYSES.get(label, {}), **settings}}}))


def of_tables(missing: Iterable[str]) -> str:
    """What adds the tables that a claim's module lacks; nothing for those that every experiment has."""
    missing, sections = list(missing), {}
    if set(missing) & set(OF_HARDWARE):
        sections |= _HARDWARE
    if labels := [table for table in missing if table not in (*OF_RUNS, *OF_HARDWARE)]:
        sections["analyses"] = {label: _ANALYSES.get(label, {}) for label in labels if label in ANALYSES.names}
    return "\n".join(_sections(sections))


def joined(*entries: str) -> str:
    """Several entries as one; of `runs`, each item once."""
    sections: dict[str, list[str]] = {}
    for line in (line for entry in entries for line in entry.splitlines()):
        if line.endswith(":"):
            here = sections.setdefault(line, [])
        elif line not in here:
            here.append(line)
    return "\n".join(line for head, lines in sections.items() for line in (head, *lines))


def _missing(summary: DataFrame, entry: dict[str, Any]) -> dict[str, Any] | None:
    """The entry with the densities that the experiment lacks; None where it lacks none."""
    there = present.asked(summary, entry)
    key = next((key for key in ("densities", "targets") if key in entry), None)
    if key:
        lacking = [density for density in entry[key] if density not in there]
        return {**entry, key: lacking} if lacking else None
    if "ladder" in entry:
        return None if set(entry["ladder"]) <= there else entry
    if entry["method"] == "dense":
        return None if present.dense_cycles(summary, entry.get("variant")) >= entry["cycles"] else entry
    return None if there else entry


def _variants(summary: DataFrame) -> dict[str, Any]:
    """Those that claims know by their names, for cycles of as many epochs as the experiment's."""
    epochs = present.epochs(summary)
    until = {"until": 0.75}
    return {
        "cosine": {"schedule": {"name": "cosine", "warmup": 1.0}},
        "step": {
            "schedule": {
                "name": "step",
                "warmup": 1.0,
                "drops": [round(epochs * share / 150, 4) for share in (70, 130)],
                "factor": 0.1,
            }
        },
        "constant": {"schedule": {"name": "constant", "warmup": 1.0, "decay": 1.0}},
        "noisy": {"label_noise": 0.15},
        "signs-flipped": {"between": {"name": "flip_signs", "every": 2, "until": 0.4, "probability": 0.3}},
        "rigl": {"between": {"name": "rigl", "drop": 0.3, **until, "samples": 64}},
        "set": {"between": {"name": "set", "drop": 0.3, **until}},
        "gmp": {"between": {"name": "gmp", **until}},
        "acdc": {"between": {"name": "acdc", **until, "warm_up": int(epochs), "phase": int(epochs)}},
    }


def _sections(sections: dict[str, dict[str, Any]]) -> list[str]:
    lines = []
    for section, entries in sections.items():
        if entries:
            lines += [f"{section}:", *(f"  {key}: {_flow(value)}" for key, value in entries.items())]
    return lines


def _flow(value: Any) -> str:
    """As YAML in one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else str(value)
