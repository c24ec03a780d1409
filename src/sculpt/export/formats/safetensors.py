"""A state dict with torchvision's names whose sparse weights are stored as gaps and values, and the facts beside it.

A weight `NAME` of which many are zero is two tensors: `NAME.values`, float32, the kept ones in row-major order, and
`NAME.gaps`, uint8. A gap is the distance, in row-major order, from the kept weight before (from the place before the
first); 255 means 255 places further without one there. So a kept weight costs five bytes, whatever the size of its
layer; CSR costs at least six, with indices of two bytes. Deep Compression (Han et al. 2016, arXiv 1510.00149) stores
such differences too, with a zero weight where a gap is too long; the 255 in place of it keeps the mask exact. Where
that is no smaller, `NAME` is stored as it is. The file's metadata has one key, `sculpt`: the facts of
`sculpt.export.network` as JSON, with `sparse`, the shape of each weight that is stored so.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from sculpt.export.network import Network

SUFFIX = ".safetensors"
FOR = "storing and sending: small where the network is sparse; read as docs/export.md shows, with or without sculpt"

FAR = 255
"""A gap that leads to no kept weight."""


def content(network: Network, dense: bool) -> bytes:
    """The file. Without batch norm's counters of batches, which nothing counted; `load_state_dict` fills them in."""
    import torch
    from safetensors.torch import save

    tensors, sparse = {}, {}
    for name, tensor in network.module.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        tensor = tensor.detach().contiguous()
        tensors[name] = tensor
        if name in network.mask and not dense:
            kept = network.mask[name]
            gaps, values = torch.from_numpy(gaps_of(kept.numpy())), tensor[kept]
            if gaps.nbytes + values.nbytes < tensor.nbytes:
                del tensors[name]
                tensors |= {f"{name}.gaps": gaps, f"{name}.values": values}
                sparse[name] = list(tensor.shape)
    described = json.dumps(network.facts | {"sparse": sparse}, sort_keys=True)
    return save(tensors, {"sculpt": described})  # of several keys the order is left to chance


def read(path: str | Path) -> dict[str, Tensor]:
    """The state dict of a file: dense tensors by name, for `load_state_dict`. Raises ArtifactError naming the file."""
    return _read(Path(path))[0]


def facts(path: str | Path) -> dict[str, Any]:
    """The facts of a file, as `sculpt.export.network` lists them. Raises ArtifactError naming the file."""
    return _read(Path(path))[1]


def gaps_of(kept: np.ndarray) -> np.ndarray:
    """Where a mask (bool, any shape) keeps something, as gaps, uint8."""
    import numpy as np

    far, rest = np.divmod(np.diff(np.flatnonzero(kept), prepend=-1), FAR)
    found = np.full(int(far.sum()) + len(rest), FAR, np.uint8)
    found[np.cumsum(far + 1) - 1] = rest
    return found


def places_of(gaps: np.ndarray) -> np.ndarray:
    """The places that gaps lead to, in row-major order, int64."""
    import numpy as np

    return np.cumsum(gaps, dtype=np.int64)[gaps < FAR] - 1


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    import torch
    from safetensors import SafetensorError, safe_open

    from sculpt.core.files import ArtifactError, first_line, must_exist

    must_exist(path)
    try:
        with safe_open(path, "pt") as file:
            found = json.loads((file.metadata() or {})["sculpt"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        for name, shape in found["sparse"].items():
            weight = torch.zeros(prod(shape))
            weight[torch.from_numpy(places_of(tensors.pop(f"{name}.gaps").numpy()))] = tensors.pop(f"{name}.values")
            tensors[name] = weight.view(shape)
    except (SafetensorError, OSError, ValueError, KeyError, IndexError, RuntimeError) as error:
        raise ArtifactError(f"{path}: is not an export of sculpt: {first_line(error)}") from None
    return tensors, found
