"""A network of another number of replicates is made of the same layers."""

import pytest
import torch

from sculpt.models.build import build
from sculpt.models.restacked import restacked, single

MODELS = [
    {"name": "resnet20", "width": 2},
    {"name": "mobilenetv2", "width": 8, "stem": "cifar"},
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["name"])
def test_replicates_of_any_number_compute_the_same(model):
    two = build(model, 2, 1, 3)
    two.initialise([torch.Generator().manual_seed(seed) for seed in (0, 1)])
    weights, x = two.checkpoint(), torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(2))
    three = restacked(two, 3)
    three.load({name: tensor[[1, 0, 1]] for name, tensor in weights.items()})
    alone = single(two, weights, 1)
    with torch.no_grad():
        both, found = two.eval()(x.repeat(1, 2, 1, 1)), three.eval()(x.repeat(1, 3, 1, 1))
        assert torch.allclose(found, both[[1, 0, 1]], rtol=1e-4, atol=1e-6)
        assert torch.allclose(alone(x)[0], both[1], rtol=1e-4, atol=1e-6) and not torch.allclose(both[0], both[1])
    assert alone.replicates == 1 and three.replicates == 3 and two.replicates == 2
    assert [name for name, _ in three.named_parameters()] == [name for name, _ in two.named_parameters()]
