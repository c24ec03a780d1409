"""Does another execution profile change what a trained network says?"""

import pandas as pd

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.hardware import by_seed, words
from sculpt.studies.hardware.effects import evaluated
from sculpt.studies.hardware.measures import of_all

ID = "h1"
QUESTION = "Does another execution profile change what a trained network predicts?"
TABLES = ("summary", "hardware", "profiles")
FLIPS = Sentence(
    ID,
    words.OURS,
    "Evaluation of trained networks under at least one other execution profile flips predictions",
    words.FAMILY,
    unit="percent of predictions",
)
MORE_THAN_A_SEED = Sentence(
    "h1_seed",
    f"{words.CONTROL} h1",
    "Evaluation of trained networks under another execution profile, on average over profiles, flips more predictions "
    "than another seed does",
    words.FAMILY,
    decides=False,
    unit="percent of predictions",
)


def judge(tables: Tables) -> list[Claim | str]:
    """Percent of all test predictions that flip, minus those of the repeat, and minus those of another seed.

    A mean over profiles that change a bit, and over networks; cells are of each profile, and of each network beside
    another seed. Where nothing flips, effect and interval are 0, which neither supports nor contradicts anything; the
    scope says `no effect`, and of how many predictions.
    """
    effect = evaluated(tables)
    if effect.rows.empty:
        return [FLIPS.untested("no effect: no profile at hand changes a bit of an evaluation on its machine")]
    flips, floor, seed = by_seed.measured(effect, by_seed.flipped)
    said = [words.PROFILES, words.data(effect.rows), *words.left_out(effect.left_out)]
    found: list[Claim | str] = []
    for sentence, control, what in ((FLIPS, floor, "the repeat"), (MORE_THAN_A_SEED, seed, "another seed")):
        rows = by_seed.whole(by_seed.beside(flips, control), tables, sentence.id)
        if rows.empty:
            found.append(sentence.untested(f"no network has {what} for every seed"))
            continue
        counted = _counted(effect.rows, rows)
        scope = (
            f"{counted}; {what}: {_percent(rows['control'])}; mean over these profiles and "
            f"networks {by_seed.networks_in_words(rows)}"
        )
        more = [words.NEIGHBOURS] if control is seed else [] if rows["control"].any() else [words.FLIPS]
        cells = by_seed.cells(rows) if control is seed else by_seed.cells_of_profiles(rows)
        measured = estimate(by_seed.of_seeds(rows))
        found.append(sentence.judged(scope, measured, cells=cells, caveats=[*said, *more]))
    return found


def _counted(rows: pd.DataFrame, told: pd.DataFrame) -> str:
    """`flips: bfloat16 3 of 5000; no effect: none of 10000 under profiles a, b`, of networks and profiles `told`."""
    rows = of_all(rows[rows["split"] == "test"])
    rows = rows.merge(told[["name", "network"]].drop_duplicates(), on=["name", "network"])
    of_profiles = rows.groupby("name", sort=False)[["flips", "images"]].sum().astype(int)
    some, none = of_profiles[of_profiles["flips"] > 0], of_profiles[of_profiles["flips"] == 0]
    parts = [f"{row.Index} {row.flips} of {row.images}" for row in some.itertuples()]
    said = [f"flips: {', '.join(parts)}"] if parts else []
    said += [f"no effect: none of {none['images'].sum()} under {words.profiles(none.index)}"] if len(none) else []
    return "; ".join(said)


def _percent(values: pd.Series) -> str:
    return f"{values.mean():.3g} %"
