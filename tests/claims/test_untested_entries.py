"""Each entry that would test a claim does so: it is added to an experiment, planned, and judged on made-up results.

Nothing is trained: the tables are those of the planned tree with accuracies from a fixed generator.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
import yaml

from sculpt.core.kinds import CLAIMS
from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.pipeline.dag.grid import Grid
from sculpt.recipe.selection import selected
from sculpt.statistics.judgement.judging import judge, needed
from sculpt.statistics.summary import summarise
from sculpt.statistics.tables import Tables

ROOT = Path(__file__).parents[2]
MADE = ("summary", "history")
DIGITS = yaml.safe_load((ROOT / "params.yaml").read_text())["experiments"]["digits"]
BARE = {key: DIGITS[key] for key in ("data", "model", "training", "profiles", "criteria")} | {
    "seeds": 2,
    "replicates": 2,
    "cycles": 3,
    "runs": [{"method": "cyclic", "mask": "erk", "densities": [0.05, 0.01]}],
}
COSTLY = {"n4_rigl", "n4_gmp", "n4_acdc"}
"""They need starts of SCULPT around the cost of the rule, which no table tells before the rule was run."""


@pytest.fixture(scope="module")
def before():
    """The bare experiment, and what its tables cannot test, by module."""
    made = tables(Grid("bare", described(read({"bare": BARE})["bare"])).tree)
    modules = [module for module in CLAIMS.names if "published" not in needed(module)]
    return [(module, line) for module in modules for line in judge([module], made)[1]]


def tables(tree):
    """Of a planned experiment. FLOPs are in proportion to epochs and density."""
    random = np.random.default_rng(0)
    records = {}
    for key in (*tree.masks, *tree.nodes):
        node = tree.nodes.get(key)
        flops = int(1000 * node.trained_epochs * node.density) if node else 1
        cost = {"epochs": node.trained_epochs if node else 0, "train_flops": flops, "train_flops_dense": flops}
        scored = {"train_loss": 0.5, "validation": {"accuracy": 0.0}, "after_prune": {}}
        records[key] = [
            {"seed": seed, "density": 0.5, **cost, **scored, "validation": {"accuracy": random.uniform(50, 90)}}
            | ({"after_prune": _pruned(random)} if node and node.prune else {})
            for block in tree.blocks
            for seed in block.seeds
        ]
    seeds = [seed for block in tree.blocks for seed in block.seeds]
    tests = pd.DataFrame(
        [(key, seed, random.uniform(50, 90), 0.5) for key in tree.nodes for seed in seeds],
        columns=["node", "seed", "accuracy", "loss"],
    )
    paths = pd.DataFrame(
        [(run.id, cycle, key) for run in tree.runs for cycle, key in enumerate(run.path, len(run.checkpoints) + 1)],
        columns=["run", "cycle", "node"],
    )
    return Tables({"summary": summarise("some", tree, records, tests), "history": paths})


def _pruned(random):
    return {kind: {"accuracy": random.uniform(10, 50)} for kind in ("carried", "reestimated")}


def read(experiments):
    """The checked experiments of one params.yaml."""
    text = yaml.safe_dump({"experiment": "bare", "recorded": [], "experiments": experiments})
    with TemporaryDirectory() as folder:
        (Path(folder) / "params.yaml").write_text(text)
        return load(Path(folder) / "params.yaml").experiments


def planned(entries):
    """The bare experiment with each entry, as the stages see it."""
    wanted = {f"with-{i}": with_entry(entry) for i, entry in enumerate(entries)}
    checked = read({"bare": BARE} | wanted)
    return {entry: Grid(name, described(checked[name])) for name, entry in zip(wanted, entries, strict=True)}


def with_entry(entry):
    """The bare experiment with the lines of an entry."""
    added = yaml.safe_load(entry)
    return {"based_on": "bare", **added, "runs": [*BARE["runs"], *added.get("runs", [])]}


def test_an_entry_adds_what_its_claim_needs(before):
    lacking = [(module, line) for module, line in before if line.entry]
    assert len(lacking) > 60
    after = planned(list(dict.fromkeys(line.entry for _, line in lacking)))
    judged = {line.entry for module, line in lacking if set(needed(module)) <= set(MADE)}
    made = {entry: tables(after[entry].tree) for entry in judged}
    told = {entry: _told(*judge(_modules(lacking, entry), table)) for entry, table in made.items()}
    wrong = [line for _, line in lacking if line.entry in told and not _is_there(line.id, told[line.entry])]
    assert [line for line in wrong if line.id not in COSTLY] == []
    for module, line in lacking:
        grid = after[line.entry]
        others = set(needed(module)) - set(MADE)
        for table in others - {"hardware", "profiles"}:
            assert selected(grid.tree, grid.experiment["analyses"][table]), line
        assert "hardware" in grid.experiment or "hardware" not in others, line


def _modules(lacking, entry):
    return [*dict.fromkeys(module for module, line in lacking if line.entry == entry)]


def _told(claims, untested):
    """The ids of what was tested; of what lacks no run, but a gap that the made-up results do not have, as well."""
    return [claim["id"] for claim in claims] + [line.id for line in untested if line.reason.startswith("no gap")]


def _is_there(id_, ids):
    """Whether a claim of that id, or one of a family of that name, was judged."""
    return any(f"{found}_".startswith(f"{id_}_") for found in ids)
