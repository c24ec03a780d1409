"""A program of the engine with its memory as a file, for a machine without Python: `run_program.c` reads it.

What the kernels can reach is found by following the pointers of program.h's structs; how far each reaches is said in
EXTENTS. A file holds stretches of memory, where in them pointers stand, and where the three arguments of `sculpt_run`
and the parameters are.
"""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sculpt.engine.programs.buffers import BLOCK
from sculpt.engine.programs.program import Program
from sculpt.engine.programs.programs import Programs

Count = Callable[[Any], int]


class Memory:
    """Stretches of memory by address, and the places of pointers."""

    def __init__(self, ffi: Any, programs: Programs, images: int):
        self.ffi = ffi
        self.stretches: list[tuple[int, int]] = []
        self.pointers: list[int] = []
        self.seen: set[tuple[int, str]] = set()
        self.extents = extents(programs, images)

    def struct(self, given: Any, name: str) -> None:
        """A struct, and all that its pointers reach."""
        start = int(self.ffi.cast("uintptr_t", given))
        if (start, name) in self.seen:
            return
        self.seen.add((start, name))
        self.add(start, self.ffi.sizeof(name))
        for field, about in self.ffi.typeof(name).fields:
            target = getattr(given, field) if about.type.kind == "pointer" else self.ffi.NULL
            if target == self.ffi.NULL:
                continue
            reached = about.type.item.cname
            if reached in STRUCTS:
                self.struct(target, reached)
            elif (name, field) in self.extents:
                count = self.extents[name, field](given)
                if not count:
                    continue
                self.add(int(self.ffi.cast("uintptr_t", target)), count * self.ffi.sizeof(about.type.item))
            self.pointers.append(start + about.offset)

    def add(self, start: int, size: int) -> None:
        self.stretches.append((start, start + size))

    def joined(self) -> list[tuple[int, int]]:
        """The stretches in order; those that overlap or touch are one, so that places stay apart as they are."""
        found: list[tuple[int, int]] = []
        for start, end in sorted(self.stretches):
            if found and start <= found[-1][1]:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((start, end))
        return found


STRUCTS = {"Buffer", "Lists", "Norm"}


def extents(programs: Programs, images: int) -> dict[tuple[str, str], Count]:
    """How many elements each pointer reaches, of those to something else than a struct.

    What is missing lies within what another pointer reaches: those into the arrays of all parameters, and the second
    one to a memory of partial sums.
    """
    chunks = -(-programs.batch_size // (BLOCK * programs.chunk))
    threads, classes = programs.threads, programs.graph.head.shape.channels
    of_all, of_channels = lambda _: programs.parameters.room, lambda norm: norm.channels
    norms = ["mean", "inverse", "scale", "shift", "of_gradient", "of_value", "constant"]
    return {
        ("Lists", "groups"): lambda lists: lists.groups_count,
        ("Lists", "offsets"): _entries,
        ("Lists", "weights"): lambda lists: lists.values_count,
        ("Lists", "values"): lambda lists: lists.values_count,
        **{("Norm", name): of_channels for name in [*norms, "running_mean", "running_variance"]},
        ("Norm", "sums"): lambda norm: chunks * norm.channels * 3,
        ("Norm", "gradient_sums"): lambda norm: chunks * norm.channels * 2,
        ("Correlate", "partial"): lambda correlate: chunks * correlate.lists.values_count,
        ("CrossEntropy", "bias_partial"): lambda _: chunks * classes,
        ("CrossEntropy", "scratch"): lambda _: threads * classes,
        **{("Descend", name): of_all for name in ("weights", "velocity", "gradient")},
        ("Images", "pixels"): lambda split: images * split.height * split.width * split.channels,
        ("Images", "numbers"): lambda split: split.channels * 256,
        ("Images", "labels"): lambda split: images * split.label_stride,
        **{("Batches", name): lambda batches: batches.images for name in ("losses", "predictions")},
        **{("Batches", name): _batches for name in ("rates", "momenta", "batch_losses", "batch_hits")},
        ("Batches", "draws"): _draws,
    }


def write(path: Path, program: Program, programs: Programs, split: Any, batches: Any, images: int) -> None:
    """Write the memory before a run; images: of the split that `split` points to."""
    ffi = programs.library.ffi
    memory = Memory(ffi, programs, images)
    memory.struct(split, "Images")
    memory.struct(batches, "Batches")
    for buffer in program.tape.buffers:
        memory.struct(buffer.struct, "Buffer")
        memory.add(buffer.array.ctypes.data, buffer.array.nbytes)
    for phase in program.tape.phases:
        for kind, arguments in phase.operations + phase.finals:
            memory.struct(arguments, kind)
    memory.struct(program.struct, "Program")
    for i in range(program.struct.phases_count):
        phase = program.struct.phases + i
        memory.struct(phase, "Phase")
        for operations, count in (
            (phase.operations, phase.operations_count),
            (phase.finals, phase.finals_count),
        ):
            for j in range(count):
                memory.struct(operations + j, "Operation")
    addresses = [int(ffi.cast("uintptr_t", given)) for given in (program.struct, split, batches)]
    weights, joined = programs.weights, memory.joined()
    pointers = sorted(set(memory.pointers))
    with path.open("wb") as file:
        head = [len(joined), len(pointers), *addresses, batches.images // batches.batch_size]
        file.write(struct.pack("<8q", *head, weights.ctypes.data, weights.nbytes))
        file.writelines(struct.pack("<2q", start, end - start) for start, end in joined)
        file.writelines(struct.pack("<q", place) for place in pointers)
        file.writelines(ffi.buffer(ffi.cast("char *", start), end - start) for start, end in joined)


def _entries(lists: Any) -> int:
    groups = [lists.groups[i] for i in range(lists.groups_count)]
    return max((group.offset + group.entries for group in groups), default=0)


def _batches(batches: Any) -> int:
    return -(-batches.images // batches.batch_size)


def _draws(batches: Any) -> int:
    last = (_batches(batches) - 1) * batches.batch_stride + 3 * batches.part_stride
    return last + (batches.batch_size - 1) * batches.place_stride + 1
