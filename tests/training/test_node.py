"""One node: masks, determinism, independence of neighbours, data order, pruning, and what is recorded."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from sculpt import models
from sculpt.core.files import write_json
from sculpt.core.randomness import generator
from sculpt.data.augmentation import Images, augmented, epoch_draws, noisy_labels
from sculpt.pruning.mask import ScoreError, draw_at_random, prune_by_magnitude
from sculpt.training import evaluation, execution
from sculpt.training.execution import DeviceError, be_deterministic, device_of, place_model
from sculpt.training.node import TrainingError, train
from sculpt.training.rates import learning_rates

CLASSES, N, BATCH, EPOCHS = 3, 24, 8, 2
MODEL = {"name": "resnet20", "classes": CLASSES, "width": 4}


@pytest.fixture(autouse=True)
def deterministic():
    """As the jobs run; put back for the tests of other modules."""
    be_deterministic()
    yield
    torch.set_deterministic_debug_mode("default")


def data(seeds, n=N, shift=1, key=0, noise=0.0, double=False):
    """Images of 8x8 with a bright block where their class is, under noise."""
    random = torch.Generator().manual_seed(key)
    labels = torch.arange(n) % CLASSES
    pixels = torch.randint(120, (n, 1, 8, 8), generator=random)
    for image, label in zip(pixels, labels, strict=True):
        image[0, 2:6, 2 * int(label) : 2 * int(label) + 3] += 100
    noisy = noisy_labels(labels, CLASSES, noise, seeds)
    placed = Images.place(pixels.to(torch.uint8), noisy, [100.0], [60.0], shift, torch.device("cpu"))
    return replace(placed, mean=placed.mean.double(), scale=placed.scale.double()) if double else placed


def settings(seeds, **other):
    given = {
        "seeds": list(seeds),
        "model": MODEL,
        "batch_size": BATCH,
        "schedule": {"name": "triangular", "warmup": 0.5, "start": 0.2},
        "learning_rate": 0.1,
        "momentum": 0.9,
        "weight_decay": 0.01,
        "label_smoothing": 0.0,
        "label_noise": 0.0,
        "shift": 1,
        "flip": True,
        "epochs": EPOCHS,
        "first_epoch": 0,
        "stop_epoch": None,
        "stretch": 1,
        "prune": None,
        "profile": {"device": "cpu", "precision": "float32"},
    }
    assert not other.keys() - given.keys()
    return given | other


def empty_network(seeds, images, model=MODEL):
    return place_model(model, len(seeds), images).to(images.mean.dtype)


def initial(seeds, images, model=MODEL):
    network = empty_network(seeds, images, model)
    network.initialise([generator("initial weights", seed) for seed in seeds])
    return network.checkpoint()


def full(seeds, model=MODEL):
    shapes = models.build(replicates=1, channels=1, **model).shapes()
    return {name: torch.ones(len(seeds), *shape, dtype=torch.bool) for name, shape in shapes.items()}


def sparse(seeds, density=0.3, model=MODEL):
    shapes = models.build(replicates=1, channels=1, **model).shapes()
    return draw_at_random("erk", shapes, lambda shape: float(sum(shape)), density, list(seeds))


def epoch_batches(images, seeds, epoch, size):
    return [augmented(images, draws) for draws in epoch_draws(images, list(seeds), epoch, size, flip=True)]


def nothing(seeds):
    return [{"seed": seed, "epochs": 0, "train_flops": 0, "train_flops_dense": 0} for seed in seeds]


def run(
    seeds=(0, 1),
    weights=None,
    mask=None,
    scored=None,
    images=None,
    before=None,
    progress=None,
    checkpoints=None,
    model=MODEL,
    **other,
):
    """A node with all of its arguments filled in."""
    images = data(seeds) if images is None else images
    return train(
        settings(seeds, model=model, **other),
        empty_network(seeds, images, model),
        initial(seeds, images, model) if weights is None else weights,
        sparse(seeds, model=model) if mask is None else mask,
        scored,
        nothing(seeds) if before is None else before,
        images,
        replace(data(seeds, 12, 0, key=1), mean=images.mean, scale=images.scale),
        progress or (lambda done, last, loss: None),
        checkpoints,
    )


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def kept_shares(mask):
    return torch.cat([kept.flatten(1) for kept in mask.values()], 1).double().mean(1).tolist()


# Masks.


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
    schedule = settings(seeds)["schedule"]
    rates = iter(learning_rates(schedule, 0.05, EPOCHS, EPOCHS * N // BATCH))
    network.train()
    for epoch in range(EPOCHS):
        for x, labels in epoch_batches(images, seeds, epoch, BATCH):
            masked = {name: p * held[name] if name in held else p for name, p in parameters.items()}
            logits = functional_call(network, masked, (x,)).float()  # as the loop's loss, which is in float32
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


# Determinism.


def test_the_same_call_gives_the_same_bytes(tmp_path):
    first, second = run(), run()
    assert save(first.weights) == save(second.weights)
    assert save(first.mask) == save(second.mask)
    assert first.history == second.history
    for name, records in (("a", first.records), ("b", second.records)):
        write_json(tmp_path / name, records)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("width", "prune"), [(8, None), (8, 0.1), (16, None)])
def test_a_seeds_result_does_not_depend_on_its_neighbours(width, prune):
    """Bit for bit, for two seeds or more side by side: weights, mask, history and record.

    At widths that are multiples of 8. At others the last channels of a stack fall out of the vector units, and batch
    norm's backward pass and the mean over positions round them otherwise than the first (measured with width 4).
    """
    model, results = MODEL | {"width": width}, {}
    for seeds in ((0, 1, 2), (0, 1), (1, 2)):
        images = data(seeds, n=64)
        trained = run(
            seeds, images=images, scored=initial(seeds, images, model), model=model, prune=prune, batch_size=32
        )
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


# The order of the data.

STATELESS = {"momentum": 0.0, "schedule": {"name": "constant", "warmup": 0.0}}
"""Nothing but the weights passes from one epoch to the next, so a chain of nodes can equal one long node."""


def chain(first_epochs, **other):
    """One-epoch nodes, each on the weights of the one before."""
    trained = run(epochs=1, first_epoch=first_epochs[0], **other)
    for epoch in first_epochs[1:]:
        trained = run(weights=trained.weights, before=trained.records, epochs=1, first_epoch=epoch, **other)
    return trained


def test_the_order_is_keyed_by_the_cumulative_epoch():
    """A second cycle goes on with the order where the first stopped; it does not repeat the first one's."""
    together = run(epochs=2, **STATELESS)
    chained, repeated = chain([0, 1], **STATELESS), chain([0, 0], **STATELESS)
    assert save(together.weights) == save(chained.weights)
    assert not same(together.weights, repeated.weights)
    for record, whole in zip(chained.records, together.records, strict=True):
        assert (record["epochs"], record["train_flops"]) == (whole["epochs"], whole["train_flops"])
        assert record["validation"] == whole["validation"]
    assert [row["epoch"] for row in chained.history] == [2, 2]


def test_every_cycle_begins_with_a_fresh_optimizer():
    """With momentum a chain differs from one long node, and its second cycle's first step is plain descent."""
    constant = {"schedule": STATELESS["schedule"]}
    assert not same(run(epochs=2, **constant).weights, chain([0, 1], **constant).weights)
    one_step = {"batch_size": N, **constant}
    assert same(chain([0, 1], **one_step).weights, chain([0, 1], momentum=0.0, **one_step).weights)


def test_first_epoch_moves_the_order_and_the_history_and_not_the_schedule():
    first, later = run(), run(first_epoch=6)
    assert [row["epoch"] for row in later.history] == [7, 7, 8, 8]
    assert [row["seed"] for row in later.history] == [0, 1, 0, 1]
    assert [row["learning_rate"] for row in later.history] == [row["learning_rate"] for row in first.history]
    assert not same(first.weights, later.weights)


def test_stop_epoch_is_the_beginning_of_the_full_cycle():
    """Weight rewinding's checkpoint is on the dense cycle's own path, bit for bit."""
    snapshots = {}
    seeds, images = (0, 1), data((0, 1))
    network = empty_network(seeds, images)

    def snap(done, last, loss):
        assert last == 4
        snapshots[done] = network.checkpoint()

    whole = train(
        settings(seeds, epochs=4),
        network,
        initial(seeds, images),
        full(seeds),
        None,
        nothing(seeds),
        images,
        data(seeds, 12, 0, key=1),
        snap,
    )
    for stop in (1, 3):
        part = run(mask=full(seeds), epochs=4, stop_epoch=stop)
        assert save(part.weights) == save(snapshots[stop])
        assert part.history == whole.history[: 2 * stop]
        assert [record["epochs"] for record in part.records] == [stop, stop]
        assert part.records[0]["train_flops"] * 4 == whole.records[0]["train_flops"] * stop
    assert not same(snapshots[3], whole.weights)


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


# Pruning.


def test_pruning_is_exact_and_within_the_mask_before():
    seeds = (0, 1)
    first = run(mask=full(seeds))
    mask = first.mask
    for density in (0.5, 0.2, 0.05):
        trained = run(weights=first.weights, scored=first.weights, mask=mask, prune=density)
        total = sum(kept[0].numel() for kept in mask.values())
        assert kept_shares(trained.mask) == [round(density * total) / total] * 2
        assert [record["density"] for record in trained.records] == pytest.approx(kept_shares(trained.mask), rel=1e-6)
        for name, kept in trained.mask.items():
            assert not (kept & ~mask[name]).any()
            assert not trained.weights[name][~kept].any()
        first, mask = trained, trained.mask


def test_the_mask_comes_from_the_scored_weights_and_training_from_the_weights():
    """IMP: the magnitudes are those of the trained network, and training starts from the initial one."""
    seeds = (0, 1)
    images = data(seeds)
    start, end = initial(seeds, images), run(mask=full(seeds)).weights
    imp = run(weights=start, scored=end, mask=full(seeds), prune=0.3)
    expected = prune_by_magnitude(end, full(seeds), 0.3)
    assert same(imp.mask, expected)
    assert not same(expected, prune_by_magnitude(start, full(seeds), 0.3))
    assert same(imp.weights, run(weights=start, mask=expected).weights)


def test_a_prune_that_cannot_be_made_is_refused():
    seeds = (0, 1)
    with pytest.raises(ScoreError, match="are left"):
        run(mask=sparse(seeds, 0.3), scored=initial(seeds, data(seeds)), prune=0.4)


def test_looking_just_after_the_prune_leaves_no_trace():
    """A pruned node is trained as a node that is given its mask, batch-norm state as carried."""
    seeds = (0, 1)
    dense = run(mask=full(seeds))
    pruned = run(weights=dense.weights, scored=dense.weights, mask=full(seeds), prune=0.1)
    given = run(weights=dense.weights, mask=pruned.mask)
    assert save(pruned.weights) == save(given.weights)
    assert pruned.history == given.history
    assert all("after_prune" in record for record in pruned.records)
    assert all("after_prune" not in record for record in given.records)
    assert [{k: v for k, v in record.items() if k != "after_prune"} for record in pruned.records] == given.records


def test_just_after_the_prune_with_carried_and_with_estimated_statistics():
    seeds = (0, 1)
    dense = run(mask=full(seeds), epochs=4)
    pruned = run(weights=dense.weights, scored=dense.weights, mask=full(seeds), prune=0.1)
    images, validation = data(seeds), data(seeds, 12, 0, key=1)
    network = empty_network(seeds, images)
    masked = {n: w * pruned.mask[n] if n in pruned.mask else w for n, w in dense.weights.items()}
    network.load(masked)
    everything = torch.arange(N)

    def measured():
        with torch.no_grad():
            x, labels = validation.plain(torch.arange(12), 2)
            logits = network.eval()(x)
        hits = (logits.argmax(2) == labels).double().mean(1) * 100
        losses = [cross_entropy(logits[r], labels[r]).item() for r in range(2)]
        return [{"accuracy": hits[r].item(), "loss": pytest.approx(losses[r], rel=1e-5)} for r in range(2)]

    carried = measured()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0  # one batch of all training images: its statistics take the place of the carried ones
    with torch.no_grad():
        network.train()(images.plain(everything, 2)[0])
    estimated = measured()
    for r, record in enumerate(pruned.records):
        assert record["after_prune"] == {"carried": carried[r], "reestimated": estimated[r]}
        assert record["after_prune"]["carried"] != record["after_prune"]["reestimated"]


# What is recorded.


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
    second = run(seeds, weights=first.weights, mask=full(seeds), before=first.records, epochs=1)
    for r in range(2):
        assert second.records[r]["epochs"] == 3
        assert second.records[r]["train_flops"] == 3 * forward[r] * samples + 3 * dense * 24
        assert second.records[r]["train_flops_dense"] == 3 * dense * (samples + 24)


@pytest.mark.parametrize("batch", [500, 5])
def test_validation_is_the_checkpoints_own(monkeypatch, batch):
    """Accuracy in percent and mean loss in evaluation mode, in batches of any size."""
    monkeypatch.setattr(evaluation, "BATCH", batch)
    seeds = (0, 1)
    trained = run(label_smoothing=0.1)
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
    trained = run(mask=full(seeds), batch_size=N, label_smoothing=smoothing, epochs=3)
    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    ((x, labels),) = epoch_batches(images, seeds, 0, N)
    logits = network.train()(x)
    rates = learning_rates(settings(seeds)["schedule"], 0.1, 3, 3)
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
    trained = run(mask=full(seeds), learning_rate=1e-12, weight_decay=0.0, epochs=1)
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
    rates = learning_rates(settings(seeds)["schedule"], 1e-12, 1, 3)
    assert {row["learning_rate"] for row in trained.history} == {rates[-1]}


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


# What is refused.


def test_a_loss_that_is_not_finite_names_epoch_and_seed():
    with pytest.raises(TrainingError, match=r"epoch 1: the training loss of seed 5 is (nan|inf)"):
        run((5, 6), learning_rate=1e12, weight_decay=0.5)
    seeds = (5, 6)
    weights = initial(seeds, data(seeds))
    weights["head.weight"][1] = torch.nan
    with pytest.raises(TrainingError, match=r"epoch 4: the training loss of seed 6 is nan"):
        run(seeds, weights=weights, first_epoch=3)


def test_a_last_step_that_ends_in_no_number_is_refused():
    """The loss of the only step is that of the initial weights; the validation loss after it is nan."""
    with pytest.raises(TrainingError, match="seed 0"):
        run(epochs=1, batch_size=N, learning_rate=1e12)


def test_a_device_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="asks for a CUDA device, and there is none"):
        device_of({"device": "cuda"})
    assert device_of({"device": "auto"}) == device_of({"device": "cpu"}) == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(execution, "cuda_device", lambda: torch.device("cuda", 1))
    assert device_of({"device": "auto"}) == device_of({"device": "cuda"}) == torch.device("cuda", 1)
    assert device_of({"device": "cpu"}) == torch.device("cpu")


def test_determinism_is_asked_for():
    torch.set_deterministic_debug_mode("default")
    torch.set_num_threads(2)
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.allow_tf32 = True
    be_deterministic()
    assert torch.are_deterministic_algorithms_enabled() and not torch.is_deterministic_algorithms_warn_only_enabled()
    assert torch.get_num_threads() == 1
    assert torch.get_float32_matmul_precision() == "highest" and torch.backends.cudnn.allow_tf32 is False
    assert torch.backends.cudnn.benchmark is False
