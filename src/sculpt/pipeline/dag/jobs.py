"""The jobs of an experiment as the current recipe has them, and the files that they own.

What the rules say, for all that has to know it without starting Snakemake; a test holds the two equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sculpt.params.load import Experiment
from sculpt.pipeline.dag import settings as jobs
from sculpt.pipeline.identity.source import source_identity
from sculpt.plotting.names import NAMES
from sculpt.recipe.tree import TRAINED_STAGES, Block, Mask, Node, Recipe, node_folder


@dataclass(frozen=True)
class Job:
    """A job of Snakemake's. Paths are relative to the repository.

    label: its name in its own lines. inputs: the files of each role, in the rule's order. config, program and chosen:
    its settings, its module of sculpt.stages and the modules that this imports by name (`sculpt.pipeline.dag.settings`).
    """

    rule: str
    label: str
    program: str
    chosen: tuple[str, ...]
    config: str
    inputs: dict[str, list[str]]
    outputs: list[str]

    @cached_property
    def source(self) -> str:
        return source_identity(f"sculpt.stages.{self.program}", self.chosen)

    @property
    def input_files(self) -> list[str]:
        return [file for files in self.inputs.values() for file in files]


def owned_files(name: str, experiment: Experiment) -> set[str]:
    """Every file below results/<name> and figures/<name> that a job of the experiment makes."""
    return {file for job in all_jobs(name, experiment) for file in job.outputs}


def all_jobs(name: str, experiment: Experiment) -> list[Job]:
    """The jobs of the experiment called `name`, each after those whose outputs it needs."""
    return list(_Jobs(name, experiment))


class _Jobs:
    def __init__(self, name: str, experiment: Experiment):
        self.name = name
        self.experiment = experiment
        self.recipe = Recipe(experiment)
        self.results = f"results/{name}"
        self.facts, self.train, self.validation, self.test = (
            f"{self.results}/data/{file}"
            for file in ("data.json", "train.safetensors", "validation.safetensors", "test.safetensors")
        )

    def __iter__(self) -> Iterator[Job]:
        made = [self._data()]
        for block in self.recipe.blocks:
            made.append(self._init(block))
            made += [self._mask(block, mask) for mask in self.recipe.masks.values()]
            made += [self._node(block, node) for stage in TRAINED_STAGES for node in self.recipe.stage(stage)]
            made += [
                self._evaluate(block, profile, stage)
                for profile in self.experiment.profiles
                for stage in TRAINED_STAGES
                if self.recipe.results(stage)
            ]
        yield from made
        yield self._summary(made)
        yield self._figures()

    def _data(self) -> Job:
        settings = jobs.data_settings(self.experiment)
        outputs = [self.facts, self.train, self.validation, self.test]
        return self._job("data", "data", "prepare_data", settings, {}, outputs)

    def _init(self, block: Block) -> Job:
        settings = jobs.init_settings(self.experiment, block)
        outputs = self._files(block, "init/init", "weights.safetensors", "mask.safetensors", "record.json")
        return self._job("init", f"init@{block.name}", "initialize", settings, {"data": [self.facts]}, outputs)

    def _mask(self, block: Block, mask: Mask) -> Job:
        settings = jobs.mask_settings(self.experiment, block, mask)
        inputs = {
            "weights": self._files(block, "init/init", "weights.safetensors"),
            "data": [self.facts, self.train, self.validation],
        }
        outputs = self._files(block, mask.key, "mask.safetensors", "record.json")
        return self._job("masks", f"{mask.key}@{block.name}", "generate_mask", settings, inputs, outputs, mask)

    def _node(self, block: Block, node: Node) -> Job:
        settings = jobs.node_settings(self.experiment, block, node)
        inputs = {
            "weights": self._files(block, node.weights_from, "weights.safetensors"),
            "mask": self._files(block, node.mask_from, "mask.safetensors"),
            "before": self._files(block, node.mask_from, "record.json"),
            "scored": [] if node.prune is None else self._files(block, node.mask_from, "weights.safetensors"),
            "data": [self.facts, self.train, self.validation],
        }
        outputs = self._files(block, node.key, "weights.safetensors", "mask.safetensors", "history.csv", "record.json")
        return self._job(node.stage, f"{node.key}@{block.name}", "train_node", settings, inputs, outputs)

    def _evaluate(self, block: Block, profile: str, stage: str) -> Job:
        nodes = self.recipe.results(stage)
        settings = jobs.evaluation_settings(self.experiment, block, profile, nodes)
        inputs = {
            "nodes": [file for node in nodes for file in self._files(block, node.key, "weights.safetensors")],
            "data": [self.facts, self.test],
        }
        outputs = [f"{self.results}/evaluate/{block.name}/{profile}/{stage}.csv"]
        return self._job("evaluate", f"evaluate/{stage}/{profile}@{block.name}", "evaluate", settings, inputs, outputs)

    def _summary(self, made: list[Job]) -> Job:
        settings = jobs.summary_settings(self.name, self.experiment)
        ends = ("record.json", "history.csv")
        inputs = {
            "nodes": [f for job in made if job.rule in TRAINED_STAGES for f in job.outputs if f.endswith(ends)],
            "masks": [f for job in made if job.rule == "masks" for f in job.outputs if f.endswith("mask.safetensors")],
            "tests": [f for job in made if job.rule == "evaluate" for f in job.outputs],
        }
        files = ("summary.csv", "history.csv", "layers.csv", "claims.json", "metrics.json")
        outputs = [f"{self.results}/summary/{file}" for file in files]
        return self._job("summary", "summary", "summarise", settings, inputs, outputs)

    def _figures(self) -> Job:
        settings = jobs.figure_settings(self.experiment)
        inputs = {"tables": [f"{self.results}/summary/{table}.csv" for table in ("summary", "history", "layers")]}
        outputs = [f"figures/{self.name}/{figure}.{kind}" for figure in NAMES for kind in ("svg", "png", "csv")]
        return self._job("figures", "figures", "plot", settings, inputs, outputs)

    def _files(self, block: Block, key: str, *files: str) -> list[str]:
        return [f"{node_folder(self.name, block.name, key)}/{file}" for file in files]

    def _job(
        self,
        rule: str,
        label: str,
        program: str,
        settings: jobs.Settings,
        inputs: dict[str, list[str]],
        outputs: list[str],
        mask: Mask | None = None,
    ) -> Job:
        chosen = jobs.chosen_modules(program, self.experiment, mask)
        return Job(rule, label, program, chosen, jobs.canonical(settings), inputs, outputs)
