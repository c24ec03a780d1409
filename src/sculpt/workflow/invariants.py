"""What must hold within the artifacts of one experiment, whoever made them and whatever the locks say.

Each check is a small function that takes the content of one file and what it must agree with, and yields reasons why
it does not. A file that fails is no ground to judge others on: what is made from it is then left unjudged.
"""

import hashlib
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch

from sculpt import figures, models
from sculpt.analysis import claims
from sculpt.analysis.summary import headline, summarise
from sculpt.artifacts import HISTORY, MASK, RECORD, WEIGHTS, ArtifactError, Tensors, must_exist, read_json, read_tensors
from sculpt.artifacts.tables import read_table
from sculpt.params import Data, Experiment
from sculpt.pruning.allocation import kept_count
from sculpt.pruning.mask import densities
from sculpt.recipe import TRAINED_STAGES, Block, Node, Recipe, node_folder, number
from sculpt.workflow.jobs import figure_settings

RANDOM_METHODS = ("erk", "balanced", "uniform")
"""Mask methods that draw by lot, so that no two seeds can have one mask."""
SPLITS = ("train", "validation", "test")
CLOSE = 1e-9
"""Relative difference up to which two computed numbers are equal: another library version may add in another order."""

_SCORE = {"accuracy": float, "loss": float}
_START = {"seed": int, "epochs": int, "train_flops": int, "train_flops_dense": int}
_DRAWN = {**_START, "density": float}
_TRAINED = {**_DRAWN, "train_loss": float, "validation": _SCORE}
_PRUNED = {**_TRAINED, "after_prune": {"carried": _SCORE, "reestimated": _SCORE}}
_HISTORY = ["seed", "epoch", "learning_rate", "train_loss", "train_accuracy"]
_EVALUATION = ["node", "seed", "class", "images", "accuracy", "loss"]
_PICTURES = {"svg": (b"<?xml", b"</svg>\n"), "png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")}

Reasons = Iterator[str]
Records = list[dict[str, Any]]


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
                if drawn.method in RANDOM_METHODS and drawn.density < 1:
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
        whole = pd.concat(found)
        for column in _SCORE:
            whole[column] *= whole["images"]
        sums = whole.groupby(["node", "seed"], as_index=False)[["images", *_SCORE]].sum()
        return sums.assign(**{column: sums[column] / sums["images"] for column in _SCORE})

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
        settings = figure_settings(self.recipe.experiment)
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


def read_bytes(path: Path) -> bytes:
    must_exist(path)
    return path.read_bytes()


def data_facts(facts: Any, settings: Data) -> Reasons:
    """data.json: what the images are, with as many as params.yaml asks for."""
    wanted = {split: getattr(settings, split) for split in SPLITS}
    sizes = dict.fromkeys(SPLITS, int)
    schema = {"channels": int, "classes": int, "mean": [float], "scale": [float], "sizes": sizes}
    faults = list(misfits(facts, schema))
    yield from faults
    if not faults and facts["sizes"] != wanted:
        yield f"sizes are {facts['sizes']}, params.yaml asks for {wanted}"


def split_fits(tensors: Tensors, split: str, facts: dict[str, Any], size: int) -> Reasons:
    """A split: images (n, channels, size, size) of bytes, and a class for each."""
    count = facts["sizes"][split]
    shapes = {"images": (count, facts["channels"], size, size), "labels": (count,)}
    found = {name: tuple(tensors[name].shape) for name in sorted(tensors)}
    if found != shapes:
        yield f"holds {found}, expected {shapes}"
    elif tensors["images"].dtype != torch.uint8:
        yield f"images are {tensors['images'].dtype}, expected torch.uint8"
    elif not set(tensors["labels"].tolist()) <= set(range(facts["classes"])):
        yield f"a label is not a class from 0 to {facts['classes'] - 1}"


def fits(tensors: Tensors, shapes: dict[str, torch.Size], dtype: torch.dtype) -> Reasons:
    """The model's tensors, each (R, ...) with R the seeds of the block."""
    if tensors.keys() != shapes.keys():
        differing = ", ".join(sorted(tensors.keys() ^ shapes.keys())[:3])
        yield f"does not fit the model: only one of the two has {differing}"
        return
    for name, tensor in tensors.items():
        if tensor.shape != shapes[name]:
            yield f"{name} is {tuple(tensor.shape)}, the model's {tuple(shapes[name])}"
        elif tensor.dtype != dtype:
            yield f"{name} is {tensor.dtype}, expected {dtype}"


def finite(tensors: Tensors) -> Reasons:
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            yield f"{name} holds a value that is not finite"


def zero_outside(weights: Tensors, mask: Tensors | None) -> Reasons:
    """Weights that the mask does not keep are exactly zero."""
    for name, kept in (mask or {}).items():
        if left := int(weights[name][~kept].count_nonzero()):
            yield f"{name}: {left} weights outside the mask are not zero"


def kept_exactly(mask: Tensors, density: float) -> Reasons:
    """Every replicate keeps round(density * N) of its N weights."""
    wanted = kept_count(sum(kept[0].numel() for kept in mask.values()), density)
    counts = sum(kept.flatten(1).sum(1) for kept in mask.values()).tolist()
    if any(count != wanted for count in counts):
        yield f"keeps {', '.join(map(str, counts))} weights of its replicates, density {number(density)} is {wanted}"


def within(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """No weight is kept that the mask of the node before had pruned."""
    for layer, before in (parent or {}).items():
        if regrown := int((mask[layer] & ~before).sum()):
            yield f"{layer}: {regrown} weights are kept that {name} had pruned"


def no_layer_lost(mask: Tensors, parent: Tensors | None, name: str) -> Reasons:
    """A layer keeps a weight where it had one before, as long as there is one for each layer."""
    if sum(kept[0].sum() for kept in mask.values()) < len(mask):  # each replicate keeps as many
        return
    for layer, before in (parent or {}).items():
        if (before.flatten(1).any(1) & ~mask[layer].flatten(1).any(1)).any():
            yield f"{layer}: no weight is left, {name} had some"


def misfits(value: Any, schema: Any, where: str = "") -> Reasons:
    """What does not fit a schema: a type, a list of one schema for all its values, or a dict of schemas by key.

    A float may be written as a whole number, and is finite.
    """
    if isinstance(schema, dict):
        if not isinstance(value, dict) or value.keys() != schema.keys():
            yield f"{where or 'it'} has not just the keys {', '.join(sorted(schema))}"
            return
        for key in schema:
            yield from misfits(value[key], schema[key], f"{where}.{key}".removeprefix("."))
    elif isinstance(schema, list):
        if not isinstance(value, list):
            yield f"{where} is not a list"
            return
        for item in value:
            yield from misfits(item, schema[0], where)
    elif type(value) not in ((int, float) if schema is float else (schema,)) or not math.isfinite(value):
        yield f"{where} is {value!r}, expected {'a finite number' if schema is float else 'a whole number'}"


def of_seeds(records: Any, seeds: list[int], schema: dict[str, Any]) -> Reasons:
    """One record a seed of the block, in order."""
    if not isinstance(records, list) or len(records) != len(seeds):
        yield f"is not a list of {len(seeds)} records"
        return
    for seed, record in zip(seeds, records, strict=True):
        faults = list(misfits(record, schema))
        yield from (f"seed {seed}: {fault}" for fault in faults)
        if not faults and record["seed"] != seed:
            yield f"seed {record['seed']} stands where seed {seed} belongs"


def begins(records: Records, free: bool) -> Reasons:
    """Nothing is trained yet; only drawing a mask may have cost something."""
    for record in records:
        flops = record["train_flops"]
        if record["epochs"] or flops < 0 or (free and flops) or record["train_flops_dense"] != flops:
            yield f"seed {record['seed']}: epochs or FLOPs before anything was trained"


def density_is(records: Records, mask: Tensors | None) -> Reasons:
    for record, density in zip(records, densities(mask) if mask else [None] * len(records), strict=True):
        if density not in (None, record["density"]):
            yield f"seed {record['seed']}: density is {record['density']}, its mask has {density}"


def cost_adds_up(records: Records, path: list[Node], before: Records | None) -> Reasons:
    """Epochs are those of the whole path; FLOPs rise along it, and stay below those of a dense network."""
    epochs = sum(node.trained_epochs for node in path)
    for record, earlier in zip(records, before or [None] * len(records), strict=True):
        seed = f"seed {record['seed']}"
        if record["epochs"] != epochs:
            yield f"{seed}: epochs is {record['epochs']}, its path has {epochs}"
        if record["train_flops"] > record["train_flops_dense"]:
            yield f"{seed}: train_flops is {record['train_flops']}, above train_flops_dense"
        for cost in ("train_flops", "train_flops_dense"):
            if earlier and record[cost] <= earlier[cost]:
                yield f"{seed}: {cost} is {record[cost]}, not above the {earlier[cost]} of {path[-1].mask_from}"


def ends_as(records: Records, history: pd.DataFrame | None) -> Reasons:
    """The training loss is that of the last epoch."""
    if history is None:
        return
    last = history[history["epoch"] == history["epoch"].max()].set_index("seed")["train_loss"]
    for record in records:
        seed, loss = record["seed"], record["train_loss"]
        if not math.isclose(loss, last[seed], rel_tol=CLOSE):
            yield f"seed {seed}: train_loss is {loss}, the history ends with {last[seed]}"


def numeric(table: pd.DataFrame, columns: list[str], text: tuple[str, ...] = ()) -> Reasons:
    """Just these columns; every value but those of `text` is a finite number."""
    if list(table.columns) != columns:
        yield f"columns are {', '.join(table.columns)}, expected {', '.join(columns)}"
        return
    for column in table.columns.drop([*text]):
        if not pd.api.types.is_numeric_dtype(table[column]) or not np.isfinite(table[column]).all():
            yield f"{column} holds a value that is not a finite number"


def history_complete(history: pd.DataFrame, seeds: list[int], node: Node) -> Reasons:
    """Each seed has every epoch that the node trained, once."""
    first = node.first_epoch + 1
    last = node.first_epoch + node.trained_epochs
    wanted = Counter(product(seeds, range(first, last + 1)))
    found = Counter(zip(history["seed"], history["epoch"], strict=True))
    for what, rows in (("lacks", wanted - found), ("has, beside what was trained,", found - wanted)):
        if rows:
            seed, epoch = min(rows)
            yield f"{what} {rows.total()} rows (the first: seed {seed}, epoch {epoch}) of epochs {first} to {last}"


def evaluation_complete(table: pd.DataFrame, seeds: list[int], nodes: list[str], facts: dict[str, Any]) -> Reasons:
    """Each node, seed and class once, over all images of the test split."""
    wanted = Counter(product(nodes, seeds, range(facts["classes"])))
    rows = Counter(zip(table["node"], table["seed"], table["class"], strict=True))
    if rows != wanted:
        odd = min((rows - wanted) | (wanted - rows), key=str)
        yield f"node {odd[0]}, seed {odd[1]}, class {odd[2]}: {rows[odd]} rows, expected {wanted[odd]}"
        return
    images, split = table.groupby(["node", "seed"])["images"].sum(), facts["sizes"]["test"]
    if (images != split).any():
        node, seed = (images != split).idxmax()
        yield f"node {node}, seed {seed}: on {images[node, seed]} images, the test split has {split}"
    if not table["accuracy"].between(0, 100).all():
        yield "an accuracy is not between 0 and 100 %"


def table_is(found: pd.DataFrame, expected: pd.DataFrame, source: str) -> Reasons:
    """The same columns, rows and values, numbers up to rounding; names the first that differs."""
    if list(found.columns) != list(expected.columns) or len(found) != len(expected):
        yield (
            f"has {len(found)} rows of {', '.join(found.columns)}; "
            f"{source} {len(expected)} rows of {', '.join(expected.columns)}"
        )
        return
    for column in expected.columns:
        ours, theirs = found[column], expected[column]
        if all(map(pd.api.types.is_float_dtype, (ours, theirs))):
            same = np.isclose(ours, theirs, rtol=CLOSE, atol=0, equal_nan=True)
        else:
            same = ((ours == theirs) | (ours.isna() & theirs.isna())).to_numpy()
        if not same.all():
            row = int(np.argmin(same))
            yield f"line {row + 2}: {column} is {ours[row]}, {source} {theirs[row]}"


def claims_are(found: Any, expected: list[dict[str, Any]]) -> Reasons:
    """The claims that summary.csv gives, to the last digit."""
    if not isinstance(found, list) or [claim.get("id") for claim in found] != [claim["id"] for claim in expected]:
        yield f"is not a list of the claims {', '.join(claim['id'] for claim in expected)}"
        return
    for ours, theirs in zip(found, expected, strict=True):
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key) != theirs.get(key):
                yield f"claim {theirs['id']}: {key} is {ours.get(key)}, summary.csv gives {theirs.get(key)}"


def metrics_are(found: Any, expected: dict[str, Any]) -> Reasons:
    if found != expected:
        yield "the mean accuracies are not those that summary.csv gives"


def picture(content: bytes, ends: tuple[bytes, bytes]) -> Reasons:
    if not (content.startswith(ends[0]) and content.endswith(ends[1])):
        yield "is not a whole picture"


def layer_table(recipe: Recipe, kept: dict[str, list[dict[str, tuple[int, list[int]]]]]) -> pd.DataFrame:
    """Size and kept weights of every layer of every mask drawn at initialisation, a row a seed."""
    rows = [
        (mask.method, mask.density, seed, layer, size, count)
        for mask in recipe.masks.values()
        for block, layers in zip(recipe.blocks, kept[mask.key], strict=True)
        for layer, (size, counts) in layers.items()
        for seed, count in zip(block.seeds, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["mask", "target_density", "seed", "layer", "weights", "kept"])
