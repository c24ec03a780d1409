"""A small experiment, and what its nodes and masks might have come to."""

import numpy as np
import pandas as pd

from sculpt.recipe.tree import Tree

EPOCHS = 5
OWN = {"dense/cycle_1": 100, "dense/rewind_2": 40}
"""Training FLOPs of a node by itself; every other node takes 10, and a mask 1."""


def tree(*runs):
    """Two seed blocks of one seed, three cycles."""
    training = {"epochs": EPOCHS, "label_noise": 0.0}
    return Tree(
        {
            "seeds": 2,
            "replicates": 1,
            "cycles": 3,
            "data": {"name": "digits"},
            "model": {"name": "resnet20", "width": 8},
            "training": training,
            "variants": {"noisy": {**training, "label_noise": 0.2}},
            "criteria": {name: {"name": name} for name in ("erk", "magnitude", "snip")},
            "runs": runs,
        }
    )


def records(made):
    """One entry per seed of each node and mask, with costs of its own; validation accuracy from a fixed generator."""
    random = np.random.default_rng(0)
    found = {}
    for key in (*made.masks, *made.nodes):
        node = made.nodes.get(key)
        flops = OWN.get(key, 10 if node else 1)
        cost = {"epochs": node.trained_epochs if node else 0, "train_flops": flops, "train_flops_dense": 2 * flops}
        found[key] = [
            {"seed": seed, "density": 0.125, **cost}
            | ({"train_loss": 0.5, "validation": {"accuracy": random.uniform(50, 90), "loss": 1.0}} if node else {})
            for block in made.blocks
            for seed in block.seeds
        ]
    return found


def tests(made):
    """Accuracy and loss on the test split of each node and seed."""
    rows = [(key, seed, 80.0 + seed, 0.25) for key in made.nodes for seed in (0, 1)]
    return pd.DataFrame(rows, columns=["node", "seed", "accuracy", "loss"])


def history(node):
    """What a node writes of its training."""
    epochs = [node.first_epoch + epoch for epoch in range(1, node.trained_epochs + 1)]
    rows = [(seed, epoch, 0.1, 1 / epoch, 90.0) for epoch in epochs for seed in (0, 1)]
    return pd.DataFrame(rows, columns=["seed", "epoch", "learning_rate", "train_loss", "train_accuracy"])
