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
    "momentum": "training.update: {name: sgd, momentum: ..., weight_decay: ...}",
    "weight_decay": "training.update: {name: sgd, momentum: ..., weight_decay: ...}",
    "label_smoothing": "training.loss: {name: cross_entropy, smoothing: ...}",
}
_FIGURES = {
    "width": "a key of each figure: figures: {accuracy_vs_density: {width: ...}}",
    "loss_densities": "figures.training_loss.densities",
    "cost_densities": "figures.accuracy_vs_cost.densities",
}


def former_keys(experiments: dict[str, Any]) -> Iterator[str]:
    """A line per key of the former form: its path, and what it is now."""
    for name, section in experiments.items():
        where = f"experiments.{name}"
        if not isinstance(section, dict):
            continue
        yield from (f"{where}.{key}: a former key; now {now}" for key, now in _SECTIONS.items() if key in section)
        for inside, table in (("training", _TRAINING), ("figures", _FIGURES)):
            if isinstance(section.get(inside), dict):
                here = section[inside]
                yield from (f"{where}.{inside}.{key}: a former key; now {table[key]}" for key in table if key in here)
