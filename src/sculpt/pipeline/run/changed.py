"""What of the committed record a run has changed."""

import subprocess
from pathlib import Path

from sculpt.pipeline.record.dvc_cache import DvcCache
from sculpt.pipeline.record.dvc_record import read_dvc_lock
from sculpt.pipeline.record.lock import LOCK
from sculpt.pipeline.run.commands import sculpt
from sculpt.pipeline.run.console import counted


def tell_changed(name: str) -> None:
    """Where the recorded figures or artifacts came out differently, print so, how to compare and how to go back.

    An experiment that the committed dvc.lock does not record has nothing to compare with.
    """
    outs = _recorded(name)
    tracked = ["dvc.lock", f"figures/{name}"]
    status = subprocess.run(["git", "status", "--porcelain", "--", *tracked], capture_output=True, text=True)
    changed = [line for line in status.stdout.splitlines() if not line.startswith("??")]
    if not changed or not outs:
        return
    print(
        f"\n{counted(len(changed), 'recorded file')} of {name} changed (edited parameters or code, or another "
        f"processor or library).\n"
        f"Compare with what is committed: {sculpt('validate --against HEAD', name).strip('`')}"
    )
    if _in_cache(outs):
        print(
            f"Go back to it, after you have saved edits of params.yaml: git restore params.yaml {' '.join(tracked)} "
            f"{LOCK} && .venv/bin/dvc checkout && .venv/bin/sculpt provenance import"
        )
    else:
        print(
            "Going back to it needs the recorded files, which are not in DVC's cache here: a DVC remote that has them, "
            "or a run of the committed code."
        )


def _recorded(name: str) -> list[dict[str, str]]:
    """The folders of an experiment that the committed dvc.lock holds; none where it records no such experiment."""
    committed = subprocess.run(["git", "show", "HEAD:dvc.lock"], capture_output=True)
    stages = read_dvc_lock(committed.stdout)["stages"] if committed.returncode == 0 else {}
    return [out for stage, entry in stages.items() if stage.endswith(f"@{name}") for out in entry["outs"]]


def _in_cache(outs: list[dict[str, str]]) -> bool:
    """Whether DVC's cache holds what HEAD records; if not, `dvc checkout` would only take away what is here."""
    cache = DvcCache(Path("."))
    return all(cache.path(out["md5"]).exists() for out in outs if not out["path"].startswith("figures/"))
