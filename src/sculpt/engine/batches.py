"""A split and the batches drawn from it, as the kernels read them, and where they leave what comes out."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from sculpt.data.augmentation import Images
from sculpt.engine.errors import EngineError
from sculpt.engine.graph import Shape

PARTS = 4
"""Of a draw: image, down, right, flip."""


class Split:
    """The images of a split for one replicate, in place: their bytes, and the number that stands for each."""

    def __init__(self, ffi: Any, images: Images, replicate: int, picture: Shape):
        if type(images) is not Images:
            raise EngineError("the engine takes images that fit into memory")
        if images.device.type != "cpu":
            raise EngineError(f"the engine takes images on the CPU, not on {images.device.type}")
        if images.shape != (picture.channels, picture.height, picture.width):
            raise EngineError(f"the images are {images.shape}, the model was traced for {picture}")
        every = torch.arange(256, dtype=torch.uint8)[None].float()
        self._numbers = ((every - images.mean[:, None]) / images.scale[:, None]).contiguous()
        self._pixels, labels = images.pixels.contiguous(), images.labels[:, replicate]
        self._labels = labels
        _, height, width, channels = self._pixels.shape
        fields = {
            "pixels": ffi.cast("uint8_t *", self._pixels.data_ptr()),
            "numbers": ffi.cast("float *", self._numbers.data_ptr()),
            "labels": ffi.cast("int64_t *", labels.data_ptr()),
            "label_stride": labels.stride(0),
            "height": height,
            "width": width,
            "channels": channels,
        }
        self.struct = ffi.new("Images *", fields)


class Batches:
    """Batches of a split and their results, as arrays: see `Batches` of program.h.

    draws: int64 (batches, 4, B); count: the images of all batches, of which the last may have fewer than B.
    """

    def __init__(self, ffi: Any, draws: Tensor, count: int, rates: list[float], momenta: list[float]):
        batches, parts, size = draws.shape
        if parts != PARTS:
            raise EngineError("the engine lacks crops that are resized")
        self.count = batches
        self._draws = draws
        self._rates = np.array(rates, np.float32)
        self._momenta = np.array(momenta, np.float64)
        self.losses, self.predictions = np.zeros(count, np.float64), np.zeros(count, np.int32)
        self.batch_losses, self.batch_hits = np.zeros(batches, np.float64), np.zeros(batches, np.float64)
        fields = {
            "draws": ffi.cast("int64_t *", draws.data_ptr()),
            "batch_stride": draws.stride(0),
            "part_stride": draws.stride(1),
            "place_stride": draws.stride(2),
            "images": count,
            "batch_size": size,
            "rates": ffi.cast("float *", self._rates.ctypes.data),
            "momenta": ffi.cast("double *", self._momenta.ctypes.data),
            "losses": ffi.cast("double *", self.losses.ctypes.data),
            "predictions": ffi.cast("int32_t *", self.predictions.ctypes.data),
            "batch_losses": ffi.cast("double *", self.batch_losses.ctypes.data),
            "batch_hits": ffi.cast("double *", self.batch_hits.ctypes.data),
        }
        self.struct = ffi.new("Batches *", fields)


def plain(images: Images, size: int) -> Tensor:
    """The draws of a split in order, without augmentation: (batches, 4, size); places beyond the images hold zeros."""
    count, centre = len(images), round(images.room / 2)
    batches = -(-count // size)
    index = torch.zeros(batches * size, dtype=torch.int64)
    index[:count] = torch.arange(count)
    index = index.view(batches, size)
    return torch.stack(
        [index, torch.full_like(index, centre), torch.full_like(index, centre), torch.zeros_like(index)], 1
    )
