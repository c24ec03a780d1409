"""A job of Snakemake's, described: all that has to be known of it without starting Snakemake."""

import json
from dataclasses import dataclass
from functools import cache, cached_property

from sculpt.core.settings import Values
from sculpt.pipeline.identity.source import source_identity


def canonical(settings: Values) -> str:
    """One string for equal settings, whatever their order.

    Snakemake compares the parameters of a job as an unnamed set, so two swapped values would go unseen; one string with
    sorted keys does not have that fault.
    """
    return json.dumps(settings, sort_keys=True, separators=(",", ":"), allow_nan=False)


_identity = cache(source_identity)  # a thousand jobs run a dozen programs


@dataclass(frozen=True)
class Job:
    """One job. Paths are relative to the repository.

    rule: the stage's name. wildcards: what tells it from the other jobs of its rule. label: its name in its own lines.
    message: what Snakemake says of it. program: its module of sculpt.stages. chosen: the modules that this imports by
    name. config: its settings, which decide its bytes beside the code and the inputs. inputs: files by role. outputs:
    files by name. threads: of a CPU. device: that its execution profile asks for, None where it computes on none.
    environment: variables of its execution profile. partition: of a cluster, None for
    its default. minutes: at most, on a cluster. origins: for keys of `config`, with
    dots between, the key of params.yaml, below the experiment, from which it comes. images: the folder of a user's own
    images that it reads, None for every other job.
    """

    rule: str
    wildcards: dict[str, str]
    label: str
    message: str
    program: str
    chosen: tuple[str, ...]
    config: str
    inputs: dict[str, list[str]]
    files: dict[str, str]
    log: str
    threads: int
    device: str | None
    environment: dict[str, str]
    partition: str | None
    minutes: int
    origins: dict[str, str]
    images: str | None = None

    @cached_property
    def source(self) -> str:
        return _identity(f"sculpt.stages.{self.program}", self.chosen)

    @property
    def outputs(self) -> list[str]:
        return list(self.files.values())

    @property
    def input_files(self) -> list[str]:
        return [file for files in self.inputs.values() for file in files]
