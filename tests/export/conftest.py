"""A sparse network to export, in the made-up results of the tests of the Python interface."""

from copy import deepcopy
from dataclasses import replace

import pytest

MODEL, CLASSES = {"name": "resnet20", "width": 8}, 10


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    from made_results import made_results

    return made_results(tmp_path_factory.mktemp("made"))


@pytest.fixture
def trained(drawn):
    """Seed 1 of a node, with another network in it, and images of 1 x 8 x 8."""
    return replace(drawn, module=deepcopy(drawn.module))


@pytest.fixture(scope="session")
def drawn(made):
    """All weights of the first and the last layer, a random tenth of the others, all else drawn at random too."""
    import torch
    from made_results import TRUNK

    import sculpt
    from sculpt.models.build import build
    from sculpt.models.plain import names, plain

    random = torch.Generator().manual_seed(2)
    stack = build(MODEL, 1, 1, CLASSES)
    stack.initialise([random])
    weights, named = stack.checkpoint(), names(MODEL, 1, CLASSES)
    share = {name: 0.1 for name in stack.prunable()} | {"body.conv.weight": 1.0, "head.weight": 1.0}
    mask = {name: torch.rand(weights[name].shape[1:], generator=random) < share[name] for name in share}
    for name, tensor in weights.items():
        if name in mask:
            tensor.mul_(2.5 / share[name] ** 0.5 * mask[name])  # such that the signal lives through all layers
        else:
            tensor.copy_(torch.rand(tensor.shape, generator=random) / 2)
            tensor.add_(-0.25 if name.endswith(("bias", "running_mean")) else 0.75)
    module = plain(MODEL, 1, CLASSES, {name: tensor[0] for name, tensor in weights.items()})
    found = sculpt.load("made", TRUNK, seed=1, root=made.root)
    kept = {named[name]: of_layer for name, of_layer in mask.items()}
    facts = found.record["data"] | {"classes": CLASSES}
    return replace(found, module=module, mask=kept, record=found.record | {"model": MODEL, "data": facts})


@pytest.fixture
def pixels():
    import torch

    return torch.randint(256, (5, 1, 8, 8), generator=torch.Generator().manual_seed(3), dtype=torch.uint8)


@pytest.fixture
def expected(trained, pixels):
    """The logits of the module for the pixels."""
    import torch

    with torch.no_grad():
        logits = trained.module((pixels.float() - 120.0) / 60.0)
    assert logits.std(0).min() > 1e-2, "logits that do not depend on the image would show nothing"
    return logits
