"""A claim as claims.json holds it: a sentence, what was measured with its interval, and the verdict read off it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sculpt.statistics.judgement.units import POINTS
from sculpt.statistics.judgement.untested import Untested
from sculpt.statistics.two_way import Interval

Claim = dict[str, Any]


class Measured(Protocol):
    """An effect over seeds, and over test images where `images` is not None (`Estimate`, `Ratio`)."""

    effect: float
    seeds: int
    images: int | None

    def interval(self) -> Interval: ...

    def p(self, at: float) -> float | None: ...


@dataclass(frozen=True)
class Sentence:
    """What a claim says, under its id, and where it is from.

    family: names the claims whose p are corrected together: those that the paper reads off one figure. Empty: none but
    this one. question: which it answers; empty: the QUESTION of its module. decides: whether it decides that question,
    or is a control beside it. part: what tells it from the others that decide, in words. unit: of its effect.
    """

    id: str
    source: str
    statement: str
    family: str = ""
    question: str = ""
    decides: bool = True
    part: str = ""
    unit: str = POINTS

    def untested(self, why: str, entry: str = "") -> Untested:
        """Why the claim is not in claims.json; entry: the lines of params.yaml that would test it (`entries`)."""
        return Untested(self.id, self.statement, why, entry, self.question)

    def judged(
        self,
        scope: str,
        found: Measured,
        threshold: float = 0.0,
        cells: Sequence[dict[str, Any]] = (),
        caveats: Sequence[str] = (),
        **more: Any,
    ) -> Claim:
        """The claim with its verdict: supported or contradicted where the whole interval is above or below `threshold`.

        Effect and bounds are rounded to 4 decimals before the verdict is read off them. Bounds are None where there is
        no interval; the verdict is then inconclusive. p: of the two-sided test that the truth is the threshold. cells:
        the effects that the claim averages over (`judgement.cells`). more: further keys of this claim.
        """
        low, high = bounds(found.interval())
        if low is not None and low > threshold:
            verdict = "supported"
        elif high is not None and high < threshold:
            verdict = "contradicted"
        else:
            verdict = "inconclusive"
        return {
            "id": self.id,
            "source": self.source,
            "statement": self.statement,
            "question": self.question,
            "decides": self.decides,
            "part": self.part,
            "unit": self.unit,
            "scope": scope,
            "n_seeds": found.seeds,
            "n_images": found.images,
            "effect": rounded(found.effect),
            "ci_low": low,
            "ci_high": high,
            "threshold": threshold,
            "p": significant(found.p(threshold)),
            "family": self.family or self.id,
            "covers": "seeds" if found.images is None else "seeds and test images",
            "verdict": verdict,
            "cells": list(cells),
            "caveats": list(caveats),
            **more,
        }


def bounds(interval: Interval) -> tuple[float, float] | tuple[None, None]:
    return (rounded(interval[0]), rounded(interval[1])) if interval else (None, None)


def rounded(value: float | np.floating) -> float:
    """Four decimals; the sum turns -0.0 into 0.0."""
    return round(float(value), 4) + 0.0


def significant(p: float | None) -> float | None:
    """Four digits, so that the last bit of a library's t distribution shows nowhere."""
    return None if p is None else float(f"{p:.4g}")
