"""Memory for values: aligned arrays, buffers as program.h lays them out, and room that several buffers share."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sculpt.engine.graph import Shape
from sculpt.engine.programs.lists import Field

BLOCK = 16
"""Images side by side in a block."""
ALIGNMENT = 64
"""Bytes; the widest vector."""
SMALL = 64
"""Positions of the largest pictures of which a chunk holds four blocks, since one would be too little work."""


def blocks_per_chunk(picture: Shape) -> int:
    """A rule on the shape alone, since it decides in which order chunks are added up: bits depend on it."""
    return 4 if picture.positions <= SMALL else 1


def aligned(count: int, kind: DTypeLike = np.float32) -> NDArray[Any]:
    """Zeros that begin where a vector may be loaded; pages that are never touched take no memory."""
    size = count * np.dtype(kind).itemsize
    room = np.zeros(size + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    return room[start : start + size].view(kind)


@dataclass(eq=False)
class Buffer:
    """A value, a gradient or what is only needed for a moment, of every image of a batch or of a chunk.

    scratch: one chunk for each thread, whose content lasts to the end of its phase. alone: its memory never serves
    another. first, last: the phases that a buffer of all images is used in, -1 before there are any.
    """

    struct: Any
    shape: Shape
    halo: int
    blocks: int
    scratch: bool
    array: NDArray[np.float32] | None = None
    first: int = -1
    last: int = -1
    alone: bool = False

    @property
    def field(self) -> Field:
        return Field.of(self.shape.height, self.shape.width, self.halo)

    @property
    def floats(self) -> int:
        return self.struct.block * self.blocks

    def place(self, ffi: Any, array: NDArray[np.float32]) -> None:
        self.array = array
        self.struct.data = ffi.cast("float *", array.ctypes.data)

    def images(self, count: int) -> NDArray[np.float32]:
        """What it holds of the first `count` images: (count, channels, height, width); for tests."""
        channels, height, width, halo = self.shape.channels, self.shape.height, self.shape.width, self.halo
        rows = channels * (halo + height) * (halo + width)
        blocks = self.array.reshape(self.blocks, -1)[:, : rows * BLOCK]
        blocks = blocks.reshape(self.blocks, channels, halo + height, halo + width, BLOCK)[:, :, halo:, halo:]
        return blocks.transpose(0, 4, 1, 2, 3).reshape(-1, channels, height, width)[:count]


def buffer(ffi: Any, shape: Shape, halo: int, blocks: int, scratch: bool) -> Buffer:
    """A buffer that has no memory yet; the halo of the last plane is behind it."""
    reach = Field.of(shape.height, shape.width, halo)
    positions = shape.channels * reach.plane + halo * reach.pitch + halo
    fields = {"channels": shape.channels, "height": shape.height, "width": shape.width, "halo": halo}
    struct = ffi.new("Buffer *", {**fields, "block": BLOCK * positions, "scratch": int(scratch)})
    return Buffer(struct, shape, halo, blocks, scratch)


def share(ffi: Any, buffers: list[Buffer]) -> int:
    """Give buffers memory, the same to those that are never used in the same phase; returns the bytes of all.

    Zeros around a picture must stay, so that only buffers without a halo share. The largest are placed first, each at
    the lowest place where it meets none that lives at the same time.
    """
    placed: list[tuple[int, int, Buffer]] = []
    total, alone = 0, 0
    for one in sorted(buffers, key=lambda one: -one.floats):
        size = -(-one.floats * 4 // ALIGNMENT) * ALIGNMENT
        if one.scratch or one.halo or one.alone:
            one.place(ffi, aligned(one.floats))
            alone += size
            continue
        start = 0
        for begin, end, other in sorted(placed, key=lambda entry: entry[0]):
            if other.last < one.first or one.last < other.first:
                continue
            if start + size <= begin:
                break
            start = max(start, end)
        placed.append((start, start + size, one))
        total = max(total, start + size)
    room = aligned(total // 4)
    for start, _, one in placed:
        one.place(ffi, room[start // 4 : start // 4 + one.floats])
    return total + alone
