"""FLOPs of ResNet-20 against a count layer by layer, dense and sparse."""

import pytest
import torch

from sculpt.core.costs import dense_forward_flops, forward_flops, training_flops
from sculpt.models.build import build

torch.set_num_threads(1)


def layers(width, channels, size, classes):
    """(weights, output positions) of each layer of ResNet-20 with 1x1 shortcuts, in order, from its description."""
    found = [(width * channels * 9, size**2)]
    inputs = width
    for stage in range(3):
        outputs = width * 2**stage
        size = size if stage == 0 else size // 2
        for block in range(3):
            found += [(outputs * inputs * 9, size**2), (outputs * outputs * 9, size**2)]
            if stage > 0 and block == 0:
                found += [(outputs * inputs, size**2)]
            inputs = outputs
    return [*found, (classes * inputs, 1)]


def stacked(replicates, width=16, channels=3, size=32):
    network = build({"name": "resnet20", "width": width}, replicates, channels, classes=10)
    ones = {name: torch.ones(replicates, *shape, dtype=torch.bool) for name, shape in network.shapes().items()}
    return ones, network.positions((channels, size, size))


@pytest.mark.parametrize(("width", "channels", "size"), [(16, 3, 32), (8, 1, 8), (4, 3, 16)])
def test_dense_resnet20_equals_the_count_by_layers(width, channels, size):
    mask, positions = stacked(2, width, channels, size)
    expected = layers(width, channels, size, 10)
    assert [(kept[0].numel(), positions[name]) for name, kept in mask.items()] == expected
    flops = 2 * sum(weights * places for weights, places in expected)
    assert dense_forward_flops(mask, positions) == flops
    assert forward_flops(mask, positions) == [flops, flops]


def test_dense_resnet20_on_cifar():
    """40.8 million multiply-adds: 40.55 million of the network with identity shortcuts, and two 1x1 shortcuts."""
    mask, positions = stacked(1)
    assert dense_forward_flops(mask, positions) == 2 * (40_551_040 + 32 * 16 * 256 + 64 * 32 * 64) == 81_626_368


def test_sparse_counts_each_kept_weight_at_its_layers_positions():
    mask, positions = stacked(3)
    none = {name: torch.zeros_like(kept) for name, kept in mask.items()}
    none["body.conv.weight"][0].flatten()[:5] = True  # 32 * 32 positions
    none["body.stage2_1.shortcut.0.weight"][1].flatten()[:7] = True  # 16 * 16
    none["body.stage3_1.conv1.weight"][1].flatten()[:2] = True  # 8 * 8
    none["head.weight"][2].flatten()[:3] = True  # 1
    assert forward_flops(none, positions) == [2 * 5 * 1024, 2 * (7 * 256 + 2 * 64), 2 * 3]
    assert dense_forward_flops(none, positions) == 81_626_368
    flops = forward_flops(none, positions)
    assert all(type(value) is int for value in flops), "JSON and exact sums need whole numbers"


def test_training_costs_three_forward_passes_a_sample():
    assert training_flops(81_626_368, 50_000) == 3 * 81_626_368 * 50_000
    # The paper's scale: 150 epochs of ResNet-50 do not overflow.
    assert training_flops(8_178_000_000, 150 * 1_281_167) == 3 * 8_178_000_000 * 150 * 1_281_167
