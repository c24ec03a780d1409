"""The state dict loads strictly into the network that torchvision makes, and gives its logits."""

import torch
from torch import nn
from torchvision.models.vgg import VGG, cfgs, make_layers

from sculpt.export.formats.torchvision import content
from sculpt.export.network import Network
from sculpt.export.write import write
from sculpt.models.build import build
from sculpt.models.plain import plain

torch.set_num_threads(1)


def test_state_has_the_modules_names_and_values(trained, tmp_path):
    state = torch.load(write(trained, "torchvision", tmp_path / "a.pth").path, weights_only=True)
    theirs = trained.module.state_dict()
    assert list(state) == list(theirs) and all(torch.equal(state[name], theirs[name]) for name in theirs)
    assert "layer1.0.conv1.weight" in state and "layer2.0.downsample.0.weight" in state and "fc.bias" in state


def test_vgg_of_torchvision_takes_it_with_biases_of_zero(tmp_path):
    settings = {"name": "vgg16", "width": 2}
    stack = build(settings, 1, 3, 4)
    stack.initialise([torch.Generator().manual_seed(1)])
    ours = plain(settings, 3, 4, {key: tensor[0] for key, tensor in stack.checkpoint().items()})
    (tmp_path / "a.pth").write_bytes(content(Network(ours, {}, {}), dense=False))
    with torch.device("meta"):
        theirs = VGG(make_layers([n if n == "M" else n // 32 for n in cfgs["D"]], batch_norm=True), init_weights=False)
        theirs.avgpool, theirs.classifier = nn.AdaptiveAvgPool2d(1), nn.Sequential(nn.Linear(16, 4))
    theirs.load_state_dict(torch.load(tmp_path / "a.pth"), strict=True, assign=True)
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        expected, found = stack.eval()(images)[0], theirs.eval()(images)
    assert expected.std(0).min() > 0 and (found - expected).abs().max() < 1e-6 * expected.abs().max()
