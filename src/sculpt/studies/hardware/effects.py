"""Which rows of hardware.csv tell of a change of execution profile, which are the controls, and what is left out.

A profile that changes no bit on its machine, and one that the machine does not have, is never a result: it is left out
and named. Rows are those of the ends of runs, of SCULPT from the start that validation chose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from sculpt.studies.hardware.measures import HERE, SEED, with_changes

if TYPE_CHECKING:
    from pandas import DataFrame

NETWORK = ["method", "mask", "start_density", "target_density", "criterion", "transform", "cycle"]
"""What the networks of one comparison have in common, so that is the column `network`; no variant, nor the run."""
NOTHING_HERE = "changes nothing on this machine"
NOTHING_THERE = "changes nothing there"
REPEATED = "training_repeat"
"""The effect of a variant that trains under the profile of the plain run once more."""
_DIFFERS = {"evaluation": "inference_differs", "training": "training_differs"}


class LeftOut(NamedTuple):
    """name: of the profile, with its machine where that is another one. why: it changes nothing, or is not there."""

    name: str
    why: str


class Effect(NamedTuple):
    """Rows with changes (`with_changes`) and the column `name`, and the controls of the same kind.

    rows: under each profile that has an effect. floor: the repeat under the reference, the noise floor. seed: a change
    of seed alone. left_out: the profiles that are in no row.
    """

    rows: DataFrame
    floor: DataFrame
    seed: DataFrame
    left_out: list[LeftOut]


def name_of(machine: str, profile: str) -> str:
    """How a figure calls a profile: `bfloat16`, or `other machine: bfloat16`."""
    return profile if machine == HERE else f"{machine}: {profile}"


def at_ends(tables: Any) -> DataFrame:
    """The rows of hardware.csv at the ends of runs, with changes, and with these columns more.

    criterion, transform: labels of the run. name: of the profile. network: a text that tells what networks are
    compared, equal for a plain run and for its variants.
    """
    ends = tables.results[["run", "cycle", "criterion", "transform"]].drop_duplicates()
    rows = with_changes(tables.hardware.merge(ends, on=["run", "cycle"]))
    names = [name_of(*pair) for pair in zip(rows["machine"], rows["profile"], strict=True)]
    return rows.assign(name=names, network=networks(rows)).astype({"name": object, "network": object})


def networks(rows: DataFrame) -> list[str]:
    """The labels NETWORK of each row as one text: frames can be joined on it, whatever is empty in either."""
    labels = [rows[column].tolist() for column in NETWORK]
    return [
        "/".join(str(label) for label in of if label is not None and label == label) for of in zip(*labels, strict=True)
    ]


def reference_of(rows: DataFrame) -> str | None:
    """The reference: the profile that the controls are evaluated under; None without controls."""
    found = rows.loc[rows["effect"].isin(["repeat", SEED]) & (rows["machine"] == HERE), "profile"]
    return None if found.empty else found.iloc[0]


def evaluated(tables: Any) -> Effect:
    """Frozen networks, evaluated under each profile; the controls are of frozen networks too."""
    rows = at_ends(tables)
    frozen = rows[rows["variant"].isna()]
    asked = tables.profiles
    asked = asked[(asked["machine"] != HERE) | (asked["profile"] != reference_of(rows))]
    pairs = zip(asked["machine"], asked["profile"], strict=True)
    told, left_out = _effective(frozen[frozen["effect"] == "evaluation"], tables.profiles, "evaluation", pairs)
    return Effect(told, frozen[frozen["effect"] == "repeat"], _seeds(frozen), left_out)


def trained(tables: Any) -> Effect:
    """Networks of variants that change the profile alone, evaluated under the reference, against the plain ones.

    The floor is the training that was repeated under the profile of the plain run. Where that is not the reference, a
    variant may train under the reference: profiles.csv compares that with itself, so its rows tell whether it differs
    from the plain run. Of other machines, which evaluate
    the same networks once more, there is nothing.
    """
    rows = at_ends(tables)
    rows = rows[rows["machine"] == HERE]
    changed = rows[rows["effect"] == "training"]
    changed = changed.assign(name=_apart(changed)).astype({"name": object})
    known, reference = tables.profiles, reference_of(rows)
    itself = (known["machine"] == HERE) & (known["profile"] == reference)
    differs = bool(changed.loc[changed["profile"] == reference, "loss_change"].any())
    known = known.assign(training_differs=known["training_differs"].astype(object).where(~itself, differs))
    told, left_out = _effective(changed, known, "training")
    return Effect(told, rows[rows["effect"] == REPEATED], _seeds(rows), left_out)


def _apart(rows: DataFrame) -> list[str]:
    """The names of the profiles; where several variants train under one, with the variant."""
    variants = rows.groupby("name")["variant"].transform("nunique")
    named = zip(rows["name"], rows["variant"], variants, strict=True)
    return [f"{name}, {variant}" if several > 1 else name for name, variant, several in named]


def _seeds(rows: DataFrame) -> DataFrame:
    """Of this machine alone: another one evaluates the same networks."""
    return rows[(rows["effect"] == SEED) & rows["variant"].isna() & (rows["machine"] == HERE)]


def _effective(
    rows: DataFrame, profiles: DataFrame, effect: str, asked: Iterable[tuple[str, str]] = ()
) -> tuple[DataFrame, list[LeftOut]]:
    """The rows under profiles that change bits, and the others, of rows and of those `asked`: (machine, profile)."""
    known = {(row.machine, row.profile): row for row in profiles.itertuples()}
    pairs = list(zip(rows["machine"], rows["profile"], strict=True))
    why = {pair: _why(known.get(pair), _DIFFERS[effect]) for pair in dict.fromkeys([*pairs, *asked])}
    kept = [why[pair] is None for pair in pairs]
    return rows.loc[kept], [LeftOut(name_of(*pair), reason) for pair, reason in why.items() if reason]


def _why(profile: Any, differs: str) -> str | None:
    """Why a profile is no result; None where it is one. profile: its row of profiles.csv."""
    if profile is None:
        return "not probed"
    if not _true(profile.available):
        return profile.why if isinstance(profile.why, str) else "not available"
    if _true(getattr(profile, differs)):
        return None
    return NOTHING_HERE if profile.machine == HERE else NOTHING_THERE


def _true(value: Any) -> bool:
    """A truth value as a table holds it: empty, of numpy, or text where the column has empty cells."""
    return str(value) == "True"
