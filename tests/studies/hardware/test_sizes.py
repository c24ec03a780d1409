"""Bytes of a network on a disk, by hand."""

import zlib

import torch

from sculpt.studies.hardware.sizes import density, sizes

MASK = {"a": torch.tensor([[True, False, True], [False, False, False]]), "b": torch.tensor([[True, True, True]])}
WEIGHTS = {
    "a": torch.tensor([[1.0, 0.0, -2.0], [0.0, 0.0, 0.0]]),
    "b": torch.tensor([[3.0, 4.0, 5.0]]),
    "bias": torch.tensor([6.0, 0.0]),
    "running_var": torch.tensor([7.0]),
}


def test_three_forms_of_a_network():
    found = sizes(WEIGHTS, MASK)
    assert found.dense == 4 * (6 + 3 + 2 + 1)
    assert found.packed == 2 + 4 * (2 + 3 + 2 + 1)  # nine bits are two bytes; a bias of zero is a number
    bits = bytes([0b10100011, 0b10000000])
    numbers = torch.tensor([1.0, -2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 7.0]).numpy().astype("<f4").tobytes()
    assert found.compressed == len(zlib.compress(bits + numbers, 9))


def test_density_is_that_of_all_prunable_weights():
    assert density(MASK) == 5 / 9


def test_a_sparser_mask_is_smaller_in_every_form_but_the_dense_one():
    random = torch.Generator().manual_seed(1)
    weights = {"a": torch.randn(64, 64, generator=random)}
    draws = torch.rand(64, 64, generator=random)
    full, half, few = (sizes(weights, {"a": draws < share}) for share in (1.1, 0.5, 0.05))
    assert full.dense == half.dense == few.dense == 4 * 64 * 64
    assert full.packed == full.dense + 64 * 64 // 8 and full.packed > half.packed > few.packed
    assert full.compressed > half.compressed > few.compressed
