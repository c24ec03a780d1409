"""A tape as the kernels run it, with memory for all that it names."""

from typing import Any

from sculpt.engine.errors import EngineError
from sculpt.engine.library import Library
from sculpt.engine.programs.buffers import share
from sculpt.engine.programs.tape import Tape, constant

SECONDS = 0.2
"""After so long a call of the kernels comes back between two batches, so that Python can take an interrupt."""


class Program:
    """Operations in phases; only the library that it was built for may run it.

    library: as `sculpt.engine.library` loads it; chunk: blocks of each. bytes: of its buffers.
    """

    def __init__(self, library: Library, tape: Tape, chunk: int, threads: int):
        self.library, self.tape = library, tape
        self.tag = library.tag
        self.bytes = share(library.ffi, tape.buffers)
        new, phases = library.ffi.new, []
        self._alive: list[Any] = []  # the structs that C points to
        for phase in tape.phases:
            arrays = []
            for added in (phase.operations, phase.finals):
                operations = [(getattr(library.lib, constant(kind)), arguments) for kind, arguments in added]
                arrays.append(new("Operation[]", operations))
                self._alive.append(operations)
            self._alive += arrays
            phases.append((*arrays, len(phase.operations), len(phase.finals)))
        self._phases = new("Phase[]", phases)
        self.struct = new("Program *", (self._phases, len(phases), chunk, threads))

    def run(self, library: Library, images: Any, batches: Any, count: int) -> None:
        """All `count` batches. Raises EngineError on another library."""
        if library.tag != self.tag:
            raise EngineError(f"this program was built for the kernels {self.tag}, not for {library.tag}")
        done = 0
        while done < count:
            done = library.lib.sculpt_run(self.struct, images, batches, done, SECONDS)
