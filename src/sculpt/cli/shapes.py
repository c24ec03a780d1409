"""What one seed of a model takes on a disk, by its shapes: asked for in a process of its own, which imports torch.

python -m sculpt.cli.shapes '[{"name": "resnet20", "width": 8}, 10]'
"""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any


def bytes_per_seed(model: dict[str, Any], classes: int) -> tuple[int, int]:
    """Bytes of the weights (float32, with batch norm's statistics) and of the mask (bool) of one network.

    model: the section of params.yaml. Images are held to have three channels. Nothing is allocated.
    """
    import torch

    from sculpt.models.build import build

    with torch.device("meta"):
        network = build(model, 1, 3, classes)
        weights, mask = network.checkpoint(), network.everything()
    return tuple(sum(each.numel() * each.element_size() for each in found.values()) for found in (weights, mask))


def asked_for(model: dict[str, Any], classes: int) -> Callable[[], tuple[int, int]]:
    """Start to work it out; the function that is returned waits for the answer, once."""
    command = [sys.executable, "-m", "sculpt.cli.shapes", json.dumps([model, classes])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    answer: list[int] = []

    def wait() -> tuple[int, int]:
        if not answer:
            said, _ = process.communicate()
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command)
            answer.extend(json.loads(said))
        return answer[0], answer[1]

    return wait


if __name__ == "__main__":
    print(json.dumps(bytes_per_seed(*json.loads(sys.argv[1]))))
