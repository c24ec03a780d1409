"""From a model of the project to the engine's graph: nobody defines a network twice.

The model is run once by torch.fx, which notes its operations. What the engine cannot do is an EngineError that names
the operation and its place in the model, before anything is built.
"""

import operator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import torch
from torch import fx, nn
from torch.nn import functional

from sculpt.engine.errors import EngineError
from sculpt.engine.graph import Convolution, Graph, Picture, Point, Pool, Shape, Value
from sculpt.models.stacked import Stack, StackedLinear

EPSILON = 1e-5
"""What the kernels add to a variance; torch's default."""
ACTIVATIONS = {functional.relu: 1, torch.relu: 1, "relu": 1, "relu_": 1, functional.relu6: 6, nn.ReLU: 1, nn.ReLU6: 6}
ADDITIONS = {operator.add, operator.iadd, torch.add, "add", "add_", "__iadd__"}
MEANS = {"mean", torch.mean}


class _Tracer(fx.Tracer):
    """Takes the layers that the engine has as wholes."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.BatchNorm2d | StackedLinear) or super().is_leaf_module(m, module_qualified_name)


@dataclass(frozen=True)
class _Unnormed:
    """What a convolution gives; its batch norm is not known yet."""

    convolution: Convolution


@dataclass(frozen=True)
class _Mean:
    """The mean over the positions of the value at that place."""

    source: int


def trace(model: Stack, picture: tuple[int, int, int], classes: int) -> Graph:
    """The graph of a model of one replicate for images (channels, height, width). Raises EngineError."""
    if model.replicates != 1:
        raise EngineError(f"the engine takes one replicate at a time, the model has {model.replicates}")
    layers = dict(model.named_modules())
    try:
        traced = _Tracer().trace(model)
    except fx.proxy.TraceError as error:
        raise EngineError(f"the model's operations depend on values: {str(error).splitlines()[0]}") from None
    for node in list(traced.nodes):
        if node.op == "call_module" and isinstance(layers[node.target], nn.Identity):
            node.replace_all_uses_with(node.args[0])
            traced.erase_node(node)
    return _Reader(layers, Shape(*picture), classes).read(traced.nodes)


class _Reader:
    """Reads the operations in their order. A point is open until something other than an addition or an activation
    reads it; it then is a value."""

    def __init__(self, layers: dict[str, nn.Module], picture: Shape, classes: int):
        self.layers, self.classes = layers, classes
        self.values: list[Value] = [Picture(picture)]
        self.made: dict[fx.Node, Any] = {}
        self.head: str | None = None

    def read(self, nodes: Any) -> Graph:
        for node in nodes:
            self.made[node] = self._made(node)
        if self.head is None:
            raise EngineError("the model ends without a linear head over the mean of all positions")
        inputs, last = self.values[-1].shape.channels, len(self.values) - 1
        head = Convolution(f"{self.head}.weight", "", last, 1, 1, 1, inputs, Shape(self.classes, 1, 1))
        return Graph(tuple(self.values), head, f"{self.head}.bias")

    def _made(self, node: fx.Node) -> Any:
        if node.op == "placeholder":
            return 0
        if node.op == "output":
            return None
        layer = self.layers[node.target] if node.op == "call_module" else None
        operation = type(layer) if layer is not None else node.target
        if _in_place(node, layer) and len(node.args[0].users) > 1:
            self._refuse(node, "changes in place what something else reads too")
        if isinstance(layer, nn.Conv2d):
            return self._convolution(node, layer)
        if isinstance(layer, nn.BatchNorm2d):
            return self._norm(node, layer)
        if isinstance(layer, nn.MaxPool2d):
            return self._pool(node, layer)
        if isinstance(layer, StackedLinear):
            return self._linear(node)
        if operation in ACTIVATIONS:
            return self._activated(node, ACTIVATIONS[operation])
        if operation in ADDITIONS:
            return self._added(node)
        if operation in MEANS:
            return self._mean(node)
        return self._refuse(node)

    def _convolution(self, node: fx.Node, layer: nn.Conv2d) -> _Unnormed:
        kernel, stride = layer.kernel_size[0], layer.stride[0]
        square = layer.kernel_size == (kernel, kernel) and layer.stride == (stride, stride) and kernel % 2 == 1
        padded = layer.padding == (kernel // 2, kernel // 2) and layer.padding_mode == "zeros"
        if not square or not padded or stride > 2 or layer.dilation != (1, 1) or layer.bias is not None:
            self._refuse(node, "allowed: odd squares, stride 1 or 2, zero padding of half the kernel, no bias")
        source = self._value(node.args[0], node)
        before = self.values[source].shape
        if before.channels != layer.in_channels:
            self._refuse(node, f"gets {before.channels} channels, not {layer.in_channels}")
        shape = Shape(layer.out_channels, (before.height - 1) // stride + 1, (before.width - 1) // stride + 1)
        name = f"{node.target}.weight"
        return _Unnormed(Convolution(name, "", source, kernel, stride, layer.groups, layer.in_channels, shape))

    def _norm(self, node: fx.Node, layer: nn.BatchNorm2d) -> Point:
        given = self.made[node.args[0]]
        if not isinstance(given, _Unnormed) or len(node.args[0].users) > 1:
            self._refuse(node, "allowed: right behind a convolution that nothing else reads")
        if layer.eps != EPSILON or not layer.affine or layer.running_mean is None:
            self._refuse(node, f"allowed: eps {EPSILON:g}, weight and bias, running statistics")
        term = replace(given.convolution, norm=node.target)
        return Point((term,), None, 0, term.shape)

    def _pool(self, node: fx.Node, layer: nn.MaxPool2d) -> int:
        given = (layer.kernel_size, layer.stride, layer.padding)
        plain = layer.dilation in (1, (1, 1)) and not layer.ceil_mode and not layer.return_indices
        if not plain or not all(isinstance(number, int) for number in given):
            self._refuse(node, "allowed: one number each for kernel, stride and padding, nothing else")
        source = self._value(node.args[0], node)
        before = self.values[source].shape
        height, width = ((side + 2 * given[2] - given[0]) // given[1] + 1 for side in (before.height, before.width))
        if height < 1 or width < 1:
            self._refuse(node, f"leaves nothing of {before.height} x {before.width} positions")
        return self._keep(Pool(source, *given, Shape(before.channels, height, width)))

    def _activated(self, node: fx.Node, activation: int) -> Point:
        given = self.made[node.args[0]]
        if not isinstance(given, Point) or given.activation:
            self._refuse(node, "allowed: behind a batch norm or an addition")
        self._alone(node.args[0], node)
        return replace(given, activation=activation)

    def _added(self, node: fx.Node) -> Point:
        if len(node.args) != 2 or node.kwargs or not all(isinstance(arg, fx.Node) for arg in node.args):
            self._refuse(node, "allowed: the sum of two values")
        if node.args[0] is node.args[1]:
            self._refuse(node, "allowed: the sum of two different values")
        one, other = (self.made[arg] for arg in node.args)
        open_points = [arg for arg in node.args if self._is_open(arg)]
        if len(open_points) == 2:
            self._alone(node.args[0], node)
            self._alone(node.args[1], node)
            return replace(one, terms=one.terms + other.terms)
        if not open_points:
            self._refuse(node, "allowed: where one of the two is a batch norm")
        point = open_points[0]
        self._alone(point, node)
        value = node.args[1] if point is node.args[0] else node.args[0]
        return replace(self.made[point], other=self._value(value, node))

    def _mean(self, node: fx.Node) -> _Mean:
        axes = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
        if tuple(axes or ()) not in ((2, 3), (-2, -1)) or node.kwargs.get("keepdim"):
            self._refuse(node, "allowed: over height and width")
        return _Mean(self._value(node.args[0], node))

    def _linear(self, node: fx.Node) -> None:
        given = self.made[node.args[0]]
        last = isinstance(given, _Mean) and given.source == len(self.values) - 1
        if not last or any(user.op != "output" for user in node.users):
            self._refuse(node, "allowed: one, over the mean of the last value, at the end")
        self.head = node.target

    def _is_open(self, node: fx.Node) -> bool:
        """Whether a node is a batch norm's output, to which something can be added."""
        made = self.made[node]
        return isinstance(made, Point) and len(made.terms) == 1 and made.other is None and not made.activation

    def _alone(self, node: fx.Node, reader: fx.Node) -> None:
        if len(node.users) > 1:
            self._refuse(reader, f"of {node.name}, which is read elsewhere too")

    def _value(self, node: fx.Node, reader: fx.Node) -> int:
        """The place of what a node made, as a value from now on."""
        made = self.made[node]
        if isinstance(made, Point):
            made = self.made[node] = self._keep(made)
        if not isinstance(made, int):
            self._refuse(reader, f"of {node.name}")
        return made

    def _keep(self, value: Value) -> int:
        self.values.append(value)
        return len(self.values) - 1

    def _refuse(self, node: fx.Node, why: str = "") -> NoReturn:
        what = node.target if node.op == "call_module" else node.name
        if node.op == "call_module":
            what = f"{type(self.layers[node.target]).__name__} at {what}"
        raise EngineError(f"the engine lacks {what}{': ' if why else ''}{why}")


def _in_place(node: fx.Node, layer: nn.Module | None) -> bool:
    if layer is not None:
        return bool(getattr(layer, "inplace", False))
    named = (node.op == "call_method" and node.target.endswith("_")) or node.target is operator.iadd
    return named or bool(node.kwargs.get("inplace"))
