"""Networks on a line: where they lie, what batch norm sees there, and that both engines say the same of them."""

import pytest
import torch
from landscape_networks import blocks, masked, moved, pictures, splits
from torch.nn.functional import cross_entropy

from sculpt.studies.landscape import points
from sculpt.studies.landscape.points import ALPHAS, End, Line, between, heights


def one(node, replicate: int) -> End:
    return End(*({name: tensor[replicate] for name, tensor in part.items()} for part in (node.weights, node.mask)))


def test_a_line_has_its_ends_and_is_an_end_wherever_they_are_equal():
    random = torch.Generator().manual_seed(1)
    start, end = ({"w": torch.randn(1000, generator=random)} for _ in range(2))
    assert torch.equal(between(start, end, 0.0)["w"], start["w"]) and torch.equal(
        between(start, end, 1.0)["w"], end["w"]
    )
    for alpha in ALPHAS:
        assert torch.equal(between(start, start, alpha)["w"], start["w"])
    quarter = between({"w": torch.tensor([1.0, 0.0])}, {"w": torch.tensor([2.0, 4.0])}, 0.3)["w"]
    assert quarter.tolist() == pytest.approx([1.3, 1.2]) and quarter.dtype == torch.float32
    assert ALPHAS[0] == 0 and ALPHAS[5] == 0.5 and ALPHAS[-1] == 1 and len(ALPHAS) == 11


def test_heights_are_signed_and_above_the_line_between_the_ends():
    values = [10.0, *[20.0] * 9, 30.0]
    assert heights(values) == pytest.approx([0, *(20 - 10 - 20 * alpha for alpha in ALPHAS[1:-1]), 0])
    assert heights(values)[1] == pytest.approx(8) and heights(values)[9] == pytest.approx(-8)
    assert heights([7.1] * 11) == [0.0] * 11


@pytest.fixture(scope="module")
def ends():
    node = masked(blocks())
    return node, moved(masked(blocks(), draw=2), "cyclic/x/cycle_2")


def test_the_kernels_and_torch_say_the_same(ends, monkeypatch):
    network, images = blocks(), splits()
    start, end = (one(node, 1) for node in ends)
    kernels = Line(network, images).points(start, end, 1)
    monkeypatch.setattr(points, "takes", lambda alone, split: False)
    torchs = Line(network, images).points(start, end, 1)
    for split in ("train", "validation"):
        assert [point.accuracy for point in kernels[split]] == [point.accuracy for point in torchs[split]]
        losses = [[point.loss for point in found[split]] for found in (kernels, torchs)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-5) and len(set(losses[0])) == len(ALPHAS)


def test_a_point_is_its_network_with_the_statistics_of_the_training_images(ends):
    start, end = (one(node, 0) for node in ends)
    images, network = splits(), blocks(1)
    found = Line(blocks(), images).points(start, end, 0)
    for place in (0, 5, 10):
        network.load(
            {name: tensor[None] for name, tensor in between(start.weights, end.weights, ALPHAS[place]).items()}
        )
        x, _ = images("train").plain(torch.arange(30), 1)
        network.train()
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 1.0  # one batch: its statistics
        with torch.no_grad():
            network(x)
            network.eval()
            x, labels = images("validation").plain(torch.arange(20), 1)
            logits = network(x)[0]
        point = found["validation"][place]
        assert point.loss == pytest.approx(float(cross_entropy(logits, labels[0])), rel=1e-5)
        assert point.accuracy == pytest.approx(100 * float((logits.argmax(1) == labels[0]).float().mean()))


def test_labels_are_those_of_the_replicate(ends, monkeypatch):
    images = splits()
    other = pictures(20, draw=12)
    other.labels[:, 1] = (other.labels[:, 1] + 1) % 3
    of = {"train": images("train"), "validation": other}.__getitem__
    start, end = (one(node, 0) for node in ends)
    for _ in range(2):
        line = Line(blocks(), of)
        first, second = (line.points(start, end, r) for r in range(2))
        assert first["train"] == second["train"] and first["validation"] != second["validation"]
        monkeypatch.setattr(points, "takes", lambda alone, split: False)  # then the same by torch
