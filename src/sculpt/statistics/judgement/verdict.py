"""A claim as claims.json holds it: a sentence, the interval that was measured, and the verdict read off it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sculpt.statistics.intervals import Interval

Claim = dict[str, Any]


@dataclass(frozen=True)
class Sentence:
    """What a claim says, under its id, and where it is from."""

    id: str
    source: str
    statement: str

    def untested(self, why: str) -> str:
        """The reason why the claim is not in claims.json, as one line."""
        return f"{self.id} ({self.statement}): {why}"

    def judged(self, scope: str, effect: float, interval: Interval, seeds: int, threshold: float = 0.0) -> Claim:
        """The claim with its verdict: supported or contradicted where the whole interval is above or below `threshold`.

        Effect and bounds are rounded to 4 decimals before the verdict is read off them. Bounds are None where there is
        no interval; the verdict is then inconclusive.
        """
        low, high = map(rounded, interval) if interval else (None, None)
        if interval and low > threshold:
            verdict = "supported"
        elif interval and high < threshold:
            verdict = "contradicted"
        else:
            verdict = "inconclusive"
        return {
            "id": self.id,
            "source": self.source,
            "statement": self.statement,
            "scope": scope,
            "n_seeds": seeds,
            "effect": rounded(effect),
            "ci_low": low,
            "ci_high": high,
            "verdict": verdict,
        }


def rounded(value: float | np.floating) -> float:
    """Four decimals; the sum turns -0.0 into 0.0."""
    return round(float(value), 4) + 0.0
