"""What is not as it was when a job ran: its settings, its code, its files."""

import copy
import json
from collections.abc import Mapping

from sculpt.pipeline.identity.closure import PACKAGE_ROOT, read, source_path
from sculpt.pipeline.identity.history import NOTHING, changes
from sculpt.pipeline.plan.reasons import changed_settings
from sculpt.pipeline.why.made import Made, Makers


def settings_since(made: Made) -> list[str]:
    """The settings that differ now, each with its key of params.yaml; none where no job makes the file now."""
    if made.job is None:
        return []
    return list(changed_settings(copy.deepcopy(made.settings), json.loads(made.job.config), made.job.origins))


def code_since(made: Made, makers: Makers) -> list[str]:
    """The functions and libraries that differ now. A job that is gone is held to the modules that it had."""
    known = makers.lock.get("sources", NOTHING)
    if made.job is not None:
        if made.job.source == made.source:
            return []
        named = list(changes(made.source, made.job.source, known, [made.job]))
        return named or ["its code or a library changed; what it was is not recorded"]
    then = known["identities"].get(made.source, {"modules": {}})["modules"]
    return [f"{module} changed" for module, digest in then.items() if _digest(module) != digest]


def files_since(then: Mapping[str, str | None], makers: Makers) -> dict[str, str]:
    """What is to be said of each file: "as recorded", or what else."""
    makers.digests.hash(then)
    return {file: _state(makers.digests[file], sha256) for file, sha256 in then.items()}


AS_RECORDED = "as recorded"


def _state(here: str | None, then: str | None) -> str:
    if here is None:
        return "not there"
    if then is None:
        return "was not hashed then"
    return AS_RECORDED if here == then else "other bytes than recorded"


def _digest(module: str) -> str | None:
    path = source_path(PACKAGE_ROOT, module)
    return None if path is None else read(PACKAGE_ROOT, module, path).digest
