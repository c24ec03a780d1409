"""Tables of claims, results and runs as CSV, with every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.report.content import Content
from sculpt.statistics.judgement.answers import unit

if TYPE_CHECKING:
    from pandas import DataFrame

CLAIM = ["id", "statement", "verdict", "effect", "ci_low", "ci_high", "p", "p_holm", "covers", "n_seeds", "n_images"]
CLAIM += ["threshold", "family", "scope", "source"]


def tables(content: Content) -> dict[str, DataFrame]:
    """Data frames by file name; a claim's columns begin with its question and that question's verdict.

    decides: whether the verdict rests on it, or it stands beside. unit: of effect, interval and threshold.
    """
    import pandas as pd

    columns = ["question", "answer", "decides", *CLAIM, "unit"]
    rows = [
        {
            **{"question": question.text, "answer": question.verdict, "decides": decides, "unit": unit(claim)},
            **{key: claim[key] for key in CLAIM},
        }
        for question in content.found.questions
        for decides, claims in ((True, question.deciding), (False, question.beside))
        for claim in claims
    ]
    return {
        "claims.csv": pd.DataFrame(rows, columns=columns),
        "results.csv": content.results,
        "runs.csv": content.runs,
    }
