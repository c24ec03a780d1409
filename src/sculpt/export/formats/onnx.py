"""An ONNX graph from raw pixels to logits, for runtimes without Python.

The input `pixels` is uint8 (batch, channels, height, width), the values that the data set has, not scaled: the graph
subtracts the mean and divides by the scale itself. If it took floats, images scaled to [0, 1] would pass and give wrong
logits in silence. The output `logits` is float32 (batch, classes). `batch` is any number. Batch norm is folded into the
convolution before it, which scales weights and leaves zeros zero. The model's metadata are the facts of
`sculpt.export.network`.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sculpt.export.network import Network

SUFFIX = ".onnx"
FOR = "onnxruntime and other runtimes: raw pixels in (uint8), logits out, normalisation inside"

NEEDS = ("onnx", "onnxscript")


def content(network: Network, dense: bool) -> bytes:
    """The serialised model. Raises ExportError where a package that makes it is not installed."""
    if missing := [name for name in NEEDS if find_spec(name) is None]:
        from sculpt.export.register import ExportError

        raise ExportError(
            f"--format: onnx needs {' and '.join(missing)}; allowed: once `make extras` has installed them"
        )
    from sculpt.export.graph import traced
    from sculpt.export.sparse_graph import store_sparsely

    model = traced(network.module, network.facts)
    if not dense:
        store_sparsely(model)
    for key, value in network.facts.items():
        model.metadata_props.add(key=key, value=value if isinstance(value, str) else json.dumps(value, sort_keys=True))
    return model.SerializeToString(deterministic=True)
