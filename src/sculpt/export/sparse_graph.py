"""Sparse weights of an ONNX graph as their places and values, of which standard operators make the dense tensor.

ONNX has sparse initializers. onnxruntime takes them, and makes them dense as it loads a model. By ONNX's own check of
types they are no input of Conv, though, and its reference runtime fails on them. A graph that scatters values into
zeros is valid everywhere, and takes little more: places need four bytes in place of eight, the operators about 300 per
weight. A runtime that folds constants, as onnxruntime does, scatters once, at loading; then the graph is the dense one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

AROUND = 400
"""About how many bytes the operators and names around one weight take."""


def store_sparsely(model: Any) -> None:
    """Store each float32 tensor of several axes so, in place, where that is smaller. model: an onnx.ModelProto."""
    from onnx import numpy_helper

    graph, nodes = model.graph, []
    for tensor in list(graph.initializer):
        value = numpy_helper.to_array(tensor)
        if value.ndim < 2 or value.dtype != np.float32:
            continue
        places = np.flatnonzero(value)
        if 8 * len(places) + AROUND < value.nbytes:
            graph.initializer.remove(tensor)
            parts = _parts(tensor.name, value, places)
            graph.initializer.extend(numpy_helper.from_array(part, name) for name, part in parts.items())
            nodes += _scattered(tensor.name)
    nodes += graph.node
    del graph.node[:]
    graph.node.extend(nodes)


def _parts(name: str, value: np.ndarray, places: np.ndarray) -> dict[str, np.ndarray]:
    return {
        f"{name}.values": value.reshape(-1)[places],
        f"{name}.places": places.astype(np.int32),
        f"{name}.size": np.array([value.size]),
        f"{name}.shape": np.array(value.shape),
    }


def _scattered(name: str) -> list[Any]:
    """The nodes that make the tensor `name` of its parts."""
    from onnx import TensorProto, helper

    return [
        helper.make_node("Cast", [f"{name}.places"], [f"{name}.at"], to=TensorProto.INT64),
        helper.make_node("ConstantOfShape", [f"{name}.size"], [f"{name}.zeros"]),
        helper.make_node("ScatterElements", [f"{name}.zeros", f"{name}.at", f"{name}.values"], [f"{name}.flat"]),
        helper.make_node("Reshape", [f"{name}.flat", f"{name}.shape"], [name]),
    ]
