"""How the process of a job starts: in which environment, and where it finds a preloaded parent."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PARENTS = "SCULPT_PRELOADED"
"""The variable that names the folder in which a run's preloaded parents listen, one socket per environment."""


def environment_of(config: Mapping[str, Any]) -> dict[str, str]:
    """The environment variables that a job's settings ask for: those of its execution profile, and its threads.

    config: the settings of the job. One without a profile, or whose profile says no threads, computes on one thread.
    """
    profile = config.get("profile", {})
    return {"OMP_NUM_THREADS": str(profile.get("threads", 1)), **profile.get("environment", {})}


def address(folder: Path | str, environment: Mapping[str, str]) -> Path:
    """The socket of the parent that was started with these variables."""
    text = json.dumps(environment, sort_keys=True)
    return Path(folder) / hashlib.sha256(text.encode()).hexdigest()[:16]
