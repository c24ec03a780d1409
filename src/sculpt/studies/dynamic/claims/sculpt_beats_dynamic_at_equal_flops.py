"""Is SCULPT better than the dynamic baselines where it costs as many FLOPs?"""

from sculpt.statistics.judgement.paper import REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.dynamic.comparing import at_equal_flops
from sculpt.studies.dynamic.rules import FAMILY, name

ID = "n4"
QUESTION = "Does SCULPT beat dynamic sparse training of as many FLOPs?"
TABLES = ("summary",)
AGAINST = ("rigl", "gmp", "acdc")


def sentence(rule: str) -> Sentence:
    statement = f"SCULPT, from the start at which it costs as many FLOPs, beats {name(rule)}"
    return Sentence(
        f"{ID}_{rule}",
        f"ours; FLOPs as an axis, and {name(rule)}, missed by {REVIEWS}",
        statement,
        FAMILY,
        part=name(rule),
    )


def judge(tables: Tables) -> list[Claim | str]:
    """SCULPT, interpolated between its starts, minus each rule."""
    return [at_equal_flops(sentence(rule), tables, rule) for rule in AGAINST]
