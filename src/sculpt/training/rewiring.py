"""Drop and grow within each layer, which keeps its number of weights (Evci et al. 2020, arXiv 1911.11134)."""

import math

import torch
from torch import Tensor

from sculpt.core.tensors import Tensors
from sculpt.models.stacked import Stack
from sculpt.training.moving import When


def drop_share(drop: float, until: float, when: When) -> float:
    """The share of a layer's kept weights that is replaced: drop / 2 * (1 + cos(pi * t / t_end)), 0 from t_end on.

    t: epochs that have ended. t_end: `until` of the schedule, in epochs.
    """
    progress = when.done / (until * when.epochs)
    return 0.0 if progress >= 1 else drop / 2 * (1 + math.cos(math.pi * progress))


def rewired(network: Stack, mask: Tensors, grow: Tensors, share: float) -> Tensors:
    """Drop the smallest magnitudes of each layer, then keep as many others with the highest score.

    network: holds the weights. mask: (R, ...). grow: scores (R, ...) per layer, on the CPU. Of n kept weights of a
    layer, floor(share * n) are dropped and as many grown among all that are not kept after the drop. So one that was
    just dropped may be grown again: it then was in the mask all the time (the paper's algorithm excludes only what
    stays active, and its code resets only what was not in the mask before). Ties: the lower index is kept, and grown.
    """
    weights = network.split(dict(network.prunable()))
    found = {}
    for name, kept in mask.items():
        magnitude, before = weights[name].detach().abs().cpu().flatten(1), kept.flatten(1)
        rows = []
        for r, now in enumerate(before):
            count = int(now.sum())
            dropped = int(round(share * count, 9))
            left = _best(magnitude[r], now, count - dropped)
            rows.append(left | _best(grow[name][r].flatten(), ~left, dropped))
        found[name] = torch.stack(rows).reshape(kept.shape)
    return found


def _best(scores: Tensor, among: Tensor, count: int) -> Tensor:
    """The `count` highest scores (n,) of those in `among`, as a mask."""
    places = among.nonzero()[:, 0]
    order = scores[places].sort(descending=True, stable=True).indices[:count]
    chosen = torch.zeros_like(among)
    chosen[places[order]] = True
    return chosen
