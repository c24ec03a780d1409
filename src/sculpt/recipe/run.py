"""What an experiment reports: a run is a sequence of nodes with labels."""

from dataclasses import dataclass, field
from typing import Any

LABELS = (
    *("method", "mask", "start_density", "target_density"),
    *("criterion", "transform", "weights", "length", "variant"),
)
"""What tells one run from another; a table has a column for each, empty where it does not apply.

weights: which weights a coupled run starts from. length: the number of cycles of a run that has not C of them, where a
run of its method has C.
"""


@dataclass(frozen=True)
class Run:
    """A result of the experiment.

    id: its name, which no other run has. labels: a value or None for each of LABELS. path: the keys of all nodes that
    it trained, from the first epoch to the end. reported: the number of a cycle and its node, for each cycle that the
    tables show. cycles: its length; at its end the number of the cycle equals it. mask_key: the mask that was drawn for
    it, or None. result: False for a trunk that nobody asked for as a run. checkpoints: nodes that its last one was on
    its way, each at the end of a cycle's length; analyses look at them, tables of training do not. asked_by: its key of
    params.yaml.
    """

    id: str
    labels: dict[str, Any]
    path: tuple[str, ...]
    reported: tuple[tuple[int, str], ...]
    cycles: int
    mask_key: str | None = None
    result: bool = True
    checkpoints: tuple[str, ...] = ()
    asked_by: str = field(default="", compare=False)


def labels(method: str, **known: Any) -> dict[str, Any]:
    """Every label; those that are not known are None."""
    return {**dict.fromkeys(LABELS), "method": method, **known}
