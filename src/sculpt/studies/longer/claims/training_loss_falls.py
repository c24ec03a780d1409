"""Does the training loss fall with cycles?"""

import numpy as np
import pandas as pd

from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.paper import FIGURE_2, REVIEWS
from sculpt.statistics.judgement.scopes import scope
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.pooling import pooled
from sculpt.statistics.results import ordinary
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate
from sculpt.studies.longer.runs import DENSE, finished, of
from sculpt.studies.longer.words import cyclic, dense

ID = "g3"
QUESTION = "Does the training loss fall with repeated cycles?"
TABLES = ("summary",)
SOURCE = f"the paper's first mechanism in {REVIEWS}: more optimisation lowers the training loss"
NETWORKS = {
    DENSE: Sentence(
        "g3_dense",
        SOURCE,
        "The dense network's training loss falls with repeated cycles",
        FIGURE_2,
        part="dense network",
        unit="nats",
    ),
    "cyclic": Sentence(
        "g3_sparse",
        SOURCE,
        "Sparse networks' training loss falls with repeated cycles",
        FIGURE_2,
        part="sparse networks",
        unit="nats",
    ),
}
ENTRIES = {DENSE: dense, "cyclic": cyclic}


def judge(tables: Tables) -> list[Claim | str]:
    """The mean loss of the first cycle's last epoch minus that of the last cycle's, in nats."""
    rows = ordinary(finished(tables.summary))
    found: list[Claim | str] = []
    for method, sentence in NETWORKS.items():
        cycles = of(rows, method)
        first, last = cycles[cycles["cycle"] == 1], cycles[cycles["cycle"] == cycles["cycles"]]
        if (last["cycle"] < 2).all():
            added = entries.runs(tables.summary, ENTRIES[method](tables.summary))
            found.append(sentence.untested("no network has several cycles", added))
            continue
        found.append(sentence.judged(scope(last, first), _fall(first, last), cells=in_cells([first, last], _fall)))
    return found


def _fall(first: pd.DataFrame, last: pd.DataFrame) -> Estimate:
    return estimate(_losses(first) - _losses(last))


def _losses(rows: pd.DataFrame) -> np.ndarray:
    """The mean over masks and densities of each seed."""
    rows = rows.sort_values("seed", kind="stable")
    return pooled(rows, ["seed"], "train_loss", ID, ("seed", "mask", "target_density"))["train_loss_mean"].to_numpy()
