"""Do the verdicts stay with other seeds? Each claim on the first seeds of a finished experiment, and on the others.

    python benchmarks/verdicts.py digits-full-again
    python benchmarks/verdicts.py EXPERIMENT --first 10

The two halves share no seed. What validation chooses, as SCULPT's start, is chosen on each half alone. A verdict stays
where it is the same on both. The last line counts them.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sculpt.core.hits import Hits, merged, read_hits
from sculpt.core.kinds import CLAIMS
from sculpt.core.tables import read_table
from sculpt.params.load import load
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.judgement.verdict import Claim
from sculpt.statistics.summary import select_starts
from sculpt.statistics.tables import Tables

ROOT = Path(__file__).parents[1]


def halves(frames: dict[str, pd.DataFrame], first: int) -> list[dict[str, pd.DataFrame]]:
    """The tables of the seeds below `first`, and of the others; what has no seed is in both."""
    found = []
    for here in (lambda seed: seed < first, lambda seed: seed >= first):
        parts = {name: frame[here(frame["seed"])] if "seed" in frame else frame for name, frame in frames.items()}
        found.append(parts | {"summary": select_starts(parts["summary"].drop(columns="selected"))})
    return found


def judged(frames: dict[str, pd.DataFrame], hits: Hits | None, settings: dict) -> dict[tuple[str, str], Claim]:
    """The claims by their id and statement: some of one id differ in their density."""
    claims, _ = judge(CLAIMS.names, Tables(frames, hits, settings))
    return {(claim["id"], claim["statement"]): claim for claim in claims}


def lines(one: dict[tuple[str, str], Claim], other: dict[tuple[str, str], Claim]) -> list[str]:
    """A row of a Markdown table per claim, and the count of the verdicts that stay."""
    both = [key for key in one if key in other]
    rows = ["| claim | first seeds | other seeds | stays |", "|---|---|---|---|"]
    for key in both:
        sides = [f"{claim['verdict']} {_effect(claim)}" for claim in (one[key], other[key])]
        same = one[key]["verdict"] == other[key]["verdict"]
        rows.append(f"| {key[0]} | {' | '.join(sides)} | {'yes' if same else 'no'} |")
    stay = sum(one[key]["verdict"] == other[key]["verdict"] for key in both)
    turned = sum({one[key]["verdict"], other[key]["verdict"]} == {"supported", "contradicted"} for key in both)
    alone = len(one) + len(other) - 2 * len(both)
    rows.append(f"\n{stay} of {len(both)} verdicts stay; {turned} turn into their opposite; {alone} were judged once.")
    return rows


def _effect(claim: Claim) -> str:
    if claim["ci_low"] is None:
        return f"{claim['effect']:.2f}"
    return f"{claim['effect']:.2f} [{claim['ci_low']:.2f}, {claim['ci_high']:.2f}]"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment")
    parser.add_argument("--first", type=int, default=10, help="number of seeds of the first half")
    given = parser.parse_args(arguments)
    experiment = load(ROOT / "params.yaml").experiments[given.experiment]
    results = ROOT / "results" / given.experiment
    frames = {file.stem: read_table(file) for file in sorted(results.glob("summary/*.csv"))}
    hits = merged(map(read_hits, sorted(results.glob("evaluate/**/*.hits.safetensors"))))
    settings = experiment.claims.model_dump(exclude_none=True) if experiment.claims else {}
    print("\n".join(lines(*(judged(half, hits, settings) for half in halves(frames, given.first)))))


if __name__ == "__main__":
    main()
