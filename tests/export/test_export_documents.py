"""The lines of docs/export.md read what the command writes."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from sculpt.export.formats import safetensors, torchvision
from sculpt.export.network import Network

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
    path.write_bytes(torchvision.content(network, dense=True))
    with torch.no_grad():
        found = ran("net.inplanes", path)["net"]((pixels.float() - 120.0) / 60.0)
    assert (found - expected).abs().max() < 1e-6 * expected.abs().max()
