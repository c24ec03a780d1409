"""Does sparsity make it worse?"""

import pandas as pd

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.hardware import by_seed, words
from sculpt.studies.hardware.accurate import apart
from sculpt.studies.hardware.against import CONTROLS, NONE_ACCURATE, NOTHING_TRAINED, caveats, no_floor, over
from sculpt.studies.hardware.effects import trained

ID = "h4"
QUESTION = "Does sparsity make training under another execution profile more unequal to groups?"
TABLES = ("summary", "hardware", "profiles")
_LARGER = "Training under another execution profile is more unequal to groups in sparse networks than in the dense one"
BEYOND = {
    "floor": Sentence(ID, words.OURS, f"{_LARGER}, each beyond its own repeat", words.FAMILY, unit=words.VIOLATION),
    "seed": Sentence(
        "h4_seed",
        f"{words.CONTROL} h4",
        f"{_LARGER}, each beyond another seed",
        words.FAMILY,
        decides=False,
        unit=words.VIOLATION,
    ),
}


def judge(tables: Tables) -> list[Claim | str]:
    """The violation of sparse networks minus that of the dense one under the same profiles, each less its control.

    A sparse network may be more unequal under any change; `h4_seed` takes off what another seed does to it.
    """
    effect = trained(tables)
    if effect.rows.empty:
        return [BEYOND["floor"].untested(NOTHING_TRAINED)]
    ours, *controls = by_seed.measured(effect, by_seed.violations)
    found: list[Claim | str] = []
    for (name, sentence), control in zip(BEYOND.items(), controls, strict=True):
        rows = by_seed.whole(by_seed.beside(ours, control), tables, sentence.id)
        every, dense = _shared(rows)
        sparse, gone = apart(every, tables)
        if sparse.empty:
            lacking = f"no profile has a sparse and the dense network, with {CONTROLS[name]}, for every seed"
            found.append(sentence.untested(lacking if every.empty else NONE_ACCURATE))
            continue
        scope = f"{over(sparse)} against dense"
        effect_of = estimate(by_seed.of_seeds(sparse) - by_seed.of_seeds(dense))
        cells = by_seed.cells(_less_dense(every, dense), set(gone["network"]))
        said = [*caveats(effect, gone, name == "seed"), words.MAXIMUM, *no_floor(rows, name)]
        found.append(sentence.judged(scope, effect_of, cells=cells, caveats=said))
    return found


def _shared(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sparse and dense networks under the profiles that both have."""
    is_dense = rows["method"] == "dense"
    both = set(rows.loc[is_dense, "name"]) & set(rows.loc[~is_dense, "name"])
    rows = rows[rows["name"].isin(both)]
    return rows[rows["method"] != "dense"], rows[rows["method"] == "dense"]


def _less_dense(sparse: pd.DataFrame, dense: pd.DataFrame) -> pd.DataFrame:
    of_dense = dense.groupby(["name", "seed"])["value"].mean().rename("dense").reset_index()
    found = sparse.merge(of_dense, on=["name", "seed"])
    return found.assign(value=found["value"] - found["dense"])
