"""Claims as a terminal shows them."""

from dataclasses import replace

from sculpt.statistics.judgement.terminal import table
from sculpt.statistics.judgement.verdict import Sentence

CHEAP = Sentence("d_epochs", "a paper", "A run chosen on validation costs fewer epochs than LRR")
WIDE = "; ".join(f"mask{n} at 0.1, 0.05, 0.02, 0.01 from 0.5" for n in range(9))
CLAIMS = [
    Sentence("a", "a paper", "Cyclic training beats a single cycle").judged(WIDE, 10.25, (5.5, 15.0), 3),
    *(
        replace(CHEAP, id=f"d_epochs_{density}").judged(f"density {density}", effect, (effect - 1, effect + 1), 3, -1.0)
        for density, effect in ((0.05, -8.0), (0.01, -1.0))
    ),
]


def test_table_names_each_statement_once_and_fits_a_terminal():
    lines = table(CLAIMS).splitlines()
    assert max(map(len, lines)) <= 110
    for statement in {claim["statement"] for claim in CLAIMS}:
        assert lines.count(statement) == 1
    for claim in CLAIMS:
        (line,) = [line for line in lines if line.startswith(f"  {claim['id']} ")]
        shown = f"{claim['effect']:.2f} [{claim['ci_low']:.2f}, {claim['ci_high']:.2f}]"
        assert claim["verdict"] in line and shown in line
    assert "none" not in table(CLAIMS) and lines[-1].endswith("seeds: 3")


def test_table_counts_verdicts():
    assert "\n3 claims: 1 supported, 1 contradicted, 1 inconclusive" in table(CLAIMS)
    assert "\n1 claim: 1 supported" in table(CLAIMS[:1])
    assert table([]) == "No claim could be tested."


def test_table_says_why_there_is_no_interval():
    one_seed = table([CHEAP.judged("density 0.05", 3.0, None, 1, -1.0)])
    assert "[none]" in one_seed and one_seed.endswith("seeds: 1")
    assert one_seed.count("[none]: one seed gives no interval") == 1
