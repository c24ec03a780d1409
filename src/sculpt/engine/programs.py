"""The programs of one network: training, evaluation, batch-norm statistics, and the gradient of all weights."""

from typing import Any

import numpy as np

from sculpt.engine.backward import Backward
from sculpt.engine.buffers import BLOCK, aligned, blocks_per_chunk
from sculpt.engine.forward import Forward
from sculpt.engine.graph import Graph
from sculpt.engine.layers import Kept, Layer
from sculpt.engine.norms import Norm
from sculpt.engine.parameters import Parameters
from sculpt.engine.program import Program
from sculpt.engine.tape import Tape

PLAIN_BATCH = 500
"""Images of a batch without augmentation, as in `sculpt.training.evaluation`: estimated statistics depend on it."""


class Programs:
    """Builds programs for batches of up to `batch_size` images, which share the parameters and the lists.

    recompute: whether values that one batch norm makes are computed again in the backward pass, which changes no bit.
    """

    def __init__(
        self, library: Any, graph: Graph, parameters: Parameters, batch_size: int, threads: int, recompute: bool
    ):
        self.library, self.graph, self.parameters = library, graph, parameters
        self.batch_size, self.threads, self.recompute = batch_size, threads, recompute
        self.chunk = blocks_per_chunk(graph.picture)
        ffi, chunks = library.ffi, self.chunks(max(batch_size, PLAIN_BATCH))
        self.layers: dict[str, Layer] = {}
        for convolution in graph.convolutions():
            norm = Norm(ffi, convolution.norm, convolution.shape, parameters, chunks)
            self.layers[convolution.weight] = Layer(ffi, graph, convolution, norm)
        self.layers[graph.head.weight] = Layer(ffi, graph, graph.head, None)
        self._arrays: list[Any] = []  # that C points to

    def chunks(self, images: int) -> int:
        return -(-_blocks(images) // self.chunk)

    def training(self, momentum: float, decay: float, smoothing: float) -> "Gradients":
        """Forward, backward and update of each batch."""
        made = self._gradients(smoothing, {name: layer.forward for name, layer in self.layers.items()}, None)
        parameters = {
            name: self._floats(array)
            for name, array in (
                ("weights", self.parameters.weights),
                ("velocity", self.parameters.velocity),
                ("gradient", self.parameters.gradient),
            )
        }
        made.update = made.tape.finish("Descend", **parameters, count=0, momentum=momentum, decay=decay)
        for layer in self.layers.values():
            for kept in layer.all_lists():
                made.tape.finish("Gather", lists=kept.struct, weights=parameters["weights"])
        return made.built(self)

    def every_gradient(self, smoothing: float, lists: dict[str, Kept], gradient: np.ndarray) -> "Gradients":
        """Forward and backward of a batch without update; the weight gradients of `lists` go into `gradient`."""
        return self._gradients(smoothing, lists, gradient).built(self)

    def evaluation(self) -> Program:
        """Loss and prediction of each image, with the running statistics."""
        tape = Tape(self.library.ffi, 0, self.chunk * self.threads)
        _, logits = self._through(Forward(tape, self.graph, self.layers, batch=False))
        self._loss(tape, logits, 0.0, None)
        return Program(self.library, tape, self.chunk, self.threads)

    def statistics(self) -> Program:
        """The running statistics of batches of PLAIN_BATCH images."""
        tape = self._tape(PLAIN_BATCH)
        Forward(tape, self.graph, self.layers, batch=True).convolutions()
        return Program(self.library, tape, self.chunk, self.threads)

    def _gradients(self, smoothing: float, lists: dict[str, Kept], gradient: np.ndarray | None) -> "Gradients":
        tape = self._tape(self.batch_size)
        forward = Forward(tape, self.graph, self.layers, batch=True, recompute=self.recompute)
        features, logits = self._through(forward)
        of_logits = tape.scratch(logits.shape)
        self._loss(tape, logits, smoothing, of_logits)
        target = self._floats(self.parameters.gradient if gradient is None else gradient)
        backward = Backward(forward, lists, target)
        backward.from_logits(features, of_logits)
        return Gradients(tape, forward, backward, lists)

    def _through(self, forward: Forward) -> tuple[Any, Any]:
        forward.convolutions()
        return forward.logits()

    def _loss(self, tape: Tape, logits: Any, smoothing: float, of_logits: Any) -> None:
        classes, bias = self.graph.head.shape.channels, self.graph.bias
        chunks = self.chunks(max(self.batch_size, PLAIN_BATCH))
        partial = self._doubles(chunks * classes)
        arguments = {
            "bias": self._floats(self.parameters.part(self.parameters.weights, bias)),
            "smoothing": smoothing,
            "bias_partial": partial,
            "scratch": self._doubles(self.threads * classes),
        }
        tape.do("CrossEntropy", logits=logits, **arguments, gradient=of_logits)
        of_bias = self._floats(self.parameters.part(self.parameters.gradient, bias))
        tape.finish("Conclude", bias_partial=partial, bias_gradient=of_bias, classes=classes)

    def _tape(self, images: int) -> Tape:
        return Tape(self.library.ffi, _blocks(images), self.chunk * self.threads)

    def _floats(self, array: np.ndarray) -> Any:
        return self.library.ffi.cast("float *", array.ctypes.data)

    def _doubles(self, count: int) -> Any:
        self._arrays.append(aligned(count, np.float64))
        return self.library.ffi.cast("double *", self._arrays[-1].ctypes.data)


class Gradients:
    """A program that computes gradients; it needs memory for partial sums that fits its lists.

    update: the arguments of the update, None without one.
    """

    def __init__(self, tape: Tape, forward: Forward, backward: Backward, lists: dict[str, Kept]):
        self.tape, self.forward, self.backward, self.lists = tape, forward, backward, lists
        self.update: Any = None

    def built(self, programs: Programs) -> "Gradients":
        self.program = Program(programs.library, self.tape, programs.chunk, programs.threads)
        self.chunks = programs.chunks(programs.batch_size)
        return self

    def fit(self, count: int) -> None:
        """To the present lists, and to that many kept parameters. Phases share the memory for partial sums."""
        ends: dict[int, int] = {}
        places = []
        for phase, name, *_ in self.backward.partial:
            places.append(ends.get(phase, 0))
            size = self.chunks * self.lists[name].struct.values_count
            ends[phase] = places[-1] + -(-size // BLOCK) * BLOCK
        self._partial = aligned(max(ends.values()))
        start = self._partial.ctypes.data
        for place, (_, _, *operations) in zip(places, self.backward.partial, strict=True):
            for arguments in operations:
                arguments.partial = self.program.library.ffi.cast("float *", start + 4 * place)
        if self.update is not None:
            self.update.count = count


def _blocks(images: int) -> int:
    return -(-images // BLOCK)
