"""From a node's key or a run's id, as tables have them, to the node."""

from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from sculpt.api.places import NotThereError, nodes


def node_named(name: str, results: Path, summary: pd.DataFrame) -> str:
    """The key of the node that `name` names: the node of that key, else the last node of the run of that id.

    summary: the experiment's table of that name. A mask is refused, since it has no weights. Raises NotThereError.
    """
    there = nodes(results)
    if name in there:
        return name
    of_run = summary[summary["run"] == name]
    if len(of_run):
        return of_run.loc[of_run["cycle"].idxmax(), "node"]
    known = [*there, *summary["run"].unique()]
    if str(name).startswith("masks/"):
        bare = f"cyclic/{str(name).removeprefix('masks/')}"
        raise NotThereError(
            f"node: {name!r} is a mask, which has no weights; allowed: a trained node or a run{_nearest(bare, known)}"
        )
    raise NotThereError(
        f"node: {name!r} is not there; allowed: a value of the column `node` or `run` of "
        f"{results / 'summary/summary.csv'}{_nearest(str(name), known)}"
    )


def _nearest(name: str, known: list[str]) -> str:
    """The nearest of all; of those that are as near, the first."""
    close = get_close_matches(name, known, n=1, cutoff=0.3)
    return f"; nearest: {close[0]!r}" if close else ""
