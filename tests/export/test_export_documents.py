"""The lines of docs/export.md read what the command writes."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision.models
from torch import nn

from sculpt.export.formats import safetensors
from sculpt.export.formats import torchvision as formatted
from sculpt.export.network import Network
from sculpt.models.build import build
from sculpt.models.plain import plain

TEXT = (Path(__file__).parents[2] / "docs/export.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
FILE = "exports/digits-sculpt-erk_0.05-cycle_3-0.01-seed_0"


def ran(word, path):
    """What the block of the page that has `word` defines, with `path` in place of the file that it names."""
    (block,) = [block for block in BLOCKS if word in block]
    assert FILE + path.suffix in block
    found = {}
    exec(block.replace(FILE + path.suffix, str(path)), found)
    return found


@pytest.fixture
def network(trained):
    return Network(trained.module, trained.mask, {"seed": 0})


def test_plain_python_reads_the_sparse_file(network, tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors.content(network, dense=False))
    state, expected = ran("np.cumsum", path)["state"], safetensors.read(path)
    assert state.keys() == expected.keys() and not any(name.endswith(".gaps") for name in state)
    assert all(np.array_equal(state[name], expected[name].numpy()) for name in state)
    assert ran("import read", path)["state"].keys() == expected.keys()


def test_torchvision_alone_loads_the_digits_network(network, tmp_path, pixels, expected):
    path = tmp_path / "a.pth"
    path.write_bytes(formatted.content(network, dense=True))
    with torch.no_grad():
        found = ran("net.inplanes", path)["net"]((pixels.float() - 120.0) / 60.0)
    assert (found - expected).abs().max() < 1e-6 * expected.abs().max()


@pytest.mark.parametrize(
    ("settings", "theirs", "point"),
    [
        ({"name": "resnet18", "width": 64, "stem": "cifar"}, torchvision.models.resnet18, "stem `cifar`** of ResNets"),
        (
            {"name": "mobilenetv2", "width": 32, "stem": "cifar"},
            torchvision.models.mobilenet_v2,
            "stem `cifar`** of MobileNetV2",
        ),
        ({"name": "vgg16", "width": 64}, torchvision.models.vgg16_bn, "VGG**"),
    ],
    ids=["resnet18", "mobilenetv2", "vgg16"],
)
def test_the_lines_of_a_point_make_torchvisions_network_the_same(tmp_path, settings, theirs, point):
    random = torch.Generator().manual_seed(5)
    stack = build(settings, 1, 3, 10)
    stack.initialise([random])
    network = plain(settings, 3, 10, {name: tensor[0] for name, tensor in stack.checkpoint().items()})
    path = tmp_path / "a.pth"
    path.write_bytes(formatted.content(Network(network, {}, {}), dense=True))
    other = theirs(num_classes=10)
    (text,) = [item for item in re.split(r"\n+- \*\*|\n\n", TEXT) if item.startswith(point)]
    for line in re.findall(r"`(net\.[^`]+ = [^`]+)`", text):
        exec(line, {"net": other, "nn": nn, "channels": 3, "width": settings["width"], "classes": 10})
    other.load_state_dict(torch.load(path), strict=True)
    images = torch.randn(2, 3, 32, 32, generator=random)
    with torch.no_grad():
        expected = network(images)
        assert (other.eval()(images) - expected).abs().max() <= 1e-6 * expected.abs().max()
