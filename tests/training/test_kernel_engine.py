"""The engine `kernels` trains and evaluates as torch does, up to rounding, and its bits are its own alone."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save
from small_nodes import data, empty_network, full, initial, prune_to, run, same, settings, smoothed, sparse

from sculpt.core.errors import SculptError
from sculpt.training import resume
from sculpt.training.engine import started
from sculpt.training.records import TrainingError

KERNELS = {"profile": {"device": "cpu", "precision": "float32", "engine": "kernels"}}


def moved(trained, start):
    """By how much training moved each weight, as one vector."""
    return torch.cat([(trained.weights[name] - start[name]).flatten() for name in start if "running" not in name])


@pytest.mark.parametrize("other", [{}, smoothed(0.1), {"flip": False}, {"epochs": 1, "stop_epoch": 1}])
def test_a_node_is_that_of_torch_up_to_rounding(other):
    """A ReLU whose sign a rounding flips moves a few weights otherwise."""
    start, mask = initial((0, 1), data((0, 1))), sparse((0, 1))
    begin = {name: w * mask[name] if name in mask else w for name, w in start.items()}
    given = {"weights": start, "mask": mask, "learning_rate": 0.001, **other}
    ours, theirs = run(**KERNELS, **given), run(**given)
    here, there = moved(ours, begin), moved(theirs, begin)
    assert 0 < (here - there).norm() < 0.02 * there.norm()
    assert same(ours.mask, theirs.mask)
    for mine, other_row in zip(ours.history, theirs.history, strict=True):
        assert mine == other_row | {
            "train_loss": pytest.approx(other_row["train_loss"], rel=1e-3),
            "train_accuracy": pytest.approx(other_row["train_accuracy"]),
        }
    for mine, record in zip(ours.records, theirs.records, strict=True):
        assert mine.keys() == record.keys()
        assert mine["train_flops"] == record["train_flops"]
        assert mine["validation"]["loss"] == pytest.approx(record["validation"]["loss"], rel=1e-3)


def test_a_seed_s_bits_do_not_depend_on_the_others():
    seeds = [3, 1, 2]
    images = data(seeds, noise=0.5)
    start, mask = initial(seeds, images), sparse(seeds)
    block = run(seeds, weights=start, mask=mask, images=images, **KERNELS)
    for i, seed in enumerate(seeds):
        own = {name: tensor[i : i + 1] for name, tensor in mask.items()}
        alone = run([seed], mask=own, images=data([seed], noise=0.5), **KERNELS)
        assert save(alone.weights) == save({name: tensor[i : i + 1] for name, tensor in block.weights.items()})
        assert alone.history == [row for row in block.history if row["seed"] == seed]
        assert alone.records[0] == block.records[i]


def test_a_prune_is_looked_at_and_leaves_no_trace():
    seeds = (0, 1)
    dense = run(mask=full(seeds), **KERNELS)
    pruned = run(weights=dense.weights, scored=dense.weights, mask=full(seeds), **prune_to(0.1), **KERNELS)
    given = run(weights=dense.weights, mask=pruned.mask, **KERNELS)
    assert save(pruned.weights) == save(given.weights) and pruned.history == given.history
    theirs = run(weights=dense.weights, scored=dense.weights, mask=full(seeds), **prune_to(0.1))
    for ours, torchs in zip(pruned.records, theirs.records, strict=True):
        for statistics in ("carried", "reestimated"):
            assert ours["after_prune"][statistics]["loss"] == pytest.approx(
                torchs["after_prune"][statistics]["loss"], rel=1e-4
            )


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_node_that_was_cut_off_goes_on_to_the_same_bytes(tmp_path, monkeypatch, epoch):
    monkeypatch.setattr(resume, "SECONDS", 0.0)

    class Cut(Exception):
        pass

    def cut(done, last, loss):
        if done == epoch:
            raise Cut

    def checkpoints():
        return resume.EpochCheckpoints(tmp_path / "a.log", "key", told.append)

    told: list[str] = []
    with pytest.raises(Cut):
        run(epochs=3, progress=cut, checkpoints=checkpoints(), **KERNELS)
    again, whole = run(epochs=3, checkpoints=checkpoints(), **KERNELS), run(epochs=3, **KERNELS)
    assert told and told[0].startswith(f"goes on after epoch {epoch}")
    assert save(again.weights) == save(whole.weights)
    assert (again.history, again.records) == (whole.history, whole.records)


def test_threads_and_variants_change_no_bit(monkeypatch):
    seeds = (0, 1)
    images = data(seeds)

    def losses(threads):
        given = settings(seeds, **KERNELS)
        network = empty_network(seeds, images)
        network.load(initial(seeds, images))
        engine = started(given, network, threads)
        engine.take()
        return engine.evaluate(images)[0]

    first = losses(1)
    assert torch.equal(first, losses(2))
    monkeypatch.setenv("SCULPT_KERNELS", "generic")
    assert torch.equal(first, losses(1))


def test_a_loss_that_is_not_finite_names_the_epoch():
    with pytest.raises(TrainingError, match=r"^epoch [12]: the training loss of seed 0 is (nan|inf)$"):
        run(learning_rate=1e30, **KERNELS)


def test_images_of_another_shape_than_the_first_are_refused():
    seeds = (0,)
    images = data(seeds)
    network = empty_network(seeds, images)
    engine = started(settings(seeds, **KERNELS), network)
    engine.take()
    engine.evaluate(images)
    with pytest.raises(SculptError, match="images are"):
        engine.evaluate(replace(images, room=0))
