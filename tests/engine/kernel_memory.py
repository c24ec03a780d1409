"""Operations of the kernels on arrays: buffers, lists and programs of one phase, made the plain way."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sculpt.engine.library import Library

Rows = list[list[tuple[int, int, int]]]
"""Of each output channel: (column, offset, place of the weight), in the order of the sum, which is the columns'."""


class Bench:
    """Buffers for one batch of `count` images, and a way to run operations on them."""

    def __init__(self, library: Library, count: int, blocks_per_chunk: int = 1, threads: int = 1):
        self.library, self.count = library, count
        self.blocks = -(-count // 16)
        self.blocks_per_chunk, self.threads = blocks_per_chunk, threads
        self.chunks = -(-self.blocks // blocks_per_chunk)
        self.kept: list[Any] = []

    def new(self, kind: str, *values: Any, **fields: Any) -> Any:
        """A structure that lives as long as the bench."""
        self.kept.append(self.library.ffi.new(f"{kind} *", values[0] if values else fields))
        return self.kept[-1]

    def array(self, values: Any, dtype: Any = np.float32) -> NDArray:
        """A copy that begins at a multiple of 64 bytes and lives as long as the bench."""
        values = np.ascontiguousarray(values, dtype)
        room = np.zeros(values.nbytes + 48, np.uint8)  # memory begins at a multiple of 16: less than a vector to spare
        self.kept.append(room)
        start = -room.ctypes.data % 64
        copy = room[start : start + values.nbytes].view(dtype).reshape(values.shape)
        copy[...] = values
        return copy

    def at(self, array: NDArray) -> Any:
        kinds = {"f4": "float", "f8": "double", "i4": "int32_t", "i8": "int64_t", "u1": "uint8_t"}
        return self.library.ffi.cast(f"{kinds[array.dtype.str[1:]]} *", array.ctypes.data)

    def buffer(self, shape: tuple[int, int, int], halo: int, values: NDArray | None = None) -> "Field":
        field = Field(self, shape, halo)
        if values is not None:
            field.interior[...] = lanes(values, self.blocks)
        return field

    def lists(self, rows: Rows, weights: NDArray, fourfold: bool) -> Any:
        """fourfold: four rows at a time share the union of their offsets wherever they may."""
        groups, offsets, places = [], [], []
        i = 0
        while i < len(rows):
            height = 4 if fourfold and i + 4 <= len(rows) else 1
            part = [{entry[:2]: entry[2] for entry in row} for row in rows[i : i + height]]
            union = sorted(set().union(*part))
            groups.append((i, height, len(union), len(offsets), len(places)))
            offsets += [offset for _, offset in union]
            places += [row.get(entry, -1) for entry in union for row in part]
            i += height
        table = self.library.ffi.new("Group[]", groups)
        self.kept.append(table)
        places_array, values = self.array(places, np.int32), self.array(np.zeros(len(places)))
        values[:] = np.where(places_array < 0, 0, weights[places_array])
        return self.new(
            "Lists",
            groups=table,
            offsets=self.at(self.array(offsets, np.int32)),
            weights=self.at(places_array),
            values=self.at(values),
            groups_count=len(groups),
            values_count=len(places),
        )

    def run(
        self, operations: list[tuple[str, Any]], finals: list[tuple[str, Any]], images: Any = None, **batches: Any
    ) -> None:
        """Run (name, arguments) on the batch."""
        ffi, lib = self.library.ffi, self.library.lib
        tables = [[(getattr(lib, name), arguments) for name, arguments in part] for part in (operations, finals)]
        made = [ffi.new("Operation[]", table) for table in tables]
        phase = self.new("Phase", (made[0], made[1], len(operations), len(finals)))
        program = self.new("Program", (phase, 1, self.blocks_per_chunk, self.threads))
        rates, momenta = self.array([0.1]), self.array([0.1], np.float64)
        given = {"images": self.count, "batch_size": self.count, "rates": self.at(rates), "momenta": self.at(momenta)}
        done = lib.sculpt_run(program, images or ffi.NULL, self.new("Batches", given | batches), 0, 0.0)
        assert done == 1


class Field:
    """A buffer: `interior` is a view (blocks, channels, height, width, 16 images) of its values."""

    def __init__(self, bench: Bench, shape: tuple[int, int, int], halo: int):
        channels, height, width = shape
        self.shape, self.halo, self.bench = shape, halo, bench
        self.pitch, self.plane = width + halo, (height + halo) * (width + halo)
        positions = channels * self.plane + halo * (halo + width) + halo
        self.data = bench.array(np.zeros((bench.blocks, positions, 16)))
        step = self.data.strides[1]
        self.interior = np.lib.stride_tricks.as_strided(
            self.data[:, halo * self.pitch + halo :],
            (bench.blocks, channels, height, width, 16),
            (self.data.strides[0], self.plane * step, self.pitch * step, step, 4),
        )
        self.structure = bench.new(
            "Buffer",
            data=bench.at(self.data),
            block=positions * 16,
            channels=channels,
            height=height,
            width=width,
            halo=halo,
        )

    def values(self) -> NDArray:
        """(images, channels, height, width); checks that halos and lanes without image stayed zero."""
        outside = self.data.copy()
        inner = np.lib.stride_tricks.as_strided(
            outside[:, self.halo * self.pitch + self.halo :], self.interior.shape, self.interior.strides
        )
        inner[...] = 0
        assert not outside.any(), "something was written into the halo"
        return unlaned(self.interior, self.bench.count)


def lanes(values: NDArray, blocks: int) -> NDArray:
    """(images, ...) as (blocks, ..., 16), zeros where there is no image."""
    room = np.zeros((blocks * 16, *values.shape[1:]), np.float32)
    room[: len(values)] = values
    return np.moveaxis(room.reshape(blocks, 16, *values.shape[1:]), 1, -1)


def unlaned(values: NDArray, count: int) -> NDArray:
    """(blocks, ..., 16) as (images, ...)."""
    return np.moveaxis(values, -1, 1).reshape(-1, *values.shape[1:-1])[:count].copy()
