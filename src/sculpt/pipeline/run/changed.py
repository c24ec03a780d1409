"""What of the committed record a run has changed."""

import subprocess
from pathlib import Path

from sculpt.pipeline.record.dvc_cache import DvcCache
from sculpt.pipeline.record.dvc_record import read_dvc_lock
from sculpt.pipeline.record.lock import LOCK
from sculpt.pipeline.run.commands import sculpt
from sculpt.pipeline.run.console import counted


def tell_changed(name: str) -> None:
    """Where the recorded figures or artifacts came out differently, print so, how to compare and how to go back."""
    tracked = ["dvc.lock", f"figures/{name}"]
    status = subprocess.run(["git", "status", "--porcelain", "--", *tracked], capture_output=True, text=True)
    changed = [line for line in status.stdout.splitlines() if not line.startswith("??")]
    if changed:
        print(
            f"\n{counted(len(changed), 'recorded file')} of {name} changed (edited parameters or code, or another "
            f"processor or library).\n"
            f"Compare with what is committed: {sculpt('validate --against HEAD', name).strip('`')}\n"
            f"Go back to it: {'' if _in_cache(name) else '.venv/bin/dvc fetch --all-commits && '}"
            f"git restore params.yaml {' '.join(tracked)} {LOCK} && .venv/bin/dvc checkout && "
            f".venv/bin/sculpt provenance import"
        )


def _in_cache(name: str) -> bool:
    """Whether DVC's cache holds what HEAD records; if not, `dvc checkout` would only take away what is here."""
    committed = subprocess.run(["git", "show", "HEAD:dvc.lock"], capture_output=True)
    stages = read_dvc_lock(committed.stdout)["stages"] if committed.returncode == 0 else {}
    outs = [out for stage, entry in stages.items() if stage.endswith(f"@{name}") for out in entry["outs"]]
    cache = DvcCache(Path("."))
    return all(cache.path(out["md5"]).exists() for out in outs if not out["path"].startswith("figures/"))
