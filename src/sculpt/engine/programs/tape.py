"""Writes operations down one after the other, and cuts them into phases where one must wait for all chunks."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from sculpt.engine.graph import Shape
from sculpt.engine.programs.buffers import Buffer, buffer

WRITTEN = {
    "Pack": "out",
    "Convolve": "out",
    "Activate": "y",
    "Deactivate": "gradient",
    "Denormalise": "dz",
    "Add": "out",
    "MaxPool": "out",
    "MaxPoolGradient": "out",
    "Mean": "out",
    "MeanGradient": "out",
    "CrossEntropy": "gradient",
}
"""The buffer that each operation fills or changes; all its other ones it reads."""


@dataclass
class Phase:
    """Operations on chunk after chunk, and the final ones; each is a kind and its arguments."""

    operations: list[tuple[str, Any]] = field(default_factory=list)
    finals: list[tuple[str, Any]] = field(default_factory=list)


class Tape:
    """Operations in the order in which they are added, in phases.

    What the final operations of a phase make (named by `makes`) can be used from the next phase on: `after` begins it
    where something is still pending. Scratch buffers hold something from when they are written to the end of the phase,
    or to when they are released; then their memory serves others of the same shape, whose halo lies where theirs did.
    """

    def __init__(self, ffi: Any, blocks: int, scratch_blocks: int):
        self.ffi, self.blocks, self.scratch_blocks = ffi, blocks, scratch_blocks
        self.phases = [Phase()]
        self.buffers: list[Buffer] = []
        self._pending: set[Any] = set()
        self._filled: set[Buffer] = set()
        self._free: dict[tuple[Shape, int], list[Buffer]] = {}
        self._taken: dict[Buffer, Buffer] = {}

    def stored(self, shape: Shape, halo: int = 0) -> Buffer:
        """A buffer of all images of the batch."""
        self.buffers.append(buffer(self.ffi, shape, halo, self.blocks, scratch=False))
        return self.buffers[-1]

    def scratch(self, shape: Shape, halo: int = 0) -> Buffer:
        """A buffer of a chunk; its content is undefined, its halo zero."""
        free = self._free.setdefault((shape, halo), [])
        if not free:
            self.buffers.append(buffer(self.ffi, shape, halo, self.scratch_blocks, scratch=True))
            free.append(self.buffers[-1])
        memory = free.pop()
        taken = replace(memory)  # another handle each time, so that an old one is not taken for it
        self._taken[taken] = memory
        return taken

    def release(self, used: Buffer) -> None:
        """Let others use a scratch buffer; a stored one is left as it is."""
        if used.scratch:
            self._filled.discard(used)
            self._free[used.shape, used.halo].append(self._taken.pop(used))

    def holds(self, wanted: Buffer) -> bool:
        """Whether a buffer that was written still holds it."""
        return not wanted.scratch or wanted in self._filled

    def after(self, *made: Any) -> None:
        """Begin another phase where final operations of this one make one of these."""
        if self._pending.intersection(made):
            self.phases.append(Phase())
            self._pending.clear()
            for used in list(self._taken):
                self.release(used)

    def do(self, kind: str, **arguments: Any) -> Any:
        """Add an operation on a chunk; returns its arguments as the kernels see them."""
        for name, given in arguments.items():
            if isinstance(given, Buffer):
                assert name == WRITTEN.get(kind) or self.holds(given), f"{kind}: {name} holds nothing in this phase"
                self._use(given)
                arguments[name] = given.struct
        return self._added(self.phases[-1].operations, kind, arguments)

    def finish(self, kind: str, makes: Any = None, **arguments: Any) -> Any:
        """Add an operation that runs once, when all chunks are done."""
        self._pending.add(makes)
        return self._added(self.phases[-1].finals, kind, arguments)

    def _added(self, where: list[tuple[str, Any]], kind: str, arguments: dict[str, Any]) -> Any:
        struct = self.ffi.new(f"{kind} *", {name: given for name, given in arguments.items() if given is not None})
        where.append((kind, struct))
        return struct

    def _use(self, used: Buffer) -> None:
        phase = len(self.phases) - 1
        used.first = phase if used.first < 0 else used.first
        used.last = phase
        if used.scratch:
            self._filled.add(used)


def constant(kind: str) -> str:
    """The name of an operation's number: MAX_POOL of MaxPool."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind).upper()
