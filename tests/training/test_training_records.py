"""What a node records: its own cost, its history, and its validation."""

import pytest
import torch
from safetensors.torch import save
from small_nodes import (
    BATCH,
    N,
    data,
    empty_network,
    epoch_batches,
    full,
    initial,
    kept_shares,
    prune_to,
    run,
    settings,
    sgd,
    smoothed,
    sparse,
)
from torch.nn.functional import cross_entropy

from sculpt.core.costs import dense_forward_flops, forward_flops
from sculpt.training import evaluation
from sculpt.training.rates import learning_rates


def test_records_add_up_to_hand_computed_costs():
    """Two nodes, one after the other, at densities that differ between layers and seeds."""
    seeds = (0, 1)
    mask = {name: torch.zeros_like(kept) for name, kept in full(seeds).items()}
    mask["body.conv.weight"][:, 0, 0] = True  # 9 weights of the first layer, at 8 x 8 positions
    mask["body.stage2_1.conv1.weight"][1, 0, 0, 0] = True  # 3 weights more for seed 1, at 4 x 4
    mask["head.weight"][:] = True  # 16 * 3 weights, at one
    forward = [2 * (9 * 64 + 48), 2 * (9 * 64 + 3 * 16 + 48)]
    weights = {4: 36 + 6 * 144, 8: 288 + 5 * 576 + 32, 16: 1152 + 5 * 2304 + 128}
    dense = 2 * (weights[4] * 64 + weights[8] * 16 + weights[16] * 4 + 48)
    first = run(seeds, mask=mask, epochs=2, batch_size=7)
    samples = 2 * 21  # two epochs of three batches of 7; three images are left out of each
    total = sum(weights.values()) + 48
    for r in range(2):
        record = first.records[r]
        assert (record["seed"], record["epochs"]) == (seeds[r], 2)
        assert record["train_flops"] == 3 * forward[r] * samples
        assert record["train_flops_dense"] == 3 * dense * samples
        assert record["density"] == pytest.approx([57, 60][r] / total, rel=1e-6)
        assert record["train_loss"] == first.history[2 + r]["train_loss"]
    second = run(seeds, weights=first.weights, mask=full(seeds), epochs=1)
    for r in range(2):
        assert second.records[r]["epochs"] == 1, "a record holds the node's own cost"
        assert second.records[r]["train_flops"] == second.records[r]["train_flops_dense"] == 3 * dense * 24


@pytest.mark.parametrize(
    ("criterion", "passes"),
    [
        ({"name": "magnitude"}, 0),
        ({"name": "snip", "samples_per_class": 2}, 6),
        ({"name": "grasp", "samples_per_class": 2}, 24),
        ({"name": "synflow", "rounds": 5}, 5),
        ({"name": "erk"}, 0),
        ({"name": "balanced"}, 0),
        ({"name": "uniform"}, 0),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) else "",
)
def test_a_prune_by_a_criterion_is_charged_for_its_scores(criterion, passes):
    """Passes of one image through the network before the prune, under each seed's own mask."""
    seeds = (0, 1)
    start, mask = initial(seeds, data(seeds)), sparse(seeds, 0.4)
    pruned = run(weights=start, scored=start, mask=mask, **prune_to(0.1, **criterion))
    given = run(weights=start, mask=pruned.mask)
    assert save(pruned.weights) == save(given.weights)
    total = sum(kept[0].numel() for kept in mask.values())
    assert kept_shares(pruned.mask) == [round(0.1 * total) / total] * 2
    assert not any((kept & ~mask[name]).any() for name, kept in pruned.mask.items())
    positions = empty_network(seeds, data(seeds)).positions((1, 8, 8))
    sparse_flops, dense_flops = forward_flops(mask, positions), dense_forward_flops(mask, positions)
    for record, plain, forward in zip(pruned.records, given.records, sparse_flops, strict=True):
        assert record["train_flops"] - plain["train_flops"] == 3 * passes * forward
        assert record["train_flops_dense"] - plain["train_flops_dense"] == 3 * passes * dense_flops


@pytest.mark.parametrize("batch", [500, 5])
def test_validation_is_the_checkpoints_own(monkeypatch, batch):
    """Accuracy in percent and mean loss in evaluation mode, in batches of any size."""
    monkeypatch.setattr(evaluation, "BATCH", batch)
    seeds = (0, 1)
    trained = run(**smoothed(0.1))
    validation = data(seeds, 12, 0, key=1)
    network = empty_network(seeds, validation)
    network.load(trained.weights)
    x, labels = validation.plain(torch.arange(12), 2)
    logits = network.eval()(x)
    for r in range(2):
        expected = {
            "accuracy": 100 * int((logits[r].argmax(1) == labels[r]).sum()) / 12,
            "loss": cross_entropy(logits[r], labels[r]).item(),
        }
        assert trained.records[r]["validation"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_history_holds_the_loss_and_accuracy_of_each_epoch(smoothing):
    """One step an epoch, so the first row is that of the initial weights."""
    seeds = (0, 1)
    images = data(seeds)
    trained = run(mask=full(seeds), batch_size=N, epochs=3, **smoothed(smoothing))
    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    ((x, labels),) = epoch_batches(images, seeds, 0, N)
    logits = network.train()(x)
    rates = learning_rates(settings(seeds)["training"]["schedule"], 0.1, 3, 3)
    for r, row in enumerate(trained.history[:2]):
        loss = cross_entropy(logits[r], labels[r], label_smoothing=smoothing).item()
        accuracy = 100 * (logits[r].argmax(1) == labels[r]).double().mean().item()
        assert row == {
            "seed": seeds[r],
            "epoch": 1,
            "learning_rate": rates[0],
            "train_loss": pytest.approx(loss, rel=1e-5),
            "train_accuracy": pytest.approx(accuracy, rel=1e-5),
        }
    assert [row["learning_rate"] for row in trained.history[::2]] == rates


def test_history_averages_over_the_steps_and_has_the_last_rate_of_an_epoch():
    """At rate 0 in all but name, every step's loss is that of the initial weights on its own batch."""
    seeds = (0, 1)
    images = data(seeds)
    trained = run(mask=full(seeds), learning_rate=1e-12, epochs=1, **sgd(weight_decay=0.0))
    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    network.train()
    losses, hits = torch.zeros(2), torch.zeros(2)
    for x, labels in epoch_batches(images, seeds, 0, BATCH):
        logits = network(x).detach()
        losses += torch.stack([cross_entropy(logits[r], labels[r]) for r in range(2)]) / 3
        hits += (logits.argmax(2) == labels).float().mean(1) / 3
    assert [row["train_loss"] for row in trained.history] == pytest.approx(losses.tolist(), rel=1e-4)
    assert [row["train_accuracy"] for row in trained.history] == pytest.approx((100 * hits).tolist(), rel=1e-4)
    rates = learning_rates(settings(seeds)["training"]["schedule"], 1e-12, 1, 3)
    assert {row["learning_rate"] for row in trained.history} == {rates[-1]}
