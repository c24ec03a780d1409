"""Claims in the words that a terminal and a report have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.recipe.node import number
from sculpt.statistics.judgement.answers import CORRECTED, undone, unit

if TYPE_CHECKING:  # whoever only prints claims does without numpy
    from sculpt.statistics.judgement.verdict import Claim

_UNITS = {"epochs": "epochs", "train_flops": "FLOPs"}


def cells_in_words(claim: Claim) -> str:
    """`one by one: erk at 0.02: 13.1, at 0.01: 37.3; synflow: 0`; empty where there is just one."""
    if len(claim["cells"]) < 2:
        return ""
    masks: dict[str, list[Any]] = {}
    for cell in claim["cells"]:
        masks.setdefault(cell["mask"], []).append(cell)
    return "one by one: " + "; ".join(_of_mask(mask, cells) for mask, cells in masks.items())


def _of_mask(mask: str, cells: list[Any]) -> str:
    if all(cell["effect"] == 0 for cell in cells):
        return f"{mask}: 0"
    parts = [f"at {number(cell['density'])}: {_of_cell(cell['effect'])}" for cell in cells]
    return f"{mask} {', '.join(parts)}"


def _of_cell(effect: float | None) -> str:
    """One decimal; one digit of what would otherwise read as 0. Only a share of a gap can be empty (claim c2)."""
    if effect is None:
        return "no gap to close"
    return f"{effect:.1g}" if 0 < abs(effect) < 0.05 else f"{effect:.1f}"


def margin_in_words(claim: Claim) -> str:
    """Whether a run is as good as another up to the margin; empty for a claim without one.

    Where the other is LRR, and the claim holds at what cost LRR is reached, that too.
    """
    if "margin" not in claim:
        return ""
    equivalent, reached = claim["equivalence"], claim.get("cost_to_reach")
    what = "equivalent to LRR" if reached else f"equivalent within {number(claim['margin'])}"
    shown = what if equivalent["shown"] else f"not shown to be {what}"
    at = "" if equivalent["p"] is None else f" ({_small(equivalent['p'])})"
    cost = f"; {_reached(reached, of_one_seed=claim['ci_low'] is None)}" if reached else ""
    return f"{shown}{at}{cost}"


def _reached(found: dict[str, Any], of_one_seed: bool) -> str:
    unit, most = _UNITS[found["unit"]], f"{found['up_to']:.2f}"
    low, high = (f"> {most}" if found[key] is None else f"{found[key]:.2f}" for key in ("ci_low", "ci_high"))
    interval = "[none]" if of_one_seed else f"[{low}, {high}]"
    if found["share"] is None:
        return f"no run reaches LRR's accuracy at up to {most} of its {unit} {interval}"
    return f"{found['run']} reaches LRR's accuracy at {found['share']:.2f} of its {unit} {interval}"


def row(claim: Claim) -> str:
    """`supported, 18.53 [17.52, 19.53] points of test accuracy, p < 0.001`."""
    parts = [verdict(claim), f"{effect(claim).strip()} {unit(claim)}", corrected(claim)]
    return ", ".join(filter(None, parts))


def verdict(claim: Claim) -> str:
    """In plain words: open is what is neither supported nor contradicted, also after the correction."""
    if undone(claim):
        return f"open ({claim['verdict']} before the correction)"
    return "open" if claim["verdict"] == "inconclusive" else claim["verdict"]


def reading(claims: list[Claim]) -> list[str]:
    """How to read claims and answers, a line each."""
    thresholds: dict[str, list[str]] = {}
    for claim in claims:
        if claim["threshold"]:
            thresholds.setdefault(number(claim["threshold"]), []).append(claim["id"].split("_")[0])
    apart = "; ".join(f"{', '.join(dict.fromkeys(ids))}: {threshold}" for threshold, ids in thresholds.items())
    lines = [
        f"Supported: the whole 95 % interval, in brackets, lies above 0{f' ({apart})' if apart else ''}; contradicted: "
        f"below; open: neither, or not after the correction for several claims (Holm), whose p is shown: {CORRECTED:g} "
        "or more."
    ]
    if any(claim["ci_low"] is None for claim in claims):
        lines.append("[none]: one seed gives no interval.")
    lines.append(
        "Yes: every claim that decides is supported; no: every one is contradicted; open: none is either; mixed: "
        f"anything else. What stands beside decides nothing. Seeds: {claims[0]['n_seeds']}."
    )
    few = [text for text, ids in caveats(claims).items() if len(ids) < len(claims) / 2]
    lines += [
        f"- {'most: ' if len(ids) < len(claims) else ''}{text}."
        for text, ids in caveats(claims).items()
        if text not in few
    ]
    counted = f"{len(few)} caveat{'s' * (len(few) != 1)} of single claims"
    return [*lines, f"- {counted}: in claims.json, and in the report."] if few else lines


def starred(claim: Claim) -> str:
    """The verdict, with a star where it does not survive the correction for several claims."""
    return claim["verdict"] + "*" * undone(claim)


def effect(claim: Claim) -> str:
    bounds = "none" if claim["ci_low"] is None else f"{claim['ci_low']:.2f}, {claim['ci_high']:.2f}"
    return f"{claim['effect']:6.2f} [{bounds}]"


def corrected(claim: Claim) -> str:
    return "" if claim["p_holm"] is None else _small(claim["p_holm"])


def _small(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p {p:.3f}"


def caveats(claims: list[Claim]) -> dict[str, list[str]]:
    """Each caveat once, with the ids that it concerns."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        for caveat in claim["caveats"]:
            found.setdefault(caveat, []).append(claim["id"])
    return found


def whose(ids: list[str], claims: list[Claim]) -> str:
    """`b, c2: `, or `all but f: `; nothing for every claim. Claims that differ in their density share a name."""
    others = list(dict.fromkeys(_short(id_) for id_ in (claim["id"] for claim in claims) if id_ not in ids))
    named = list(dict.fromkeys(map(_short, ids)))
    if not others:
        return ""
    return f"all but {', '.join(others)}: " if len(others) < len(named) else f"{', '.join(named)}: "


def _short(id_: str) -> str:
    """`d_flops` of `d_flops_0.05`."""
    return id_.rpartition("_")[0] if "." in id_ else id_
