"""Arrays by name, from a safetensors file, without torch."""

from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from sculpt.core.files import ArtifactError, first_line, must_exist


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Raises ArtifactError naming the file."""
    must_exist(path)
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactError(f"{path}: unreadable tensors: {first_line(error)}") from None
