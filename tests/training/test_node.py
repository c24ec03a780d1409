"""One node: masks, determinism, independence of neighbours, and that it learns."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save
from small_nodes import (
    BATCH,
    EPOCHS,
    MODEL,
    N,
    data,
    empty_network,
    epoch_batches,
    initial,
    prune_to,
    run,
    same,
    settings,
    sgd,
    sparse,
)
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from sculpt.core.files import write_json
from sculpt.training.rates import learning_rates
from sculpt.training.records import TrainingError


def test_pruned_weights_are_exactly_zero_and_everything_else_is_trained():
    seeds = (0, 1)
    trained, start = run(), initial(seeds, data(seeds))
    for name, kept in sparse(seeds).items():
        assert not trained.weights[name][~kept].any()
        assert (trained.weights[name][kept] != start[name][kept]).float().mean() > 0.99, name
    assert same(trained.mask, sparse(seeds))
    vectors = [name for name in start if name not in trained.mask]
    assert any("running_var" in name for name in vectors) and "head.bias" in vectors
    assert all((trained.weights[name] != start[name]).any() for name in vectors)


def test_masking_after_the_step_equals_a_mask_in_the_forward_pass():
    """In float64, against torch's SGD on the unmasked weights, whose product with the mask enters the forward pass."""
    seeds = (0, 1)
    images = data(seeds, double=True)
    mask = sparse(seeds, 0.1)
    found = run(seeds, mask=mask, images=images, learning_rate=0.05)

    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    held = network.stack(mask)
    parameters = dict(network.named_parameters())
    optimizer = torch.optim.SGD(parameters.values(), lr=1.0, momentum=0.9, weight_decay=0.01)
    schedule = settings(seeds)["training"]["schedule"]
    rates = iter(learning_rates(schedule, 0.05, EPOCHS, EPOCHS * N // BATCH))
    network.train()
    for epoch in range(EPOCHS):
        for x, labels in epoch_batches(images, seeds, epoch, BATCH):
            masked = {name: p * held[name] if name in held else p for name, p in parameters.items()}
            logits = functional_call(network, masked, (x,))
            loss = sum(cross_entropy(logits[r], labels[r]) for r in range(len(seeds)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.param_groups[0]["lr"] = next(rates)
            optimizer.step()
    expected = network.checkpoint()
    for name, tensor in expected.items():
        tensor = tensor * mask[name] if name in mask else tensor
        assert tensor.dtype == torch.float64
        assert (found.weights[name] - tensor).abs().max() < 1e-10 * tensor.abs().max(), name


def test_weights_given_under_a_mask_are_masked_before_the_first_step():
    """Weights of a dense network under a sparse mask (as in IMP): what lies outside the mask has no effect."""
    seeds = (0, 1)
    start, mask = initial(seeds, data(seeds)), sparse(seeds)
    other = {name: torch.where(mask[name], w, w + 5) if name in mask else w for name, w in start.items()}
    assert same(run(weights=start).weights, run(weights=other).weights)


def test_the_same_call_gives_the_same_bytes(tmp_path):
    first, second = run(), run()
    assert save(first.weights) == save(second.weights)
    assert save(first.mask) == save(second.mask)
    assert first.history == second.history
    for name, records in (("a", first.records), ("b", second.records)):
        write_json(tmp_path / name, records)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("width", "prune"), [(8, {}), (8, prune_to(0.1)), (16, {})])
def test_a_seeds_result_does_not_depend_on_its_neighbours(width, prune):
    """Bit for bit, for two seeds or more side by side: weights, mask, history and record.

    At widths that are multiples of 8. At others the last channels of a stack fall out of the vector units, and batch
    norm's backward pass and the mean over positions round them otherwise than the first (measured with width 4).
    """
    model, results = MODEL | {"width": width}, {}
    for seeds in ((0, 1, 2), (0, 1), (1, 2)):
        images = data(seeds, n=64)
        trained = run(seeds, images=images, scored=initial(seeds, images, model), model=model, batch_size=32, **prune)
        for r, seed in enumerate(seeds):
            results.setdefault(seed, []).append(
                (
                    {name: tensor[r] for name, tensor in trained.weights.items()},
                    {name: tensor[r] for name, tensor in trained.mask.items()},
                    [row for row in trained.history if row["seed"] == seed],
                    trained.records[r],
                )
            )
    assert [len(found) for found in results.values()] == [2, 3, 2]
    for found in results.values():
        for other in found[1:]:
            assert same(found[0][0], other[0]) and same(found[0][1], other[1])
            assert found[0][2:] == other[2:]
    assert not same(results[0][0][0], results[1][0][0])


def test_flip_and_label_noise_change_training():
    seeds = (0, 1)
    plain = run()
    assert not same(plain.weights, run(flip=False).weights)
    noisy = run(images=data(seeds, noise=0.5))
    assert not same(plain.weights, noisy.weights)
    # One replicate's labels are its own business: noise on seed 1 leaves seed 0 alone.
    images = data(seeds)
    labels = torch.stack([images.labels[:, 0], data(seeds, noise=0.5).labels[:, 1]], 1)
    half = run(images=replace(images, labels=labels))
    for name in plain.weights:
        assert torch.equal(half.weights[name][0], plain.weights[name][0])
    assert save({n: w[1].clone() for n, w in half.weights.items()}) == save(
        {n: w[1].clone() for n, w in noisy.weights.items()}
    )


def test_progress_is_told_after_every_epoch():
    told = []
    trained = run(epochs=3, progress=lambda *told_now: told.append(told_now))
    means = [sum(row["train_loss"] for row in trained.history[i : i + 2]) / 2 for i in (0, 2, 4)]
    assert [now[:2] for now in told] == [(1, 3), (2, 3), (3, 3)]
    assert [now[2] for now in told] == pytest.approx(means, rel=1e-6)


def test_training_learns():
    seeds = (0, 1)
    trained = run(seeds, images=data(seeds, n=96, shift=0), mask=sparse(seeds, 0.5), epochs=6, flip=False)
    losses = [row["train_loss"] for row in trained.history if row["seed"] == 0]
    assert losses[-1] < losses[0] / 3
    assert min(record["validation"]["accuracy"] for record in trained.records) > 75


def test_a_loss_that_is_not_finite_names_epoch_and_seed():
    with pytest.raises(TrainingError, match=r"epoch 1: the training loss of seed 5 is (nan|inf)"):
        run((5, 6), learning_rate=1e12, **sgd(weight_decay=0.5))
    seeds = (5, 6)
    weights = initial(seeds, data(seeds))
    weights["head.weight"][1] = torch.nan
    with pytest.raises(TrainingError, match=r"epoch 4: the training loss of seed 6 is nan"):
        run(seeds, weights=weights, first_epoch=3)


def test_a_last_step_that_ends_in_no_number_is_refused():
    """The loss of the only step is that of the initial weights; the validation loss after it is nan."""
    with pytest.raises(TrainingError, match="seed 0"):
        run(epochs=1, batch_size=N, learning_rate=1e12)


def test_a_batch_that_the_images_do_not_fill_is_refused():
    with pytest.raises(TrainingError, match=r"^training.batch_size: 25; allowed: at most the training images \(24\)$"):
        run(batch_size=N + 1)
    assert run(batch_size=N, epochs=1).records[0]["epochs"] == 1
