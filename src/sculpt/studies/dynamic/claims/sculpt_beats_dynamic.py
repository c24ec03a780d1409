"""Is SCULPT better than the dynamic baselines that its reviewers missed, at equal epochs?"""

from sculpt.statistics.judgement.paper import REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.dynamic.comparing import at_equal_epochs
from sculpt.studies.dynamic.rules import FAMILY, name

ID = "n3"
QUESTION = "Does SCULPT beat dynamic sparse training of as many epochs?"
TABLES = ("summary",)
AGAINST = ("rigl", "gmp", "acdc")


def sentence(rule: str) -> Sentence:
    statement = f"SCULPT, its start chosen on validation, beats {name(rule)} of as many epochs"
    return Sentence(
        f"{ID}_{rule}", f"ours; {name(rule)} is a baseline missed by {REVIEWS}", statement, FAMILY, part=name(rule)
    )


def judge(tables: Tables) -> list[Claim | str]:
    """SCULPT minus each rule, at every mask and density that both have."""
    return [at_equal_epochs(sentence(rule), tables, "chosen", rule) for rule in AGAINST]
