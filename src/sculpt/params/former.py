"""Keys that params.yaml had once, and what each of them is now."""

from collections.abc import Iterator
from typing import Any

_SECTIONS = {
    "masks": "settings of SNIP, GraSP and SynFlow are entries of `criteria`; masks that are only compared are a "
    "run: {method: masks, masks: [...], densities: [...]}, and figures.layer_densities.density",
    "dense": "a run: {method: dense, cycles: ...}",
    "cyclic": "`cycles` beside `seeds`, and a run per mask: {method: cyclic, mask: ..., densities: [...]}",
    "long": "a run per mask: {method: long, mask: ..., densities: [...]}",
    "sculpt": "a run per mask and start: {method: sculpt, mask: ..., start: ..., targets: [...]}",
    "iterative": "a run per ladder: {method: lrr, ladder: [...]}",
}
_TRAINING = {
    "momentum": "update.momentum: {name: sgd, momentum: ..., weight_decay: ...}",
    "weight_decay": "update.weight_decay: {name: sgd, momentum: ..., weight_decay: ...}",
    "label_smoothing": "loss.smoothing: {name: cross_entropy, smoothing: ...}",
}
_FIGURES = {
    "width": "a key of each figure: {accuracy_vs_density: {width: ...}}",
    "loss_densities": "training_loss.densities",
    "cost_densities": "accuracy_vs_cost.densities",
}


def former_keys(experiments: dict[str, Any]) -> Iterator[str]:
    """A line per key of the former form: its path, and what it is now."""
    for name, section in experiments.items():
        where = f"experiments.{name}"
        if not isinstance(section, dict):
            continue
        for key in section.keys() & _SECTIONS.keys():
            yield f"{where}.{key}: a former key; now {_SECTIONS[key]}"
        for inside, table in (("training", _TRAINING), ("figures", _FIGURES)):
            if isinstance(section.get(inside), dict):
                for key in section[inside].keys() & table.keys():
                    yield f"{where}.{inside}.{key}: a former key; now {where}.{inside}.{table[key]}"
