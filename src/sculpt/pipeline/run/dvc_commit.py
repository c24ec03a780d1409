"""A finished experiment, recorded with DVC."""

import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from sculpt.pipeline.run.alone import RunError


def commit(name: str) -> None:
    """Commit an experiment's artifacts to DVC, where dvc.yaml lists it. Raises RunError with DVC's own words."""
    read = YAML(typ="safe", pure=True).load
    if name not in read(Path("params.yaml"))["recorded"]:
        print(f"\n{name} is not recorded with DVC: add it to `recorded` in params.yaml, then `make docs`.")
        return
    stages = read(Path("dvc.yaml"))
    for stage in stages["stages"].values():
        for folder in (path for out in stage["do"]["outs"] for path in ([out] if isinstance(out, str) else out)):
            Path(folder.replace("${item}", name)).mkdir(parents=True, exist_ok=True)  # a stage without jobs makes none
    targets = [f"{stage}@{name}" for stage in stages["stages"]]
    # Not --quiet, which leaves its errors out too.
    done = subprocess.run([sys.executable, "-m", "dvc", "commit", "--force", *targets], capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr.strip()]
        raise RunError("\n".join([f"{name}: complete, but DVC could not record it:", *said]))
