"""dvc.yaml, written from the stages: one stage per folder of artifacts."""

from collections.abc import Iterator
from typing import Any

from sculpt.params.inherit import chain, whole
from sculpt.pipeline.dag.experiment import STAGES

_HEAD = """\
# Written by `make docs`, and by a run that finds it behind, from the stages of sculpt.pipeline.dag and params.yaml; not
# to be edited. One stage for each folder of artifacts and each recorded experiment: Snakemake runs the jobs, DVC holds
# what they made. Beside an experiment stand the keys of params.yaml that decide its jobs, the last one again where
# another experiment has more.
stages:
"""
_STAGE = """\
  {folder}:
    foreach:
{items}
    do:
      cmd: .venv/bin/sculpt stage {folder} --experiment ${{key}}
      deps:
{deps}
{params}      outs:
        - {out}
"""


def dvc_yaml(recorded: list[str], experiments: dict[str, Any]) -> str:
    """The text of dvc.yaml. recorded: names of experiments. experiments: that section of params.yaml, as it stands.

    The stages of an experiment say nothing of another that it is not based on: recording one more changes none of them.
    """
    text = _HEAD
    for folder in dict.fromkeys(stage.folder for stage in STAGES):
        reads, after, beside = _of_folder(folder)
        deps = [f"results/${{key}}/{before}" for before in after if before != folder]
        deps += [*beside, "src/sculpt", "Snakefile", "rules"]
        keys = {name: _keys(reads, name, experiments) for name in recorded}
        most = max(map(len, keys.values()), default=0)
        filled = {name: [*found, *found[-1:] * (most - len(found))] for name, found in keys.items()}
        out = f"results/${{key}}/{folder}: {{persist: true}}"
        if folder == "figures":  # small, and shown by the README: they lie in git
            out = "figures/${key}: {persist: true, cache: false}"
        params = [f"        - ${{item[{place}]}}\n" for place in range(most)]
        text += _STAGE.format(
            folder=folder,
            items="\n".join(f"      {name}: [{', '.join(found)}]" for name, found in filled.items()),
            deps="\n".join(f"        - {dep}" for dep in deps),
            params="".join(["      params:\n", *params]) if params else "",
            out=out,
        )
    text += "\nmetrics:\n" + "".join(f"  - results/{name}/summary/metrics\n" for name in recorded)
    return text + "\nplots:\n" + "".join(f"  - {plot}\n" for plot in _plots(recorded, experiments))


def _of_folder(folder: str) -> tuple[list[str], list[str], list[str]]:
    """Keys, folders, and files of the repository that the stages of a folder read."""
    stages = [stage for stage in STAGES if stage.folder == folder]
    folders = {stage.name: stage.folder for stage in STAGES}
    reads = dict.fromkeys(key for stage in stages for key in stage.reads)
    after = dict.fromkeys(folders[name] for stage in stages for name in stage.after)
    return list(reads), list(after), list(dict.fromkeys(file for stage in stages for file in stage.beside))


def _keys(reads: list[str], name: str, experiments: dict[str, Any]) -> list[str]:
    """Where what a stage reads of params.yaml stands, along the whole based_on, which DVC cannot see through.

    Of an experiment that has none of them, itself: DVC takes no empty list.
    """
    along = chain(experiments, name)
    return [f"experiments.{each}.{key}" for key in reads for each in along if key in experiments[each]] or (
        [f"experiments.{name}"] if reads else []
    )


def _plots(recorded: list[str], experiments: dict[str, Any]) -> Iterator[str]:
    for name in recorded:
        yield from (f"figures/{name}/{label}.png" for label in whole(experiments, name).get("figures", {}))
