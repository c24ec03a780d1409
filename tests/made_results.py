"""A folder of results as jobs write it, of tiny networks that nothing was trained for, and what they come to."""

from dataclasses import dataclass, field
from math import fsum
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch.nn.functional import cross_entropy

from sculpt.core.files import write_json, write_rows
from sculpt.core.randomness import generator
from sculpt.core.tables import write_table
from sculpt.core.tensors import write_tensors
from sculpt.models.build import build
from sculpt.pruning.mask import densities, keep_highest
from sculpt.recipe.node import below_results
from sculpt.recipe.run import labels
from sculpt.statistics.summary import COLUMNS

MODEL = {"name": "resnet20", "width": 4}
BLOCKS = {"seeds_0-1": [0, 1], "seeds_2-2": [2]}
FACTS = {"channels": 1, "classes": 3, "mean": [120.0], "scale": [60.0], "crop": 8}
SIZES = {"train": 12, "validation": 9, "test": 20}
TRUNK, PRUNED, RUN = "cyclic/erk_0.5/cycle_1", "sculpt/erk_0.5/cycle_1/0.1", "sculpt/erk_0.5/0.1"
CLAIMS = [
    {"id": "a", "statement": "One beats two", "verdict": "supported", "effect": 2.0, "ci_low": 1.0, "ci_high": 3.0},
    {"id": "b", "verdict": "inconclusive", "statement": "Two beats three", "effect": None, "caveats": ["short"]},
]


@dataclass
class Made:
    """experiment `made` below root. weights, mask: by node and seed, each tensor without the axis of the seeds.
    accuracy, loss: of the stack, by node, seed and split."""

    root: Path
    weights: dict[tuple[str, int], dict[str, torch.Tensor]] = field(default_factory=dict)
    mask: dict[tuple[str, int], dict[str, torch.Tensor]] = field(default_factory=dict)
    accuracy: dict[tuple[str, int, str], float] = field(default_factory=dict)
    loss: dict[tuple[str, int, str], float] = field(default_factory=dict)

    @property
    def results(self) -> Path:
        return self.root / "results/made"


def made_results(root: Path) -> Made:
    made = Made(root)
    splits = {split: _write_split(made, split, count) for split, count in SIZES.items()}
    write_json(made.results / "data/data.json", FACTS | {"sizes": SIZES})
    for block, seeds in BLOCKS.items():
        for number, (key, density) in enumerate({"init/init": 1.0, TRUNK: 0.5, PRUNED: 0.1}.items()):
            network = build(MODEL, len(seeds), 1, 3)
            network.initialise([generator("made", number, seed) for seed in seeds])
            weights = network.checkpoint()
            prunable = {name: weights[name] for name in network.prunable()}
            mask = keep_highest({name: weight.abs() for name, weight in prunable.items()}, density)
            network.load(weights | {name: weight * mask[name] for name, weight in prunable.items()})
            _settle(network, splits["train"][0])
            weights = network.checkpoint()
            _write_node(made, block, seeds, key, weights, mask)
            _note(made, seeds, key, network, weights, mask, splits)
    for block, seeds in BLOCKS.items():
        rows = [{"seed": seed, "density": 0.5, "epochs": 0} for seed in seeds]
        write_json(made.results / f"masks/{block}/erk_0.5/record.json", {"criterion": {"name": "erk"}, "seeds": rows})
    write_table(made.results / "summary/summary.csv", _summary(made))
    write_json(made.results / "summary/claims.json", CLAIMS)
    return made


def _write_split(made: Made, split: str, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Images of 10 pixels, of which the middle 8 enter the network: as those, normalised, with their labels."""
    pixels = torch.randint(256, (count, 1, 10, 10), generator=generator("made images", count), dtype=torch.uint8)
    labels = torch.arange(count) % (2 if split == "validation" else 3)
    write_tensors(made.results / f"data/{split}.safetensors", {"images": pixels, "labels": labels})
    return (pixels[:, :, 1:9, 1:9].float() - 120.0) / 60.0, labels


def _settle(network: Any, images: torch.Tensor) -> None:
    """Running statistics of the images and a large head, so that the logits of untrained networks tell images apart."""
    for norm in (part for part in network.modules() if isinstance(part, torch.nn.BatchNorm2d)):
        norm.momentum = 1.0
    network.head.weight.data *= 5
    network.train()
    with torch.no_grad():
        network(images.repeat(1, network.replicates, 1, 1))


def _write_node(made: Made, block: str, seeds: list[int], key: str, weights: Any, mask: Any) -> None:
    folder = made.results / below_results(block, key)
    write_tensors(folder / "weights.safetensors", weights)
    write_tensors(folder / "mask.safetensors", mask)
    rows = [{"seed": seed, "density": d, "epochs": 2} for seed, d in zip(seeds, densities(mask), strict=True)]
    record: dict[str, Any] = {"model": MODEL, "layout": "replicate-major", "seeds": rows}
    if key != "init/init":
        record["lineage"] = {"weights": "init/init", "mask": "masks/erk_0.5"}
        epochs = [{"seed": seed, "epoch": epoch, "train_loss": seed + epoch} for epoch in (1, 2) for seed in seeds]
        write_rows(folder / "history.csv", epochs)
    if key == PRUNED:
        record |= {"lineage": dict.fromkeys(("weights", "mask", "scored"), TRUNK)}
        record |= {"prune": {"density": 0.1, "criterion": {"name": "magnitude"}}}
    write_json(folder / "record.json", record)


def _note(made: Made, seeds: list[int], key: str, network: Any, weights: Any, mask: Any, splits: Any) -> None:
    network.eval()
    for replicate, seed in enumerate(seeds):
        made.weights[key, seed] = {name: tensor[replicate] for name, tensor in weights.items()}
        made.mask[key, seed] = {name: tensor[replicate] for name, tensor in mask.items()}
        for split, (images, truth) in splits.items():
            with torch.no_grad():
                logits = network(images.repeat(1, len(seeds), 1, 1))[replicate]
            made.accuracy[key, seed, split] = 100 * int((logits.argmax(1) == truth).sum()) / len(truth)
            made.loss[key, seed, split] = fsum(cross_entropy(logits, truth, reduction="none").tolist()) / len(truth)


def _summary(made: Made) -> pd.DataFrame:
    """Two runs: the trunk, which nobody asked for, of one cycle, and what was pruned from it, of two."""
    cyclic = {"run": "cyclic/erk_0.5", "cycle": 1, "cycles": 1, "node": TRUNK, "result": False}
    named = labels("cyclic", mask="erk", target_density=0.5)
    pruned = {"run": RUN, "cycle": 2, "cycles": 2, "node": PRUNED, "result": True}
    of_pruned = labels("sculpt", mask="erk", start_density=0.5, target_density=0.1, criterion="magnitude")
    rows = [
        {
            **{"experiment": "made", "dataset": "noise", "model": "resnet20_w4", "seed": seed, "selected": True},
            **{
                "epochs": 2 * row["cycle"],
                "train_flops": 1000 * row["cycle"],
                "train_flops_dense": 4000 * row["cycle"],
            },
            **{"density": 0.5 if row["node"] == TRUNK else 0.1, "train_loss": 1.0},
            **row,
            **run_labels,
            "val_accuracy": made.accuracy[row["node"], seed, "validation"],
            "test_accuracy": made.accuracy[row["node"], seed, "test"],
            "test_loss": made.loss[row["node"], seed, "test"],
        }
        for row, run_labels in ((cyclic, named), (pruned, of_pruned), (pruned | {"cycle": 1, "node": TRUNK}, of_pruned))
        for seed in (0, 1, 2)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
