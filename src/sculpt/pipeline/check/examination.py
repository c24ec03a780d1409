"""One pass over the artifacts of an experiment, whoever made them and whatever the locks say.

A file that fails is no ground to judge others on: what is made from it is then left unjudged.
"""

import hashlib
import io
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch

from sculpt import models
from sculpt import plotting as figures
from sculpt.core.files import HISTORY, MASK, RECORD, WEIGHTS, ArtifactError, read_json
from sculpt.core.tables import read_table
from sculpt.core.tensors import Tensors, read_tensors
from sculpt.params.load import Experiment
from sculpt.pipeline.check.invariants import (
    SPLITS,
    Reasons,
    Records,
    begins,
    claims_are,
    cost_adds_up,
    data_facts,
    density_is,
    ends_as,
    evaluation_complete,
    finite,
    fits,
    history_complete,
    kept_exactly,
    metrics_are,
    no_layer_lost,
    numeric,
    of_seeds,
    picture,
    read_bytes,
    split_fits,
    table_is,
    within,
    zero_outside,
)
from sculpt.pipeline.dag.settings import figure_settings
from sculpt.pruning.criteria import is_random
from sculpt.recipe.tree import TRAINED_STAGES, Block, Node, Recipe, node_folder
from sculpt.statistics import claims
from sculpt.statistics.summary import headline, layer_table, scores_of_nodes, summarise

_SCORE = {"accuracy": float, "loss": float}
_START = {"seed": int, "epochs": int, "train_flops": int, "train_flops_dense": int}
_DRAWN = {**_START, "density": float}
_TRAINED = {**_DRAWN, "train_loss": float, "validation": _SCORE}
_PRUNED = {**_TRAINED, "after_prune": {"carried": _SCORE, "reestimated": _SCORE}}
_HISTORY = ["seed", "epoch", "learning_rate", "train_loss", "train_accuracy"]
_EVALUATION = ["node", "seed", "class", "images", "accuracy", "loss"]
_PICTURES = {"svg": (b"<?xml", b"</svg>\n"), "png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")}


class Fault(NamedTuple):
    """What is wrong with a file: its path, relative to the repository, and the reason in one line."""

    file: str
    reason: str


def check(name: str, experiment: Experiment, root: Path, damaged: frozenset[str] = frozenset()) -> list[Fault]:
    """Every fault within the artifacts of the experiment called `name`, in the repository at `root`.

    damaged: files that are known not to be what a job wrote; they are not looked at again.
    """
    torch.set_num_threads(1)  # the tensors are small: threads would only wait for each other
    examination = _Examination(name, Recipe(experiment), root, set(damaged))
    examination.run()
    return examination.faults


class _Examination:
    """One pass over an experiment, parents before children, one node in memory at a time."""

    def __init__(self, name: str, recipe: Recipe, root: Path, damaged: set[str]):
        self.name, self.recipe, self.root, self.damaged = name, recipe, root, damaged
        self.faults: list[Fault] = []
        self.results = f"results/{name}"
        self.records: dict[tuple[str, Block], Records] = {}
        self.histories: dict[tuple[str, Block], pd.DataFrame] = {}
        self.kept: dict[tuple[str, Block], dict[str, tuple[int, list[int]]]] = {}
        self.seen: dict[tuple[str, str], str] = {}

    def run(self) -> None:
        facts = self.data()
        if facts is not None:  # without it nobody knows how large anything is
            for block in self.recipe.blocks:
                self.checkpoints(block, facts)
            self.figures(self.summary(self.evaluations(facts)))

    def examine(self, file: str, read: Callable[[Path], Any], *checks: Callable[[Any], Reasons]) -> Any:
        """The content of a file; None where it cannot be read or fails a check, which is then a fault.

        A check may rely on those before it: they end at the first that fails.
        """
        if file in self.damaged:
            return None
        reasons: list[str] = []
        try:
            content = read(self.root / file)
            for of_check in checks:
                reasons = reasons or list(of_check(content))
        except ArtifactError as error:
            reasons = [str(error).removeprefix(f"{self.root / file}: ")]
        if reasons:
            self.damaged.add(file)
            self.faults += [Fault(file, reason) for reason in reasons]
            return None
        return content

    def data(self) -> dict[str, Any] | None:
        settings = self.recipe.experiment.data
        facts = self.examine(f"{self.results}/data/data.json", read_json, partial(data_facts, settings=settings))
        for split in SPLITS if facts else ():
            fit = partial(split_fits, split=split, facts=facts, size=settings.size)
            self.examine(f"{self.results}/data/{split}.safetensors", read_tensors, fit)
        return facts

    def checkpoints(self, block: Block, facts: dict[str, Any]) -> None:
        settings = self.recipe.experiment.model.model_dump()
        seeds = len(block.seeds)
        network = models.build(replicates=seeds, channels=facts["channels"], classes=facts["classes"], **settings)
        shapes = {name: tensor.shape for name, tensor in network.checkpoint().items()}
        prunable = {name: shapes[name] for name in network.prunable()}

        folder = self.folder("init/init", block)
        fit, no_parent = partial(fits, shapes=prunable, dtype=torch.bool), partial(kept_exactly, density=1.0)
        self.examine(f"{folder}/{MASK}", read_tensors, fit, no_parent)
        fit = partial(fits, shapes=shapes, dtype=torch.float32)
        weights = self.examine(f"{folder}/{WEIGHTS}", read_tensors, fit, finite)
        if weights is not None:
            self.distinct("init", block, f"{folder}/{WEIGHTS}", {name: weights[name] for name in prunable})
        self.record("init/init", block, _START, partial(begins, free=True))

        for drawn in self.recipe.masks.values():
            mask = self.mask(drawn.key, block, "init/init", drawn.density, prunable)
            if mask is not None:
                self.kept[drawn.key, block] = {
                    layer: (kept[0].numel(), kept.flatten(1).sum(1).tolist()) for layer, kept in mask.items()
                }
                if is_random(drawn.method) and drawn.density < 1:
                    self.distinct(drawn.key, block, f"{self.folder(drawn.key, block)}/{MASK}", mask)
            self.record(drawn.key, block, _DRAWN, partial(begins, free=False), partial(density_is, mask=mask))
        for node in self.recipe.nodes.values():
            self.node(node, block, shapes, prunable)

    def node(self, node: Node, block: Block, shapes: dict[str, Any], prunable: dict[str, Any]) -> None:
        folder = self.folder(node.key, block)
        mask = self.mask(node.key, block, node.mask_from, node.density, prunable)
        fit = partial(fits, shapes=shapes, dtype=torch.float32)
        self.examine(f"{folder}/{WEIGHTS}", read_tensors, fit, finite, partial(zero_outside, mask=mask))
        whole = partial(history_complete, seeds=block.seeds, node=node)
        history = self.examine(f"{folder}/{HISTORY}", read_table, partial(numeric, columns=_HISTORY), whole)
        if history is not None:
            self.histories[node.key, block] = history
        self.record(
            node.key,
            block,
            _TRAINED if node.prune is None else _PRUNED,
            partial(density_is, mask=mask),
            partial(cost_adds_up, path=self.recipe.path(node.key), before=self.records.get((node.mask_from, block))),
            partial(ends_as, history=history),
        )

    def mask(self, key: str, block: Block, parent: str, density: float, shapes: dict[str, Any]) -> Tensors | None:
        above = f"{self.folder(parent, block)}/{MASK}"
        before = None if above in self.damaged else read_tensors(self.root / above)
        return self.examine(
            f"{self.folder(key, block)}/{MASK}",
            read_tensors,
            partial(fits, shapes=shapes, dtype=torch.bool),
            partial(kept_exactly, density=density),
            partial(within, parent=before, name=parent),
            partial(no_layer_lost, parent=before, name=parent),
        )

    def record(self, key: str, block: Block, schema: dict[str, Any], *checks: Callable[[Records], Reasons]) -> None:
        file = f"{self.folder(key, block)}/{RECORD}"
        seeds = partial(of_seeds, seeds=block.seeds, schema=schema)
        records = self.examine(file, read_json, seeds, *checks)
        if records is not None:
            self.records[key, block] = records

    def distinct(self, kind: str, block: Block, file: str, tensors: Tensors) -> None:
        """No two seeds of any block may have equal tensors of one kind."""
        for replicate, seed in enumerate(block.seeds):
            digest = hashlib.sha256(b"".join(t[replicate].numpy().tobytes() for t in tensors.values())).hexdigest()
            other = self.seen.setdefault((kind, digest), f"seed {seed}")
            if other != f"seed {seed}":
                self.damaged.add(file)
                self.faults.append(Fault(file, f"seed {seed} has the same values as {other}"))

    def evaluations(self, facts: dict[str, Any]) -> pd.DataFrame | None:
        """Accuracy and loss of each node and seed under the default profile; None where a table is not sound."""
        found: list[pd.DataFrame | None] = []
        for block in self.recipe.blocks:
            for profile in self.recipe.experiment.profiles:
                for stage in filter(self.recipe.results, TRAINED_STAGES):
                    nodes = [node.name for node in self.recipe.results(stage)]
                    table = self.examine(
                        f"{self.results}/evaluate/{block.name}/{profile}/{stage}.csv",
                        read_table,
                        partial(numeric, columns=_EVALUATION, text=("node",)),
                        partial(evaluation_complete, seeds=block.seeds, nodes=nodes, facts=facts),
                    )
                    if profile == "default":
                        found.append(None if table is None else table.assign(node=stage + "/" + table["node"]))
        if any(table is None for table in found):
            return None
        return scores_of_nodes(found)

    def summary(self, tests: pd.DataFrame | None) -> dict[str, pd.DataFrame | None]:
        """The tables over all nodes; None for each that is not sound, or made from something that is not."""
        records = self.gathered(self.records, self.recipe.nodes)
        histories = self.gathered(self.histories, self.recipe.nodes)
        kept = self.gathered(self.kept, self.recipe.masks)
        folder = f"{self.results}/summary"
        tables = dict.fromkeys(("summary", "history", "layers"))
        if records is not None and tests is not None:
            joined = {key: list(chain.from_iterable(of_blocks)) for key, of_blocks in records.items()}
            expected = summarise(self.name, self.recipe, joined, tests)
            tables["summary"] = self.table(f"{folder}/summary.csv", expected, "the records and evaluations give")
        if histories is not None:
            expected = pd.concat([part.assign(node=key) for key, parts in histories.items() for part in parts])
            tables["history"] = self.table(f"{folder}/history.csv", expected, "the nodes' histories give")
        if kept is not None:
            expected = layer_table(self.recipe, kept)
            tables["layers"] = self.table(f"{folder}/layers.csv", expected, "the masks give")
        if (summary := tables["summary"]) is not None:
            self.examine(f"{folder}/claims.json", read_json, partial(claims_are, expected=claims.evaluate(summary)))
            self.examine(f"{folder}/metrics.json", read_json, partial(metrics_are, expected=headline(summary)))
        return tables

    def figures(self, tables: dict[str, pd.DataFrame | None]) -> None:
        settings = figure_settings(self.recipe.experiment)["figures"]
        sound = all(table is not None for table in tables.values())
        for figure in figures.NAMES:
            stem = f"figures/{self.name}/{figure}"
            for kind, ends in _PICTURES.items():
                self.examine(f"{stem}.{kind}", read_bytes, partial(picture, ends=ends))
            if sound:
                drawn = figures.draw(figure, figures.Tables(**tables), settings)
                self.table(f"{stem}.csv", drawn.table, "the summary tables give")

    def gathered(self, found: dict[tuple[str, Block], Any], keys: Iterable[str]) -> dict[str, list[Any]] | None:
        """What was found of each key, a list over the blocks; None where one is missing."""
        whole = {key: [found.get((key, block)) for block in self.recipe.blocks] for key in keys}
        return None if any(part is None for parts in whole.values() for part in parts) else whole

    def table(self, file: str, expected: pd.DataFrame, source: str) -> pd.DataFrame | None:
        text = io.StringIO(expected.to_csv(index=False))  # numbers as they come out of a file
        return self.examine(file, read_table, partial(table_is, expected=pd.read_csv(text), source=source))

    def folder(self, key: str, block: Block) -> str:
        return node_folder(self.name, block.name, key)
