"""How near images lie to the decision boundary: two proxies from probabilities, and the first-order distance.

All three are definitions of this project. The first-order distance is DeepFool's (Moosavi-Dezfooli et al. 2016, arXiv
1511.04599) towards the runner-up alone, where DeepFool takes the nearest of all classes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sculpt.models.stacked import Stack


def margins(logits: Tensor) -> Tensor:
    """The largest probability less the next, between 0 and 1; small near the boundary. logits: (..., classes)."""
    first, second = logits.softmax(-1).topk(2, -1).values.unbind(-1)
    return first - second


def closeness(logits: Tensor) -> Tensor:
    """1 - sum of p^2: 0 where one class has all the probability, 1 - 1 / classes where all have as much."""
    return 1 - logits.softmax(-1).square().sum(-1)


def boundary_distances(network: Stack, x: Tensor) -> Tensor:
    """(z_1 - z_2) / |grad_x (z_1 - z_2)| of each image, (R, B), with z_1 the largest logit and z_2 the next.

    In units of the network's input, so of pixels less their mean over their scale. It is the distance to the boundary
    between the two classes where the network is linear. Infinite where the gradient is zero: there no small step
    changes the decision. x: (B, R * channels, H, W).
    """
    x = x.detach().requires_grad_()
    first, second = network(x).topk(2, -1).values.unbind(-1)
    lead = first - second
    (slope,) = torch.autograd.grad(lead.sum(), x)
    steepness = slope.unflatten(1, (network.replicates, -1)).flatten(2).norm(dim=2).T
    return torch.where(steepness > 0, lead.detach() / steepness, torch.inf)
