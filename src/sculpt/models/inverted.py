"""The inverted residuals of MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381), of replicates."""

from torch import Tensor, nn

from sculpt.models.stacked import BatchNorm, conv


class InvertedResidual(nn.Module):
    """1x1 to `expansion` times the inputs, one 3x3 filter per channel with the stride, 1x1 without activation."""

    def __init__(self, replicates: int, inputs: int, outputs: int, stride: int, expansion: int):
        super().__init__()
        inner = expansion * inputs
        self.expand = nn.Identity() if expansion == 1 else activated(replicates, inputs, inner, 1)
        self.depthwise = activated(replicates, inner, inner, 3, stride, groups=inner)
        self.project = nn.Sequential(conv(replicates, inner, outputs, 1), BatchNorm(replicates * outputs))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


def activated(
    replicates: int, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """A convolution, batch norm and ReLU6."""
    return nn.Sequential(
        conv(replicates, inputs, outputs, kernel, stride, groups),
        BatchNorm(replicates * outputs),
        nn.ReLU6(inplace=True),
    )
