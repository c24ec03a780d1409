"""The table of curvature against the dense Hessian of a network that is small enough to form it."""

import pytest
import torch
from landscape_networks import SEEDS, blocks, loaded, masked, splits
from torch.func import functional_call

from sculpt.core.checkpoint import Checkpoint
from sculpt.models.frozen import apart, frozen, parameters, support
from sculpt.studies.landscape.analyses.curvature import analyse

IMAGES = 24


def network(replicates: int = 2):
    """Of about two hundred parameters."""
    return blocks(replicates, width=3)


def rows_of(of, node, images=None, count=IMAGES):
    settings = {"name": "curvature", "images": count}
    return analyse(node, None, loaded(of, node), images or splits(), settings)


@pytest.fixture(scope="module")
def exact():
    """Of each seed loss, gradient and Hessian in float64, of all parameters and within the mask; and the parameters."""
    node, found = masked(network()), []
    x, labels = splits()("train").plain(torch.arange(IMAGES), 1)
    for r in range(2):
        weights, mask = (
            {name: tensor[r : r + 1] for name, tensor in part.items()} for part in (node.weights, node.mask)
        )
        still = frozen(network(1), weights)
        names = [name for name, _ in still.named_parameters()]

        def loss(flat, still=still, names=names):
            logits = functional_call(still, dict(zip(names, apart(still, flat[None]), strict=True)), (x.double(),))
            return torch.nn.functional.cross_entropy(logits[0], labels[0])

        point, within = parameters(still)[0], support(still, mask)[0]
        whole = torch.autograd.functional.hessian(loss, point)
        gradient = torch.autograd.functional.jacobian(loss, point)
        found.append((float(loss(point)), gradient[within > 0], whole, within > 0, point[within > 0]))
    return node, found


def test_the_eigenvalue_is_that_of_the_hessian_within_the_mask(exact):
    node, of_seeds = exact
    rows = rows_of(network(), node)
    assert [row["seed"] for row in rows] == SEEDS and {row["node"] for row in rows} == {node.key}
    for row, (loss, gradient, whole, kept, point) in zip(rows, of_seeds, strict=True):
        largest = float(torch.linalg.eigvalsh(whole[kept][:, kept])[-1])
        assert row["eigenvalue"] == pytest.approx(largest, rel=1e-3)
        assert row["eigenvalue"] != pytest.approx(float(torch.linalg.eigvalsh(whole)[-1]), rel=1e-2)
        assert row["train_loss"] == pytest.approx(loss, rel=1e-5)
        assert row["gradient_norm"] == pytest.approx(float(gradient.norm()), rel=1e-4)
        assert row["weight_norm_squared"] == pytest.approx(float(point.square().sum()), rel=1e-6)
        assert row["scaled"] == pytest.approx(row["eigenvalue"] * row["weight_norm_squared"], rel=1e-6)


def test_it_stops_at_the_residual(exact):
    for row in rows_of(network(), exact[0]):
        assert 1 < row["iterations"] < 20 and row["residual"] <= 1e-4 * abs(row["eigenvalue"])


def test_what_a_seed_gets_depends_on_no_other(exact):
    node, _ = exact
    alone = Checkpoint(
        node.key, node.seeds[1:], *({n: t[1:] for n, t in part.items()} for part in (node.weights, node.mask))
    )
    assert rows_of(network(1), alone, splits(replicates=1)) == rows_of(network(), node)[1:]


def test_images_are_the_first_ones_and_a_smaller_split_has_all(exact):
    node, _ = exact
    few, every, more = (rows_of(network(), node, count=count) for count in (5, 30, 1000))
    assert every == more and few[0]["train_loss"] != every[0]["train_loss"]
