"""Claims in the words that a terminal and a report have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.recipe.node import number

if TYPE_CHECKING:  # whoever only prints claims does without numpy
    from sculpt.statistics.judgement.verdict import Claim

CORRECTED = 0.05
"""Where p_holm is not below it, the verdict does not survive the correction."""
_UNITS = {"epochs": "epochs", "train_flops": "FLOPs"}


def cells_in_words(claim: Claim) -> str:
    """`by cell: erk at 0.02: 13.1, at 0.01: 37.3; synflow: 0`; empty where there is just one."""
    if len(claim["cells"]) < 2:
        return ""
    masks: dict[str, list[Any]] = {}
    for cell in claim["cells"]:
        masks.setdefault(cell["mask"], []).append(cell)
    return "by cell: " + "; ".join(_of_mask(mask, cells) for mask, cells in masks.items())


def _of_mask(mask: str, cells: list[Any]) -> str:
    if all(cell["effect"] == 0 for cell in cells):
        return f"{mask}: 0"
    parts = [f"at {number(cell['density'])}: {_of_cell(cell['effect'])}" for cell in cells]
    return f"{mask} {', '.join(parts)}"


def _of_cell(effect: float | None) -> str:
    """One decimal; one digit of what would otherwise read as 0."""
    if effect is None:
        return "none"
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


def reading(claims: list[Claim]) -> list[str]:
    """How to read the columns."""
    thresholds: dict[float, list[str]] = {}
    for claim in claims:
        if claim["threshold"]:
            thresholds.setdefault(claim["threshold"], []).append(claim["id"].split("_")[0])
    apart = "".join(f"; {', '.join(dict.fromkeys(ids))}: {number(threshold)}" for threshold, ids in thresholds.items())
    lines = [f"Supported: the whole interval lies above 0{f' ({apart[2:]})' if apart else ''}; contradicted: below."]
    if any(claim["ci_low"] is None for claim in claims):
        lines.append("[none]: one seed gives no interval, nor does a gap to LRR that may be 0 (c2).")
    if any(starred(claim) != claim["verdict"] for claim in claims):
        lines.append(f"*: not after the correction for several claims: p (Holm) is not below {CORRECTED}.")
    note = (
        "Effect [95% interval] in points of test accuracy, or in the unit that begins the scope; p after Holm; seeds: "
    )
    return [*lines, note + str(claims[0]["n_seeds"])]


def starred(claim: Claim) -> str:
    """The verdict, with a star where it does not survive the correction for several claims."""
    undone = claim["verdict"] != "inconclusive" and claim["p_holm"] is not None and claim["p_holm"] >= CORRECTED
    return claim["verdict"] + "*" * undone


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
