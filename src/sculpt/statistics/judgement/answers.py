"""The plain answer to a question, from the claims that decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.recipe.node import number

if TYPE_CHECKING:
    from sculpt.statistics.judgement.verdict import Claim

CORRECTED = 0.05
"""Where p_holm is not below it, the verdict does not survive the correction."""
POINTS = "points of test accuracy"
_OUTCOMES = {"supported": "yes", "contradicted": "no", "inconclusive": "open"}


def outcome(claim: Claim) -> str:
    """yes, no or open: the verdict after the correction for several claims."""
    return "open" if undone(claim) else _OUTCOMES[claim["verdict"]]


def undone(claim: Claim) -> bool:
    """Whether the correction for several claims takes the verdict back."""
    return claim["verdict"] != "inconclusive" and claim["p_holm"] is not None and claim["p_holm"] >= CORRECTED


def answer(verdict: str, deciding: list[Claim]) -> str:
    """One sentence: `Yes, by 18.5 points of test accuracy (95 % interval 17.5 to 19.5).`"""
    if not deciding:
        return "Open: nothing that decides it was tested; what was tested stands beside it."
    said = _of_one(deciding[0]) if len(deciding) == 1 else _of_several(verdict, deciding)
    return f"{said}."


def unit(claim: Claim) -> str:
    return claim.get("unit", POINTS)


def part(claim: Claim) -> str:
    """What tells a claim from the others of its question, in words."""
    return claim.get("part") or claim["id"]


def plain(value: float) -> str:
    """One decimal; two digits of what is smaller than 0.1."""
    return f"{value:.2g}" if 0 < abs(value) < 0.1 else f"{value:.1f}"


def _of_one(claim: Claim) -> str:
    effect, found, of = claim["effect"], outcome(claim), f" ({claim['part']})" if claim.get("part") else ""
    if claim["threshold"]:
        asked = f"; more than {number(claim['threshold'])} is asked"
        lead = {"yes": "Yes", "no": "No", "open": "Open"}[found]
        return f"{lead}{of}: {plain(effect)} {unit(claim)}{_interval(claim)}{asked}{_why_open(claim)}"
    if found == "yes":
        return f"Yes{of}, by {plain(effect)} {unit(claim)}{_interval(claim)}"
    if found == "no":
        return f"No{of}, the reverse, by {plain(-effect)} {unit(claim)}{_interval(claim, sign=-1)}"
    return f"Open{of}: {plain(effect)} {unit(claim)}{_interval(claim)}{_why_open(claim)}"


def _interval(claim: Claim, sign: int = 1) -> str:
    if claim["ci_low"] is None:
        return ""
    low, high = sorted(sign * claim[key] for key in ("ci_low", "ci_high"))
    return f" (95 % interval {plain(low)} to {plain(high)})"


def _why_open(claim: Claim) -> str:
    if undone(claim):
        return f"; not after the correction for several claims (p {claim['p_holm']:.3f})"
    if claim["ci_low"] is None:
        return "; there is no interval"
    return ""


def _of_several(verdict: str, claims: list[Claim]) -> str:
    """`Mixed; yes: density 0.01 (6.9); open: density 0.1 (-0.2), density 0.05 (0.2); in points of test accuracy`."""
    units, thresholds = (list(dict.fromkeys(values)) for values in zip(*map(_measured, claims), strict=True))
    shared = len(units) == 1
    groups: dict[str, list[str]] = {}
    for claim in claims:
        of = "" if shared else f" {unit(claim)}"
        groups.setdefault(outcome(claim), []).append(f"{part(claim)} ({plain(claim['effect'])}{of})")
    end = f"; in {units[0]}" if shared else ""
    if shared and len(thresholds) == 1 and thresholds[0]:
        end += f", where more than {number(thresholds[0])} is asked"
    if len(groups) == 1:
        all_of_them = "both" if len(claims) == 2 else f"all {len(claims)}"
        return f"{verdict.capitalize()}, {all_of_them}: {', '.join(groups[verdict])}{end}"
    parts = [f"{found}: {', '.join(groups[found])}" for found in ("yes", "no", "open") if found in groups]
    return f"Mixed; {'; '.join(parts)}{end}"


def _measured(claim: Claim) -> tuple[str, float]:
    return unit(claim), claim["threshold"]
