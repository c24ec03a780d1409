"""How the process of a job starts: in which environment, and where it finds a preloaded parent.

Every job imports this twice, so it imports little itself.
"""

import json
import zlib
from collections.abc import Mapping

PARENTS = "SCULPT_PRELOADED"
"""The variable that names the folder in which a run's preloaded parents listen, one socket per environment."""


def environment_of(config: Mapping[str, dict]) -> dict[str, str]:
    """The environment variables that a job's settings ask for: those of its execution profile, and its threads.

    config: the settings of the job. One without a profile, or whose profile says no threads, computes on one thread.
    """
    profile = config.get("profile", {})
    return {"OMP_NUM_THREADS": str(profile.get("threads", 1)), **profile.get("environment", {})}


def address(folder: object, environment: Mapping[str, str]) -> str:
    """The socket of the parent that was started with these variables."""
    return f"{folder}/{zlib.crc32(json.dumps(environment, sort_keys=True).encode()):08x}"
