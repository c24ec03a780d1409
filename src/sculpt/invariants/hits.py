"""What holds in the bits of an evaluation."""

import pandas as pd

from sculpt.core.hits import Hits
from sculpt.invariants.schema import Reasons


def hits_complete(hits: Hits, seeds: list[int], nodes: list[str], images: int) -> Reasons:
    """Each node (its key) and seed once, over all images of the test split."""
    wanted = {(node, seed) for node in nodes for seed in seeds}
    if odd := sorted(wanted ^ hits.keys()):
        node, seed = odd[0]
        yield f"node {node}, seed {seed}: {'not there' if odd[0] in wanted else 'not of its job'}"
        return
    for (node, seed), hit in hits.items():
        if len(hit) != images:
            yield f"node {node}, seed {seed}: on {len(hit)} images, the test split has {images}"


def hits_are(hits: Hits, table: pd.DataFrame | None) -> Reasons:
    """As many right as the table beside it says; None where that is not to be judged by."""
    if table is None:
        return
    right = (table["accuracy"] * table["images"] / 100).groupby([table["node"], table["seed"]]).sum()
    for place, count in right.items():
        if hits[place].sum() != round(count):
            node, seed = place
            yield f"node {node}, seed {seed}: {hits[place].sum()} images are right, its table says {round(count)}"
