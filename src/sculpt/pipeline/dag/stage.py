"""One description per stage, from which rules, files, labels, validation and DVC's stages follow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sculpt.core.settings import Values
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.job import Job, canonical


@dataclass(frozen=True)
class Asked:
    """What one job of a stage is asked for: its wildcards, its input files by role, its settings, the rest as in Job.

    profile: of its execution, None where it computes on no device. images: as in Job.
    """

    wildcards: dict[str, str]
    inputs: dict[str, list[str]]
    settings: Values
    chosen: tuple[str, ...]
    origins: dict[str, str] = field(default_factory=dict)
    profile: Values | None = None
    minutes: int = 30
    images: str | None = None


@dataclass(frozen=True)
class Stage:
    """A stage of the DAG, which is one rule.

    program: module of sculpt.stages. outputs: path of each output, below {results} or {figures} of the experiment, with
    its wildcards in braces; the first part of the path is the folder that DVC holds. label, message, log: likewise (a
    log lies below logs/<experiment>). reads: keys of the experiment in params.yaml that decide its jobs. after: stages
    whose files it reads. jobs: what is asked for, in an experiment. more: outputs that not every experiment has.
    beside: files of the repository that it reads, which no stage makes.
    """

    name: str
    program: str
    outputs: dict[str, str]
    label: str
    message: str
    log: str
    reads: tuple[str, ...]
    after: tuple[str, ...]
    jobs: Callable[[Grid], Iterator[Asked]]
    more: Callable[[Grid], dict[str, str]] = lambda grid: {}
    beside: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that DVC holds: of results/<experiment>, or `figures`."""
        where, folder, *_ = next(iter(self.outputs.values())).split("/")
        return "figures" if where == "{figures}" else folder

    def files(self, grid: Grid, wildcards: dict[str, str] | None = None) -> dict[str, str]:
        """The outputs by name, of one job, or with the wildcards left in."""
        known = {"results": f"results/{grid.name}", "figures": f"figures/{grid.name}", **(wildcards or {})}
        return {key: _filled(path, known) for key, path in {**self.outputs, **self.more(grid)}.items()}

    def all_jobs(self, grid: Grid) -> Iterator[Job]:
        for asked in self.jobs(grid):
            profile = asked.profile or {}
            yield Job(
                rule=self.name,
                wildcards=asked.wildcards,
                label=_filled(self.label, asked.wildcards),
                message=_filled(self.message, asked.wildcards),
                program=self.program,
                chosen=asked.chosen,
                config=canonical(asked.settings),
                inputs=asked.inputs,
                files=self.files(grid, asked.wildcards),
                log=f"logs/{grid.name}/{_filled(self.log, asked.wildcards)}",
                threads=profile.get("threads", 1),
                device=profile.get("device"),
                environment=profile.get("environment", {}),
                partition=profile.get("partition"),
                minutes=asked.minutes,
                origins=asked.origins,
                images=asked.images,
            )


def _filled(text: str, known: dict[str, str]) -> str:
    for key, value in known.items():
        text = text.replace(f"{{{key}}}", value)
    return text
