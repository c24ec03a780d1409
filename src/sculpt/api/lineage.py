"""What a trained node is made from, back to the initialisation, as the records tell it."""

from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from sculpt.api.places import blocks
from sculpt.core.files import RECORD, ArtifactError, read_json
from sculpt.recipe.node import INIT


@dataclass(frozen=True)
class Ancestor:
    """One step on the way to a node.

    key: of the initialisation, a drawn mask or a trained node. made: how, in a few words, empty for a node that only
    trains. weights, mask: the keys that it takes them from; None where it takes none. epochs: that it trains, of one
    seed. density: mean over the seeds. validation: mean and sample standard deviation (None for one seed) of the
    accuracy over the seeds, in percent; None for what was not trained.
    """

    key: str
    made: str
    weights: str | None
    mask: str | None
    epochs: int
    density: float
    validation: tuple[float, float | None] | None


def lineage(results: Path, key: str) -> list[Ancestor]:
    """The node `key` and all that it is made from, each once and after what it is made from itself.

    results: the folder of the experiment's results. Raises ArtifactError where a record is not there.
    """
    found: dict[str, Ancestor] = {}
    waiting = [key]
    while waiting:
        here = waiting[-1]
        if here in found:
            waiting.pop()
            continue
        record, rows = _records(results, here)
        above = [record.get("lineage", {}).get(part) for part in ("weights", "mask")]
        if missing := [part for part in above if part and part not in found]:
            waiting += reversed(missing)  # what the weights come from is told first
            continue
        found[waiting.pop()] = Ancestor(
            here,
            _made(here, record),
            *above,
            rows[0]["epochs"],
            fmean(row["density"] for row in rows),
            _mean_and_sd([row["validation"]["accuracy"] for row in rows if "validation" in row]),
        )
    return list(found.values())


def _records(results: Path, key: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the records say of all seeds, and the row of each seed."""
    there = [read_json(folder / RECORD) for folder in blocks(results, key).values()]
    if not there:
        raise ArtifactError(f"{results}: holds no {RECORD} of {key}")
    return there[0], [row for record in there for row in record["seeds"]]


def _made(key: str, record: dict[str, Any]) -> str:
    if key == INIT:
        return "initial weights"
    parts = []
    if "criterion" in record and "prune" not in record:
        parts.append(f"drawn by {record['criterion']['name']}")
    if "change" in record:
        parts.append(f"mask {_name(record['change'])}")
    if "transform" in record:
        parts.append(f"weights {_name(record['transform'])}")
    if "prune" in record:
        parts.append(f"pruned by {record['prune']['criterion']['name']}")
    return ", ".join(parts)


def _name(value: Any) -> str:
    return str(value["name"] if isinstance(value, dict) else value)


def _mean_and_sd(values: list[float]) -> tuple[float, float | None] | None:
    return (fmean(values), stdev(values) if len(values) > 1 else None) if values else None
