"""`sculpt.load`: one network, its mask, its record, what it comes to; and what is refused."""

import copy
import shutil

import numpy as np
import pytest
import torch
from made_results import FACTS, MODEL, PRUNED, RUN, SIZES, TRUNK, made_results

import sculpt
from sculpt.core.files import write_json


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return made_results(tmp_path_factory.mktemp("made"))


@pytest.fixture
def pruned(made):
    return sculpt.load("made", PRUNED, seed=1, root=made.root)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("node", ["init/init", TRUNK, PRUNED])
def test_a_seed_is_one_network_that_computes_what_the_stack_computes(made, node, seed):
    trained = sculpt.load("made", node, seed=seed, root=made.root)
    assert (trained.experiment, trained.node, trained.seed) == ("made", node, seed)
    assert not trained.module.training
    for split in SIZES:
        found = trained.evaluate(split)
        assert found["accuracy"] == made.accuracy[node, seed, split]
        assert found["loss"] == pytest.approx(made.loss[node, seed, split], rel=1e-6)
        assert found["images"] == SIZES[split]


def test_a_seed_of_a_table_is_a_plain_number(made):
    seed = sculpt.summary("made", made.root)["seed"].unique()[1]
    assert type(seed) is not int
    trained = sculpt.load("made", PRUNED, seed=seed, root=made.root)
    assert type(trained.seed) is int and trained.seed == seed


def test_a_run_is_its_last_node(made):
    assert sculpt.load("made", RUN, seed=2, root=made.root).node == PRUNED
    assert sculpt.load("made", "cyclic/erk_0.5", root=str(made.root)).node == TRUNK


def test_the_weights_are_those_of_the_seed_and_zero_outside_the_mask(made, pruned):
    state = pruned.module.state_dict()
    ours = made.weights[PRUNED, 1]
    assert torch.equal(state["conv1.weight"], ours["body.conv.weight"])
    assert torch.equal(state["fc.bias"], ours["head.bias"])
    for name, kept in pruned.mask.items():
        assert kept.dtype == torch.bool
        assert not state[name][~kept].any()
        assert state[name][kept].all()


def test_densities_are_counted_from_the_mask(made, pruned):
    theirs = made.mask[PRUNED, 1]
    kept, total = (sum(f(mask) for mask in theirs.values()) for f in (lambda m: int(m.sum()), torch.numel))
    assert pruned.kept == kept
    assert pruned.density == kept / total
    layers = pruned.layer_densities()
    assert list(layers.index) == list(pruned.mask) and layers.index[0] == "conv1.weight"
    assert layers.index[-1] == "fc.weight"
    assert list(layers) == [int(mask.sum()) / mask.numel() for mask in theirs.values()]
    sizes = np.array([mask.numel() for mask in theirs.values()])
    assert np.average(layers, weights=sizes) == pytest.approx(pruned.density, rel=1e-12)


def test_the_record_tells_of_this_seed_alone(pruned):
    assert pruned.record["model"] == MODEL
    assert pruned.record["lineage"]["weights"] == TRUNK
    assert pruned.record["prune"]["density"] == 0.1
    assert pruned.record["seed"] == 1
    assert pruned.record["data"] == FACTS | {"sizes": SIZES}
    assert not pruned.record.keys() & {"seeds", "layout"}
    assert pruned.history["train_loss"].tolist() == [2, 3]
    assert pruned.history.index.tolist() == [0, 1]


def test_nothing_was_trained_at_the_initialisation(made):
    start = sculpt.load("made", "init/init", root=made.root)
    assert start.density == 1
    assert list(start.history.columns) == ["seed", "epoch", "learning_rate", "train_loss", "train_accuracy"]
    assert len(start.history) == 0


def test_images_are_the_normalised_centre(made, pruned):
    images, labels = pruned.images("validation")
    assert images.shape == (9, 1, 8, 8) and images.dtype == torch.float32 and images.is_contiguous()
    assert labels.tolist() == [0, 1] * 4 + [0]
    hits = pruned.module(images).argmax(1) == labels
    assert 100 * int(hits.sum()) / 9 == pruned.evaluate("validation")["accuracy"]


def test_accuracy_of_each_class(pruned):
    images, labels = pruned.images("test")
    hits = pruned.module(images).argmax(1) == labels
    found = pruned.evaluate()
    assert found["per_class"] == [100 * float(hits[labels == k].sum()) / int((labels == k).sum()) for k in range(3)]
    assert pruned.evaluate("validation")["per_class"][2] is None  # no image of that class


def test_evaluation_in_batches_comes_to_the_same(pruned, monkeypatch):
    whole = pruned.evaluate()
    monkeypatch.setattr("sculpt.api.evaluation.MOST_VALUES", 7 * 8 * 8)
    parts = pruned.evaluate()
    assert parts["accuracy"] == whole["accuracy"]
    assert parts["loss"] == pytest.approx(whole["loss"], rel=1e-6)


def test_evaluation_leaves_the_module_as_it_was(pruned):
    network = pruned.module.train()
    network.bn1.eval()  # a frozen layer, as in fine-tuning
    before = copy.deepcopy(network.state_dict())
    frozen = [part.training for part in network.modules()]
    pruned.evaluate()
    assert [part.training for part in network.modules()] == frozen
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_the_module_trains_further(pruned):
    images, labels = pruned.images("train")
    network = pruned.module.train()
    optimiser = torch.optim.SGD(network.parameters(), 0.1)
    before = torch.nn.functional.cross_entropy(network(images), labels)
    for _ in range(5):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        optimiser.step()
        with torch.no_grad():
            for name, kept in pruned.mask.items():
                network.get_parameter(name).mul_(kept)
    assert torch.nn.functional.cross_entropy(network(images), labels) < before
    assert not network.fc.weight[~pruned.mask["fc.weight"]].any()


@pytest.mark.parametrize("value", [torch.bfloat16, torch.float64])
def test_a_module_of_another_precision_is_evaluated_in_it(pruned, value):
    pruned.module.to(value)
    assert 0 <= pruned.evaluate()["accuracy"] <= 100


def test_it_says_what_it_is(pruned):
    assert repr(pruned).startswith(f"Trained(made {PRUNED}, seed 1: ResNet, {pruned.kept:,} of ")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("mode", PRUNED), "experiment: 'mode' is not there; allowed: made; nearest: 'made'"),
        (("made", "sculpt/erk_0.5/cycle_1/0.2"), f"nearest: '{PRUNED}'"),
        (("made", "cyclic/erk_0.6"), "nearest: 'cyclic/erk_0.5'"),
        (("made", "masks/erk_0.5"), "is a mask, which has no weights; allowed: a trained node or a run"),
        (("made", ""), "node: '' is not there"),
        (("made", "../made"), "node: '../made' is not there"),
        (("made", PRUNED, 3), f"seed: 3; allowed: 0 to 2, which {PRUNED} was trained with"),
        (("made", PRUNED, -1), "seed: -1; allowed: 0 to 2"),
        (("", PRUNED), "experiment: '' is not there"),
    ],
)
def test_what_is_not_there_is_one_line_with_the_nearest(made, asked, says):
    with pytest.raises(sculpt.SculptError) as error:
        sculpt.load(*asked, root=made.root)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_split(pruned):
    with pytest.raises(sculpt.SculptError, match="split: 'tets'; allowed: train, validation, test; nearest: 'test'"):
        pruned.evaluate("tets")


def test_no_experiment_at_all(tmp_path):
    with pytest.raises(sculpt.SculptError, match=r"allowed: none, .*results holds no finished experiment"):
        sculpt.load("digits", PRUNED, root=tmp_path)


def test_an_experiment_that_has_not_ended_says_what_makes_it(tmp_path):
    (tmp_path / "results/begun/data").mkdir(parents=True)
    with pytest.raises(sculpt.SculptError, match="`make reproduce EXPERIMENT=begun` makes them"):
        sculpt.load("begun", PRUNED, root=tmp_path)


def test_weights_of_another_model_are_named(made, tmp_path):
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    folder = sculpt.load("made", PRUNED, root=tmp_path).folder
    record = {"model": MODEL | {"width": 3}, "seeds": [{"seed": 0}, {"seed": 1}]}
    write_json(folder / "record.json", record)
    with pytest.raises(sculpt.SculptError, match=r"weights\.safetensors: does not fit the model: body"):
        sculpt.load("made", PRUNED, root=tmp_path)
