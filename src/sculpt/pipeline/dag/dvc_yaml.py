"""dvc.yaml, written from the stages: one stage per folder of artifacts."""

from collections.abc import Iterator
from typing import Any

from sculpt.params.inherit import chain, whole
from sculpt.pipeline.dag.experiment import STAGES

_HEAD = """\
# Written by `make docs` from the stages of sculpt.pipeline.dag and from params.yaml; not to be edited.
# One stage for each folder of artifacts: Snakemake runs the jobs, DVC holds what they made.
stages:
"""
_STAGE = """\
  {folder}:
    foreach: ${{recorded}}
    do:
      cmd: .venv/bin/snakemake --config experiment=${{item}} -- all_{folder}
      deps:
{deps}
{params}      outs:
        - {out}
"""


def dvc_yaml(recorded: list[str], experiments: dict[str, Any]) -> str:
    """The text of dvc.yaml. recorded: names of experiments. experiments: that section of params.yaml, as it stands."""
    text = _HEAD
    for folder in dict.fromkeys(stage.folder for stage in STAGES):
        reads, after, beside = _of_folder(folder)
        deps = [f"results/${{item}}/{before}" for before in after if before != folder]
        deps += [*beside, "src/sculpt", "Snakefile", "rules"]
        keys = [key for part in reads for key in _keys(part, recorded, experiments)]
        out = f"results/${{item}}/{folder}: {{persist: true}}"
        if folder == "figures":  # small, and shown by the README: they lie in git
            out = "figures/${item}: {persist: true, cache: false}"
        text += _STAGE.format(
            folder=folder,
            deps="\n".join(f"        - {dep}" for dep in deps),
            params="".join(["      params:\n", *(f"        - {key}\n" for key in keys)]) if keys else "",
            out=out,
        )
    text += "\nmetrics:\n" + "".join(f"  - results/{name}/summary/metrics.json\n" for name in recorded)
    return text + "\nplots:\n" + "".join(f"  - {plot}\n" for plot in _plots(recorded, experiments))


def _of_folder(folder: str) -> tuple[list[str], list[str], list[str]]:
    """Keys, folders, and files of the repository that the stages of a folder read."""
    stages = [stage for stage in STAGES if stage.folder == folder]
    folders = {stage.name: stage.folder for stage in STAGES}
    reads = dict.fromkeys(key for stage in stages for key in stage.reads)
    after = dict.fromkeys(folders[name] for stage in stages for name in stage.after)
    return list(reads), list(after), list(dict.fromkeys(file for stage in stages for file in stage.beside))


def _keys(key: str, recorded: list[str], experiments: dict[str, Any]) -> Iterator[str]:
    """Where a key of an experiment stands, along its whole based_on, which DVC cannot see through."""
    if all(key in experiments[name] for name in recorded):
        yield f"experiments.${{item}}.{key}"
    elif any(key in experiments[name] for name in recorded):
        yield "experiments.${item}"
    for base in dict.fromkeys(base for name in recorded for base in chain(experiments, name)[1:]):
        if key in experiments[base]:
            yield f"experiments.{base}.{key}"


def _plots(recorded: list[str], experiments: dict[str, Any]) -> Iterator[str]:
    for name in recorded:
        yield from (f"figures/{name}/{label}.png" for label in whole(experiments, name).get("figures", {}))
