"""Do the groups change most whose gradient, curvature or closeness to the boundary is largest?"""

import pandas as pd

from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.hardware import by_seed, words
from sculpt.studies.hardware.accurate import apart
from sculpt.studies.hardware.against import NONE_ACCURATE, NOTHING_TRAINED, caveats, over
from sculpt.studies.hardware.correlations import EXPLAINING, correlations, explained
from sculpt.studies.hardware.effects import Effect, trained

ID = "h5"
QUESTION = "Do the groups change most whose gradient, curvature or closeness to the boundary is largest?"
TABLES = ("summary", "hardware", "profiles", "mechanism")
UNIT = "of rank correlation over groups"
_PARTS = {"gradient": "gradient norm", "eigenvalue": "Hessian eigenvalue", "distance": "closeness to the boundary"}
_PARTS |= {"closeness": "1 - sum p^2", "margin": "small margin"}
_SAID = {
    "gradient_norm": ("gradient", "Groups of larger gradient norm change more under another execution profile"),
    "eigenvalue": ("eigenvalue", "Groups of larger Hessian eigenvalue change more under another execution profile"),
    "boundary_distance": ("distance", "Groups nearer to the boundary change more under another execution profile"),
    "closeness": ("closeness", "Groups of larger closeness (1 - sum p^2) change more under another execution profile"),
    "margin": ("margin", "Groups of smaller margin (p1 - p2) change more under another execution profile"),
}


def judge(tables: Tables) -> list[Claim | str]:
    """The rank correlation over the groups of a network, of the sign that is expected, and less that of another seed.

    Of the absolute change of the error. Where a training that is repeated changes nothing, it has no correlation, so
    the noise floor of this measure is 0.
    """
    effect = trained(tables)
    ours = _of_test(effect.rows, tables)
    if ours.empty:
        return [Sentence(ID, words.OURS, "Mechanism of unequal changes", words.FAMILY).untested(NOTHING_TRAINED)]
    floor, seed = _of_test(effect.floor, tables), _of_test(effect.seed, tables)
    found: list[Claim | str] = []
    for column, (short, statement) in _SAID.items():
        own = _correlated(ours, column)
        plain = Sentence(f"{ID}_{short}", words.OURS, statement, words.FAMILY, part=_PARTS[short], unit=UNIT)
        found.append(_judged(plain, own, tables, effect, f"repeat of training: {_floor(floor, column)}"))
        beyond = f"{statement} than under another seed"
        control = Sentence(
            f"{ID}_{short}_seed", f"{words.CONTROL} {plain.id}", beyond, words.FAMILY, decides=False, unit=UNIT
        )
        found.append(_judged(control, by_seed.beside(own, _correlated(seed, column)), tables, effect))
    return found


def _of_test(rows: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    return explained(rows[rows["split"] == "test"], tables)


def _correlated(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Correlations of the expected sign, by network, profile and seed; those that are not defined are left out."""
    found = correlations(rows, column).dropna(subset=["correlation"])
    return found.assign(value=EXPLAINING[column] * found["correlation"])


def _floor(rows: pd.DataFrame, column: str) -> str:
    if rows.empty:
        return "none"
    found = _correlated(rows, column)
    return "changes nothing, so no correlation" if found.empty else f"{found['value'].mean():.2f}"


def _judged(
    sentence: Sentence, rows: pd.DataFrame, tables: Tables, effect: Effect, floor: str | None = None
) -> Claim | str:
    """floor: what the repeat has, in words; None where `rows` stand beside another seed."""
    every = by_seed.whole(rows, tables, sentence.id)
    if every.empty:
        return sentence.untested("no network and profile has a correlation over its groups for every seed")
    rows, gone = apart(every, tables)
    if rows.empty:
        return sentence.untested(NONE_ACCURATE)
    measured = estimate(by_seed.of_seeds(rows))
    scope = f"{over(rows)}; {floor or _another_seed(rows)}"
    cells = by_seed.cells(every, set(gone["network"]))
    return sentence.judged(scope, measured, cells=cells, caveats=caveats(effect, gone, floor is None))


def _another_seed(rows: pd.DataFrame) -> str:
    return f"another seed: {rows['control'].mean():.2f}"
