"""The claims that an experiment's tables can test, in a fixed order."""

from collections.abc import Iterable

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.holm import holm
from sculpt.statistics.judgement import caveats, entries
from sculpt.statistics.judgement.untested import Untested, untested_of
from sculpt.statistics.judgement.verdict import Claim, significant
from sculpt.statistics.tables import Tables


def judge(names: Iterable[str], tables: Tables) -> tuple[list[Claim], list[Untested]]:
    """The claims of the modules `names` of `sculpt.claims`, and those that were not tested.

    The order is that of the modules' IDs; a module without one goes by its name. A module is left out where the
    experiment has no row of one of its TABLES. p_holm is corrected within each family.
    """
    claims: list[Claim] = []
    untested: list[Untested] = []
    for name in sorted(names, key=_id):
        question = CLAIMS.constant(name, "QUESTION", "")
        if missing := [table for table in needed(name) if table not in tables or getattr(tables, table).empty]:
            lacking = f"this experiment has no rows of {', '.join(missing)}"
            more = CLAIMS.part(name, "lacking")
            added = entries.joined(entries.of_tables(missing), more(tables) if more and "summary" in tables else "")
            untested.append(Untested(_id(name), question or CLAIMS.summary(name), lacking, added, question))
            continue
        for found in CLAIMS.load(name)(tables):
            if isinstance(found, str):
                untested.append(untested_of(found, question))
            else:
                claims.append({**found, "question": found["question"] or question or found["statement"]})
    _correct(claims)
    _add_caveats(claims, tables)
    return claims, untested


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
