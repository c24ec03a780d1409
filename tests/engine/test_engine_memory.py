"""The engine keeps little more for the backward pass than torch does."""

import pytest
import torch
from small_networks import CLASSES
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.functional import cross_entropy

from sculpt.engine.network import Network
from sculpt.models.build import build

torch.set_num_threads(1)

BATCH = 64
ALLOWED = 1.3
STEM = {"stem": "cifar"}


def kept_by_torch(model, shape):
    """Bytes of all that autograd keeps between the passes, without the parameters."""
    own = {tensor.untyped_storage().data_ptr() for tensor in [*model.parameters(), *model.buffers()]}
    kept = {}

    def note(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage  # held, so that no other takes its address
        return tensor

    model.train()
    with saved_tensors_hooks(note, lambda tensor: tensor):
        cross_entropy(model(torch.randn(BATCH, *shape))[0], torch.zeros(BATCH, dtype=torch.int64))
    return sum(storage.nbytes() for storage in kept.values())


@pytest.mark.parametrize(
    "settings, side",
    [
        ({"name": "resnet20", "width": 16}, 32),
        ({"name": "resnet20", "width": 8}, 8),
        ({"name": "resnet18", "width": 16, **STEM}, 32),
        ({"name": "resnet50", "width": 8, **STEM}, 32),
        ({"name": "vgg16", "width": 16}, 32),
        ({"name": "mobilenetv2", "width": 8, **STEM}, 32),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) else str(value),
)
def test_memory_of_activations(settings, side):
    model, shape = build(settings, 1, 3, CLASSES), (3, side, side)
    network = Network(model, shape, CLASSES, batch_size=BATCH, momentum=0.9, decay=0.0, smoothing=0.0)
    ratio = network.programs.training.program.bytes / kept_by_torch(model, shape)
    print(settings, side, f"{ratio:.2f}")
    assert ratio <= ALLOWED
