"""A finished experiment, recorded with DVC."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sculpt.pipeline.dag.dvc_yaml import dvc_yaml
from sculpt.pipeline.run.alone import RunError

_read = YAML(typ="safe", pure=True).load


def commit(name: str) -> None:
    """Commit an experiment's artifacts to DVC, where params.yaml lists it as recorded; dvc.yaml follows params.yaml.

    Raises RunError with DVC's own words.
    """
    params = _read(Path("params.yaml"))
    if name not in params["recorded"]:
        print(f"\n{name} is not recorded with DVC: add it to `recorded` in params.yaml, then run this again.")
        return
    if _follow(dvc_yaml(params["recorded"], params["experiments"])):
        print("\ndvc.yaml: written anew, since params.yaml says more or less than it did")
    stages = {f"{stage}@{name}": whole["do"] for stage, whole in _read(Path("dvc.yaml"))["stages"].items()}
    for folder in (path for stage in stages.values() for path in _outs(stage)):
        Path(folder.replace("${key}", name)).mkdir(parents=True, exist_ok=True)  # a stage without jobs makes none
    # Not --quiet, which leaves its errors out too.
    command = [sys.executable, "-m", "dvc", "commit", "--force", *_targets(stages)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr.strip()]
        raise RunError("\n".join([f"{name}: complete, but DVC could not record it:", *said]))


def _follow(text: str) -> bool:
    """Whether dvc.yaml had another text than this, which it has now."""
    file = Path("dvc.yaml")
    if file.exists() and file.read_text() == text:
        return False
    file.write_text(text)
    return True


def _targets(stages: dict[str, Any]) -> list[str]:
    """What DVC is asked to commit, so that it commits all of these stages.

    For each target DVC reads all that it knows anew, so the stages that no other needs are named, with all that they
    need. That way DVC adds what dvc.lock does not have yet in no fixed order, so then each stage is named.
    """
    lock = Path("dvc.lock").read_text() if Path("dvc.lock").exists() else ""
    if not all(f"\n  {stage}:\n" in lock for stage in stages):
        return list(stages)
    needed = {dep for stage in stages.values() for dep in stage["deps"]}
    return ["--with-deps", *(name for name, stage in stages.items() if needed.isdisjoint(_outs(stage)))]


def _outs(stage: dict[str, Any]) -> list[str]:
    return [path for out in stage["outs"] for path in ([out] if isinstance(out, str) else out)]
