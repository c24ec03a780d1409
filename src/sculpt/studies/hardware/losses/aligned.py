"""Cross-entropy with a term that holds all groups equally close to the decision boundary.

L = J + weight * sum over groups a of |mean_a(d) - mean(d)|, with d = 1 - sum_k p_k^2 of an image's softmax p, which is
large near the boundary, mean_a over the images of group a in the batch, and mean over the batch. That a term aligns
the distance to the decision boundary across groups is an idea of arXiv 2312.03886, of which only summaries could be
read. The formula is a definition of this project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.training.losses import cross_entropy

if TYPE_CHECKING:
    from torch import Tensor

READS_GROUPS = True


class Settings(cross_entropy.Settings):
    weight: Annotated[float, Field(ge=0, description="of the alignment term; 0: plain cross-entropy, to the bit")]


def loss(logits: Tensor, labels: Tensor, settings: dict[str, Any], groups: Tensor) -> Tensor:
    """The loss of each image, (R, B), whose mean over B is L; float32 or float64.

    logits: (R, B, classes); labels, groups: int64 (R, B). The term of a batch is added to each of its images.
    """
    losses = cross_entropy.loss(logits, labels, settings)
    if settings["weight"] == 0:
        return losses
    closeness = 1 - logits.to(losses.dtype).softmax(2).square().sum(2)
    return losses + settings["weight"] * misalignment(closeness, groups)


def misalignment(values: Tensor, groups: Tensor) -> Tensor:
    """The sum over the groups of a batch of |mean of the group - mean of the batch|: (R, 1), from (R, B) each.

    Each image is compared with all others, so no shape depends on which groups there are, no group needs a number
    below a bound, and nothing waits for the device. That takes R * B * B numbers, and rounds as sums do.
    """
    same = (groups[:, :, None] == groups[:, None, :]).to(values.dtype)
    sizes = same.sum(2)
    means = (same * values[:, None, :]).sum(2) / sizes
    return ((means - values.mean(1, keepdim=True)).abs() / sizes).sum(1, keepdim=True)
