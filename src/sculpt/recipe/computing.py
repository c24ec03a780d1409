"""What an execution profile comes to: the settings of it that decide bytes, and those of a training."""

from sculpt.core.engines import engine_of
from sculpt.core.settings import Values

_ABSENT = {"engine": "torch", "threads": 1, "deterministic": True, "onednn": True, "environment": {}}
"""What an absent key of an execution profile means."""


def computing(profile: Values) -> Values:
    """What of an execution profile decides bytes. Those of the kernels do not depend on the number of threads."""
    free = {"partition", "threads"} if engine_of(profile) == "kernels" else {"partition"}
    return {key: value for key, value in profile.items() if key not in free}


def same_bytes(one: Values, other: Values) -> bool:
    """Whether two execution profiles decide the same bytes, whatever their names."""
    return _ABSENT | computing(one) == _ABSENT | computing(other)


def trains_under(experiment: Values, training: Values) -> Values:
    """The whole execution profile of training settings: that which they name or `default`, with their own engine."""
    profile = experiment["profiles"][training.get("profile") or "default"]
    return profile | {key: training[key] for key in ("engine",) if key in training}
