"""End results of dynamic rules and of what they are compared with, by mask and density.

Every dynamic run has a variant, so the sides of `statistics.judgement` leave it out. Of several variants of one rule,
that counts which has the rule's name, else the first one of the table: a definition of this project.
"""

import pandas as pd

from sculpt.statistics.judgement.sides import judged_rows
from sculpt.statistics.judgement.sides import sides as plain_sides
from sculpt.statistics.results import ends, ordinary
from sculpt.studies.dynamic.rules import RULES


def of_rule(summary: pd.DataFrame, rule: str) -> pd.DataFrame:
    """The rows at the end of a rule's runs that have a result for every seed of `summary`, of one variant."""
    rows = summary.dropna(subset=["val_accuracy", "test_accuracy"])
    found = rows.groupby(["run", "cycle"])["seed"].transform("nunique")
    rows = ordinary(ends(rows[found == summary["seed"].nunique()]))
    rows = rows[(rows["method"] == rule) & rows["transform"].isna()]
    variants = rows["variant"].fillna("")
    return rows[variants == (rule if rule in set(variants) else next(iter(variants), ""))]


def sides(summary: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Those of `statistics.judgement.sides`, and each rule; one without a mask is there once for each mask."""
    found = plain_sides(summary)
    masks = pd.concat([found["long"], found["cyclic"], found["chosen"]])[["mask"]].dropna().drop_duplicates()
    for rule in RULES:
        rows = of_rule(summary, rule)
        without = rows[rows["mask"].isna()].drop(columns="mask").merge(masks, how="cross")
        found[rule] = pd.concat([rows[rows["mask"].notna()], without]) if len(without) else rows
    return found


def starts(summary: pd.DataFrame) -> pd.DataFrame:
    """SCULPT's end results from every start, for the comparison at equal FLOPs."""
    rows = ends(judged_rows(summary))
    return rows[rows["method"] == "sculpt"]
