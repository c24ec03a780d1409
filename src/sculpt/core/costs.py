"""Training cost in floating-point operations, by the convention of RigL (Evci et al. 2020, appendix G).

A sample's forward pass costs f = 2 * sum over convolution and linear layers of kept weights * output positions;
training on it costs 3 f (forward, and twice that backward). Batch norm, pooling and the loss are not counted, nor is
any saving that hardware would or would not make.
"""

from collections.abc import Mapping

from torch import Tensor


def forward_flops(kept: Mapping[str, Tensor], positions: Mapping[str, int]) -> list[int]:
    """FLOPs of one sample's forward pass, per replicate; kept: masks (R, ...); positions: of each layer's output."""
    return sum(2 * mask.flatten(1).sum(1) * positions[name] for name, mask in kept.items()).tolist()


def dense_forward_flops(kept: Mapping[str, Tensor], positions: Mapping[str, int]) -> int:
    """The same with every weight kept."""
    return sum(2 * mask[0].numel() * positions[name] for name, mask in kept.items())


def training_flops(forward: int, samples: int) -> int:
    """FLOPs of training on `samples` images once each."""
    return 3 * forward * samples


def dense_gradient_flops(forward: int, dense: int, samples: int) -> int:
    """FLOPs of the gradient of every weight, cut ones too, on `samples` images, by the same appendix (of RigL).

    The forward pass and the gradient of the activations use the kept weights (forward), the gradient of the weights
    all of them (dense): 2 f + f_dense.
    """
    return (2 * forward + dense) * samples
