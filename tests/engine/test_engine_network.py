"""What the trainer asks of a network: evaluation, statistics, updates, other masks, seeds in turn, and faults."""

import re

import pytest
import torch
from small_networks import CLASSES, Case, activations, batch_of, masked, reference_gradients
from torch.nn.functional import cross_entropy

from sculpt.data.augmentation import Images
from sculpt.engine.errors import EngineError
from sculpt.engine.network import Network
from sculpt.engine.programs import program
from sculpt.training.evaluation import BATCH, plain_batches

torch.set_num_threads(1)

RATES = [0.1, 0.05]


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(tensor, other[name]) for name, tensor in one.items())


def with_statistics(case):
    """Running statistics as after some training."""
    random = torch.Generator().manual_seed(3)
    for name, tensor in case.weights.items():
        if "running_mean" in name:
            tensor += 0.1 * torch.randn(tensor.shape, generator=random)
        if "running_var" in name:
            tensor *= 0.5 + torch.rand(tensor.shape, generator=random)
    return case


@pytest.mark.parametrize("name", ["resnet20", "resnet18 of imagenet", "resnet50", "vgg16", "mobilenetv2"])
def test_evaluation_is_torchs(name):
    case = with_statistics(Case(name, images=50))
    losses, predictions = case.network(threads=2).evaluate(case.images, 1)
    logits = case.reference().eval()(case.images.plain(torch.arange(50), 1)[0].double())[0]
    expected = cross_entropy(logits, case.images.labels[:, 1], reduction="none")
    assert (losses - expected).abs().max() < 1e-4
    assert torch.equal(predictions, logits.argmax(1))


def test_statistics_are_estimated_as_torch_does():
    case = Case("resnet20", images=BATCH + 100)
    network = case.network()
    network.estimate(case.images)
    model = case.reference().train()
    layers = [layer for layer in model.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    for i, (images, _) in enumerate(plain_batches(case.images, 1), start=1):
        for layer in layers:
            layer.momentum = 1 / i
        model(images.double())
    found = network.weights()
    for name, tensor in model.checkpoint().items():
        assert (found[name] - tensor[0]).abs().max() < 1e-5 * max(1, tensor.abs().max()), name


def test_a_channel_that_reads_dead_ones_has_no_variance():
    # Sums of squares around anything but its own value would leave some, and batch norm divides by its root.
    case = Case("mobilenetv2")
    case.mask["body.stage1_1.depthwise.0.weight"][:] = False
    case.weights["body.stage1_1.depthwise.1.bias"][:] = 1.5
    network = case.network()
    network.estimate(case.images)
    found = network.weights()
    assert found["body.stage1_1.project.1.running_mean"].abs().max() > 0.1
    assert found["body.stage1_1.project.1.running_var"].max() < 1e-12


def test_more_images_than_the_programs_have_room_for_are_refused():
    case = Case("resnet20")
    network = case.network(batch_size=16)
    uses = (
        lambda: network.gradient(case.images, 0, case.draws(32)[0]),
        lambda: network.train(case.images, 0, case.draws(32), RATES),
    )
    for use in uses:
        with pytest.raises(EngineError, match="batches of 32 images do not fit those of 16"):
            use()


def test_an_update_is_that_of_sgd_with_momentum():
    case = Case("resnet20")
    network = case.network(recompute=False)
    velocity = [torch.rand(tensor.shape) * 0.01 for tensor in network.velocity]
    named = dict(zip(network.parameters.shapes, velocity, strict=True))
    velocity = list((named | masked(named, case.mask)).values())
    network.set_velocity(velocity)
    draws = case.draws()[:1]
    network.train(case.images, 0, draws, [0.1])
    _, gradients = reference_gradients(case, batch_of(case, draws[0], 0), activations(network, 48))
    gradients |= masked(gradients, case.mask)
    found = network.weights()
    for (name, gradient), before, after in zip(gradients.items(), velocity, network.velocity, strict=True):
        expected = 0.9 * before + gradient + 5e-4 * case.weights[name]
        assert (after - expected).abs().max() < 1e-5
        assert (found[name] - (case.weights[name] - 0.1 * expected)).abs().max() < 1e-5


def test_running_statistics_and_loss_of_an_epoch_are_torchs():
    case = Case("resnet18")
    network = case.network()
    draws = case.draws()
    loss, accuracy = network.train(case.images, 1, draws, [0.0, 0.0])
    model = case.reference().train()
    losses, hits = [], []
    for batch in draws:
        images, labels = batch_of(case, batch, 1)
        logits = model(images.double())[0]
        losses.append(cross_entropy(logits, labels, label_smoothing=0.1).item())
        hits.append((logits.argmax(1) == labels).double().mean().item())
    assert loss == pytest.approx(sum(losses) / len(losses), abs=1e-5)
    assert accuracy == pytest.approx(100 * sum(hits) / len(hits))
    found = network.weights()
    for name, tensor in model.checkpoint().items():
        if "running" in name:
            assert (found[name] - tensor[0]).abs().max() < 1e-5 * max(1, tensor.abs().max()), name


def test_a_checkpoint_and_the_velocity_are_all_that_a_network_is():
    case = Case("resnet20")
    network, later = case.network(), case.network()
    network.train(case.images, 0, case.draws(), RATES)
    weights, velocity = network.weights(), network.velocity
    later.load(weights, case.mask)
    later.set_velocity(velocity)
    for one in (network, later):
        one.train(case.images, 0, case.draws(epoch=1), RATES)
    assert equal(network.weights(), later.weights())
    assert not equal(network.weights(), weights)


def test_an_epoch_that_comes_back_to_python_between_batches_has_the_same_bits(monkeypatch):
    case = Case("resnet20")
    network, other = case.network(16), case.network(16)
    network.train(case.images, 0, case.draws(16), [0.1] * 6)
    monkeypatch.setattr(program, "SECONDS", 1e-9)
    assert other.train(case.images, 0, case.draws(16), [0.1] * 6)[0] > 0
    assert equal(network.weights(), other.weights())


def test_networks_that_take_turns_are_as_if_each_were_alone():
    cases = [Case("resnet20", density=density, seed=seed) for seed, density in enumerate([0.3, 1.0, 0.05])]
    first = cases[0].network()
    sharing = [first, first.another(), first.another()]
    for network, case in zip(sharing, cases, strict=True):
        network.load(case.weights, case.mask)
    alone = [case.network() for case in cases]
    for epoch in range(2):
        for networks in (sharing, alone):
            for network, case in zip(networks, cases, strict=True):
                network.train(case.images, 0, case.draws(epoch=epoch), RATES)
    for one, other in zip(sharing, alone, strict=True):
        assert equal(one.weights(), other.weights())
        assert all(torch.equal(*pair) for pair in zip(one.velocity, other.velocity, strict=True))


def test_the_same_mask_again_only_takes_the_weights():
    case, other = Case("resnet20"), Case("resnet20", seed=1)
    network, fresh = case.network(), case.network()
    network.train(case.images, 0, case.draws(), RATES)
    weights = other.weights | masked(other.weights, case.mask)
    for one in (network, fresh):
        one.load(weights, {name: tensor.clone() for name, tensor in case.mask.items()})
        one.train(case.images, 0, case.draws(), RATES)
    assert equal(network.weights(), fresh.weights())


def test_another_mask_keeps_what_both_have():
    case, other = Case("resnet20"), Case("resnet20", seed=1)
    network = case.network()
    network.train(case.images, 0, case.draws(), RATES)
    weights, velocity = network.weights(), dict(zip(network.parameters.shapes, network.velocity, strict=True))
    network.replace(other.mask)
    found, moving = network.weights(), dict(zip(network.parameters.shapes, network.velocity, strict=True))
    assert equal(found, weights | masked(weights, other.mask))
    assert equal(moving, velocity | masked(velocity, other.mask))
    network.train(case.images, 0, case.draws(), RATES)
    grown = {name: ~case.mask[name] & kept for name, kept in other.mask.items()}
    after = network.weights()
    assert all(after[name][new].any() for name, new in grown.items())
    assert not any(after[name][~kept].any() for name, kept in other.mask.items())


def test_the_mean_loss_is_not_finite_where_a_weight_is_not():
    case = Case("resnet20")
    network = case.network()
    loss, _ = network.train(case.images, 0, case.draws()[:1], [float("inf")])
    assert not all(torch.isfinite(tensor).all() for tensor in network.weights().values())
    assert loss != loss


def test_nan_reaches_the_loss_from_the_first_layer():
    case = Case("mobilenetv2")
    name = next(iter(case.mask))
    case.weights[name].view(-1)[case.mask[name].view(-1).nonzero()[0]] = float("nan")
    loss, _ = case.network().train(case.images, 0, case.draws(), RATES)
    assert loss != loss


HEAD = "head.weight"


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda w, m: w.pop(HEAD), "the checkpoint does not fit the model: only one of the two has head.weight"),
        (lambda w, m: w.update({HEAD: w[HEAD][1:]}), "checkpoint does not fit the model: head.weight is (9, 32), exp"),
        (lambda w, m: w.update({HEAD: w[HEAD].double()}), "head.weight is torch.float64, expected torch.float32"),
        (lambda w, m: m.pop(HEAD), "the mask does not fit the model: only one of the two has head.weight"),
        (lambda w, m: m.update({HEAD: m[HEAD][1:]}), "the mask does not fit the model: head.weight is (9, 32)"),
        (lambda w, m: m.update({HEAD: m[HEAD].float()}), "mask does not fit the model: head.weight is torch.float32"),
    ],
)
def test_what_does_not_fit_is_named(spoil, message):
    case = Case("resnet20")
    network = case.network()
    weights, mask = dict(case.weights), dict(case.mask)
    spoil(weights, mask)
    with pytest.raises(EngineError, match=re.escape(message)) as raised:
        network.load(weights, mask)
    assert "\n" not in str(raised.value)


def test_velocity_batches_and_images_that_do_not_fit_are_refused():
    case = Case("resnet20")
    network = case.network(32)
    with pytest.raises(EngineError, match="velocity does not fit the model: 1 tensors, expected 65"):
        network.set_velocity(network.velocity[:1])
    with pytest.raises(EngineError, match=r"velocity does not fit the model: body\.conv\.weight is "):
        network.set_velocity(network.velocity[::-1])
    with pytest.raises(EngineError, match="batches of 48 images do not fit those of 32"):
        network.train(case.images, 0, case.draws(), RATES)
    resized = case.draws(32).repeat(1, 2, 1, 1)[:, :6]
    with pytest.raises(EngineError, match="lacks crops that are resized"):
        network.train(case.images, 0, resized, [0.1] * 3)
    larger = Images.place(torch.zeros(4, 3, 9, 9).byte(), torch.zeros(4, 1).long(), [0.0] * 3, [1.0] * 3, 0, "cpu")
    with pytest.raises(EngineError, match=re.escape("the images are (3, 9, 9), the model was traced for (3, 8, 8)")):
        network.evaluate(larger)


def test_a_program_runs_with_its_own_library_only():
    case = Case("resnet20")
    network = case.network()
    network.evaluate(case.images)
    network.programs.library = network.programs.library._replace(variant="another")
    with pytest.raises(EngineError, match=r"this program was built for the kernels .*, not for another"):
        network.evaluate(case.images)


def test_a_network_for_evaluation_alone_needs_no_settings():
    case = Case("resnet20")
    network = Network(case.model, case.images.shape, CLASSES)
    network.load(case.weights)
    losses, _ = network.evaluate(case.images)
    assert len(losses) == 96
    assert "training" not in vars(network.programs), "it was not built"
