"""A plain network with the normalisation of its pixels as an ONNX graph."""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor, nn

OPSET = 18
"""Version of the operators, which onnxruntime has read since 1.14."""
PIXELS, LOGITS = "pixels", "logits"


class Raw(nn.Module):
    """Raw pixels, uint8 (B, channels, H, W), to logits."""

    def __init__(self, network: nn.Module, mean: list[float], scale: list[float]):
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("scale", torch.tensor(scale)[:, None, None])

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network((pixels.float() - self.mean) / self.scale)


def traced(network: nn.Module, facts: dict[str, Any]) -> Any:
    """The graph as an onnx.ModelProto, any number of images at once; weights are dense and named as in the network.

    facts: of `sculpt.export.network`. The packages onnx and onnxscript must be installed.
    """
    example = torch.zeros(2, *facts["image"], dtype=torch.uint8)  # of one image, the batch would not count as variable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own code
        program = torch.onnx.export(
            Raw(network, facts["mean"], facts["scale"]).eval(),
            (example,),
            input_names=[PIXELS],
            output_names=[LOGITS],
            dynamic_shapes={PIXELS: {0: torch.export.Dim("batch")}},
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    model = program.model_proto
    _clean(model)
    return model


def _clean(model: Any) -> None:
    """Without the exporter's notes, which name source files here; weights without the name of the wrapper."""
    graph = model.graph
    del model.metadata_props[:], graph.metadata_props[:], graph.value_info[:]
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer):
        del part.metadata_props[:]
    for tensor in graph.initializer:
        tensor.name = tensor.name.removeprefix("network.")
    for node in graph.node:
        node.input[:] = [name.removeprefix("network.") for name in node.input]
