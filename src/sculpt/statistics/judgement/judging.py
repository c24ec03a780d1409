"""The claims that an experiment's tables can test, in a fixed order."""

from collections.abc import Iterable, Sequence

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.holm import holm
from sculpt.statistics.judgement import caveats
from sculpt.statistics.judgement.verdict import Claim, significant
from sculpt.statistics.tables import Tables

OF_RUNS = ("summary", "history", "layers", "published")
OF_HARDWARE = ("hardware", "profiles")
"""Tables of no analysis: of the runs and of the repository, and of the section `hardware`."""


def judge(names: Iterable[str], tables: Tables) -> tuple[list[Claim], list[str]]:
    """The claims of the modules `names` of `sculpt.claims`, and one line for each that was not tested.

    The order is that of the modules' IDs; a module without one goes by its name. A module is left out where the
    experiment has no row of one of its TABLES. p_holm is corrected within each family.
    """
    claims: list[Claim] = []
    untested: list[str] = []
    for name in sorted(names, key=_id):
        missing = [table for table in needed(name) if table not in tables or getattr(tables, table).empty]
        if missing:
            untested.append(f"{_id(name)}: this experiment has no rows of {', '.join(missing)}{_adds(missing)}")
            continue
        for found in CLAIMS.load(name)(tables):
            (untested if isinstance(found, str) else claims).append(found)
    _correct(claims)
    _add_caveats(claims, tables)
    return claims, untested


def _adds(missing: Sequence[str]) -> str:
    """The section or entry of params.yaml that adds the tables; nothing for those of every experiment."""
    section = ["a section `hardware`"] if set(missing) & set(OF_HARDWARE) else []
    analyses = [f"an entry `{table}` of analyses" for table in missing if table not in (*OF_RUNS, *OF_HARDWARE)]
    return f"; added by {' and '.join([*section, *analyses])}" if section or analyses else ""


def _correct(claims: list[Claim]) -> None:
    for family in {claim["family"] for claim in claims}:
        members = [claim for claim in claims if claim["family"] == family]
        for claim, adjusted in zip(members, holm([claim["p"] for claim in members]), strict=True):
            claim["p_holm"] = significant(adjusted)


def _add_caveats(claims: list[Claim], tables: Tables) -> None:
    """Those that hold for every claim, before its own."""
    short = caveats.of_length(tables.summary) if claims and "summary" in tables else []
    for claim in claims:
        claim["caveats"] = [caveats.of_interval(claim), caveats.ALONE, *short, *claim["caveats"]]


def needed(name: str) -> tuple[str, ...]:
    """The tables that a claim's module reads, from its text."""
    return CLAIMS.constant(name, "TABLES", ())


def _id(name: str) -> str:
    return CLAIMS.constant(name, "ID", name)
