"""The stages that look at trained nodes find them by their keys, and see only the splits that they may see."""

import shutil
from argparse import Namespace

import numpy as np
import pandas as pd
import pytest
import torch

from sculpt.core.files import MASK, WEIGHTS, write_json
from sculpt.core.hits import read_hits
from sculpt.core.tensors import write_tensors
from sculpt.models.build import build
from sculpt.recipe.node import below_results
from sculpt.stages import analyse, evaluate
from sculpt.stages.artifacts.nodes import node_folder
from sculpt.stages.jobs.job import Job

MODEL = {"name": "resnet20", "width": 2}
SEEDS = [2, 3]
BLOCK = "seeds_2-3"
NODES = {"cyclic/erk_0.5/cycle_1": 1.0, "cyclic/erk_0.5/cycle_2": 1.5}
"""How large the weights of each node are."""


@pytest.fixture
def experiment(tmp_path):
    """Two nodes of two seeds, and data of two classes."""
    generator = torch.Generator().manual_seed(0)
    network = build(MODEL, len(SEEDS), 1, 2)
    network.initialise([torch.Generator().manual_seed(seed) for seed in SEEDS])
    first = {name: tensor for name, tensor in network.checkpoint().items()}
    for key, size in NODES.items():
        stage, _, name = key.partition("/")
        folder = tmp_path / "results" / stage / BLOCK / name
        write_tensors(folder / WEIGHTS, {name: size * tensor for name, tensor in first.items()})
        write_tensors(folder / MASK, {n: torch.ones_like(t, dtype=torch.bool) for n, t in first.items() if t.dim() > 2})
    facts = {"channels": 1, "classes": 2, "mean": [0.0], "scale": [16.0]}
    write_json(tmp_path / "data" / "data.json", facts)
    for split, count in (("train", 6), ("validation", 4), ("test", 8)):
        images = torch.randint(0, 16, (count, 1, 8, 8), dtype=torch.uint8, generator=generator)
        write_tensors(tmp_path / "data" / f"{split}.safetensors", {"images": images, "labels": torch.arange(count) % 2})
    return tmp_path


def run(stage, folder, **config) -> pd.DataFrame:
    settings = {"model": MODEL, "seeds": SEEDS, "profile": {"device": "cpu", "precision": "float32"}, **config}
    paths = {"data": folder / "data", "results": folder / "results", "out": folder / "out.csv"}
    paths |= {"hits": folder / "out.hits"} if stage is evaluate else {}
    stage.main(Namespace(config=settings, threads=1, **paths), Job("job", folder / "job.log"))
    return pd.read_csv(folder / "out.csv")


def test_a_node_and_the_initialisation_lie_where_their_jobs_put_them(tmp_path):
    for key in ("init/init", "masks/erk_0.5", *NODES):
        assert node_folder(tmp_path, key, [2, 3]) == tmp_path / below_results(BLOCK, key)


def test_an_analysis_sees_each_node_beside_the_one_before_and_never_the_test_split(experiment):
    (experiment / "data" / "test.safetensors").unlink()
    first, second = NODES
    pairs = [[first, None], [second, first]]
    found = run(analyse, experiment, analysis={"name": "overlap"}, nodes=pairs)
    whole = found[found["layer"] == "all"]
    assert whole[["node", "seed"]].values.tolist() == [[key, seed] for key in NODES for seed in SEEDS]
    assert whole["before"].isna().tolist() == [True, True, False, False]
    assert whole["relative_distance"].tolist()[2:] == pytest.approx([0.5, 0.5])
    assert (whole["overlap"].dropna() == 1).all()


def test_an_analysis_gets_the_network_of_its_node_and_the_splits_that_it_asks_for(experiment, monkeypatch):
    seen = []

    def look(node, before, network, images, settings):
        loaded = network.checkpoint()
        seen.append((node.key, before.key, settings["name"], len(images("train")), len(images("validation"))))
        assert all(torch.equal(tensor, node.weights[name]) for name, tensor in loaded.items())
        with pytest.raises(analyse.AnalysisError, match="split 'test'; allowed: train, validation"):
            images("test")
        return []

    monkeypatch.setattr(analyse, "ANALYSES", type("Register", (), {"load": staticmethod(lambda name: look)}))
    first, second = NODES
    with pytest.raises(analyse.AnalysisError, match="look: no row for any of 1 nodes"):
        run(analyse, experiment, analysis={"name": "look"}, nodes=[[second, first]])
    assert seen == [(second, first, "look", 6, 4)]


def test_evaluation_takes_nodes_of_any_stage_by_their_keys(experiment):
    first, second = NODES
    sculpt = experiment / "results" / "sculpt" / BLOCK / "erk_0.5" / "cycle_1" / "0.1"
    shutil.copytree(experiment / "results" / "cyclic" / BLOCK / "erk_0.5" / "cycle_1", sculpt)
    keys = [second, "sculpt/erk_0.5/cycle_1/0.1", first]
    found = run(evaluate, experiment, nodes=keys)
    assert list(found.columns) == ["node", "seed", "class", "images", "accuracy", "loss"]
    assert list(dict.fromkeys(found["node"])) == keys
    by_node = {key: rows.drop(columns="node").reset_index(drop=True) for key, rows in found.groupby("node")}
    pd.testing.assert_frame_equal(by_node[first], by_node["sculpt/erk_0.5/cycle_1/0.1"])
    assert not by_node[first].equals(by_node[second])
    assert by_node[first][["seed", "class", "images"]].values.tolist() == [[2, 0, 4], [2, 1, 4], [3, 0, 4], [3, 1, 4]]
    hits, classes = read_hits(experiment / "out.hits"), np.arange(8) % 2
    assert list(hits) == [(key, seed) for key in sorted(keys) for seed in SEEDS]
    for row in found.to_dict("records"):
        hit = hits[row["node"], row["seed"]]
        assert len(hit) == 8 and 100 * hit[classes == row["class"]].mean() == row["accuracy"]
