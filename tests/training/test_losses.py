"""The losses: a value per image, in float32 or float64."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from sculpt.core.kinds import LOSSES


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16, torch.float64])
def test_cross_entropy_is_torchs_for_every_replicate(smoothing, dtype):
    random = torch.Generator().manual_seed(0)
    logits = torch.randn(3, 7, 5, generator=random).to(dtype)
    labels = torch.randint(5, (3, 7), generator=random)
    found = LOSSES.load("cross_entropy")(logits, labels, {"name": "cross_entropy", "smoothing": smoothing})
    wide = torch.float64 if dtype == torch.float64 else torch.float32
    assert (found.shape, found.dtype) == ((3, 7), wide)
    for r in range(3):
        expected = cross_entropy(logits[r].to(wide), labels[r], reduction="none", label_smoothing=smoothing)
        torch.testing.assert_close(found[r], expected)


def test_label_smoothing_shares_a_part_of_the_target_out():
    logits, labels = torch.tensor([[[2.0, 0.0, 1.0]]]), torch.tensor([[0]])
    logs = logits.log_softmax(2)[0, 0]
    expected = -(0.7 * logs[0] + 0.3 * logs.mean())
    found = LOSSES.load("cross_entropy")(logits, labels, {"name": "cross_entropy", "smoothing": 0.3})
    torch.testing.assert_close(found[0, 0], expected)


def test_smoothing_is_a_share_below_one():
    section = LOSSES.settings("cross_entropy")
    assert section(name="cross_entropy", smoothing=0.1).model_dump() == {"name": "cross_entropy", "smoothing": 0.1}
    with pytest.raises(ValueError, match="smoothing"):
        section(name="cross_entropy", smoothing=1.0)
