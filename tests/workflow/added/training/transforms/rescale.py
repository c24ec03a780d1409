"""Kept weights larger by the square root of their layer's sparsity, so that a unit's input varies as if it were dense.

After the initialisation for sparse networks of Evci et al. 2020 (arXiv 2010.03533), per layer in place of per unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.core.settings import Section

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors


class Settings(Section):
    pass


def transform(weights: Tensors, mask: Tensors, seeds: list[int], settings: dict[str, Any]) -> Tensors:
    found = dict(weights)
    for name, kept in mask.items():
        shares = kept.flatten(1).double().mean(1)
        factors = shares.clamp(min=1 / kept[0].numel()).rsqrt().to(weights[name].dtype)
        found[name] = weights[name] * factors.reshape(-1, *[1] * (kept.dim() - 1))
    return found
