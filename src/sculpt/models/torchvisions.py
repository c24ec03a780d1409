"""The architectures that torchvision has too, as its own classes, in the sizes and forms that are trained here.

With the width of the papers, three channels and the stem `imagenet`, ResNets and MobileNetV2 are torchvision's own,
unchanged. Other widths, and the forms for small images, differ in what the pruning literature changes: the stem, the
strides, VGG's classifier. torchvision builds no ResNet of another width or of three stages, so its own method that
makes a stage is called again with other numbers.
"""

from __future__ import annotations

from typing import Any

from torch import nn

DEPTHS = {"resnet18": (2, 2, 2, 2), "resnet20": (3, 3, 3), "resnet50": (3, 4, 6, 3)}
"""Blocks of each stage."""
CONFIGURATIONS = {"vgg16": "D", "vgg19": "E"}
"""The paper's letter of a VGG, by which torchvision names it too."""


def torchvisions(settings: dict[str, Any], channels: int, classes: int) -> nn.Module | None:
    """torchvision's class with fresh weights; None for an architecture that torchvision does not have."""
    name, width, small = settings["name"], settings.get("width"), settings.get("stem", "cifar") == "cifar"
    if name in DEPTHS:
        return _resnet(DEPTHS[name], name == "resnet50", width, small, channels, classes)
    if name in CONFIGURATIONS:
        return _vgg(CONFIGURATIONS[name], width, channels, classes)
    if name == "mobilenetv2":
        return _mobilenet(width, small, channels, classes)
    return None


def _resnet(
    depths: tuple[int, ...], bottleneck: bool, width: int, small: bool, channels: int, classes: int
) -> nn.Module:
    from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

    block = Bottleneck if bottleneck else BasicBlock
    network = ResNet(block, [1, 1, 1, 1], num_classes=classes)
    stem = {"kernel_size": 3, "padding": 1} if small else {"kernel_size": 7, "stride": 2, "padding": 3}
    network.conv1, network.bn1 = nn.Conv2d(channels, width, bias=False, **stem), nn.BatchNorm2d(width)
    if small:
        network.maxpool = nn.Identity()
    network.inplanes = width
    for stage in range(4):
        layers: nn.Module = nn.Identity()  # in place of a stage that the network does not have
        if stage < len(depths):
            layers = network._make_layer(block, width * 2**stage, depths[stage], stride=1 if stage == 0 else 2)
        setattr(network, f"layer{stage + 1}", layers)
    network.fc = nn.Linear(network.inplanes, classes)
    return network


def _vgg(letter: str, width: int, channels: int, classes: int) -> nn.Module:
    """Without biases before batch norm, and with one linear layer on the mean over the last positions."""
    from torchvision.models.vgg import VGG, cfgs, make_layers

    features = make_layers([n if n == "M" else n * width // 64 for n in cfgs[letter]], batch_norm=True)
    for place, layer in enumerate(features):
        if isinstance(layer, nn.Conv2d):
            inputs = channels if place == 0 else layer.in_channels
            features[place] = nn.Conv2d(inputs, layer.out_channels, 3, padding=1, bias=False)
    network = VGG(nn.Sequential(), num_classes=classes, init_weights=False)
    network.features = features
    network.avgpool, network.classifier = nn.AdaptiveAvgPool2d(1), nn.Sequential(nn.Linear(8 * width, classes))
    return network


def _mobilenet(width: int, small: bool, channels: int, classes: int) -> nn.Module:
    """Without dropout before the classifier; for small images, without the strides of the stem and of stage 2."""
    from torchvision.models.mobilenetv2 import InvertedResidual, MobileNetV2

    network = MobileNetV2(num_classes=classes, width_mult=width / 32, dropout=0.0)
    network.features[0][0] = nn.Conv2d(channels, width, 3, stride=1 if small else 2, padding=1, bias=False)
    if small:
        inputs, outputs = network.features[1].out_channels, network.features[2].out_channels
        network.features[2] = InvertedResidual(inputs, outputs, stride=1, expand_ratio=6)
    return network
