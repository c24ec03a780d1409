"""The programs of a network: training, evaluation, batch-norm statistics, and the gradient of all weights."""

from functools import cached_property
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sculpt.engine.graph import Graph
from sculpt.engine.library import Library
from sculpt.engine.parameters import Parameters, Shapes
from sculpt.engine.programs.backward import Backward
from sculpt.engine.programs.buffers import BLOCK, Buffer, aligned, blocks_per_chunk
from sculpt.engine.programs.forward import Forward
from sculpt.engine.programs.layers import Kept, Layer
from sculpt.engine.programs.norms import norm
from sculpt.engine.programs.program import Program
from sculpt.engine.programs.tape import Tape

PLAIN_BATCH = 500
"""Images of a batch without augmentation, as in `sculpt.training.evaluation`: estimated statistics depend on it."""
RUNNING = {"running_mean": "running_mean", "running_variance": "running_var"}
"""Fields of `Norm`, and what a checkpoint calls them."""


class Training(NamedTuple):
    """A program that trains; forward: what it stores of each value; update: the arguments of its update.

    Of these `count`, how many parameters there are, is another for each mask.
    """

    program: Program
    forward: Forward
    update: Any


class Programs:
    """Programs for batches of up to `batch_size` images, and the memory in which they work on one network at a time.

    Each is built when it is first used. recompute: whether values that one batch norm makes are computed again in the
    backward pass, which changes no bit. weights, velocity and gradient are of all parameters, side by side; running
    holds all running statistics, of which `statistics` names the parts.
    """

    def __init__(
        self,
        library: Library,
        graph: Graph,
        shapes: Shapes,
        prunable: list[str],
        *,
        batch_size: int,
        momentum: float,
        decay: float,
        smoothing: float,
        threads: int,
        recompute: bool,
    ):
        self.library, self.graph, self.batch_size, self.threads = library, graph, batch_size, threads
        self.momentum, self.decay, self.smoothing, self.recompute = momentum, decay, smoothing, recompute
        self.parameters = Parameters(shapes, prunable)
        self.chunk = blocks_per_chunk(graph.picture)
        self.chunks = -(-_blocks(max(batch_size, PLAIN_BATCH)) // self.chunk)
        self.weights, self.velocity, self.gradient = (aligned(self.parameters.room) for _ in range(3))
        self.statistics: dict[str, NDArray[np.float32]] = {}
        convolutions = graph.convolutions()
        self.running = aligned(2 * sum(convolution.shape.channels for convolution in convolutions))
        self.layers: dict[str, Layer] = {}
        self._alive: list[Any] = []  # what C points to
        end = 0
        for convolution in convolutions:
            channels, given = convolution.shape.channels, {}
            for field, name in RUNNING.items():
                given[field] = self.statistics[f"{convolution.norm}.{name}"] = self.running[end : end + channels]
                end += channels
            for field in ("weight", "bias"):
                name = f"{convolution.norm}.{field}"
                given[field] = self.parameters.part(self.weights, name)
                given[f"{field}_gradient"] = self.parameters.part(self.gradient, name)
            struct, arrays = norm(library.ffi, convolution.shape, given, self.chunks)
            self._alive += arrays
            self.layers[convolution.weight] = Layer(graph, convolution, struct)
        self.layers[graph.head.weight] = Layer(graph, graph.head, None)
        layers, new = self.layers.values(), library.ffi.new
        self.forward = new("Lists[]", len(layers))
        self.backward = new("Lists[]", sum(len(layer.parities) for layer in layers))
        """Where the lists of the network are that is worked on, in the order of the layers and their parities."""
        end = 0
        for place, layer in enumerate(layers):
            layer.bind(self.forward + place, [self.backward + end + i for i in range(len(layer.parities))])
            end += len(layer.parities)
        self.held: Any = None
        """That network, whose state is in here; its backward lists only where `going_back` is true."""
        self.going_back = False

    def state(self, count: int) -> list[NDArray[np.float32]]:
        """Weights and velocity of a network with so many kept parameters, and running statistics."""
        return [self.weights[:count], self.velocity[:count], self.running]

    @cached_property
    def training(self) -> Training:
        """Forward, backward and update of each batch."""
        tape = self._tape(self.batch_size)
        forward = self._gradients(tape, {name: layer.forward for name, layer in self.layers.items()}, self.gradient)
        arrays = {"weights": self.weights, "velocity": self.velocity, "gradient": self.gradient}
        pointers = {name: self._pointer(array) for name, array in arrays.items()}
        update = tape.finish("Descend", **pointers, count=0, momentum=self.momentum, decay=self.decay)
        for structs in (self.forward, self.backward):
            for i in range(len(structs)):
                tape.finish("Gather", lists=structs + i, weights=pointers["weights"])
        return Training(self._built(tape), forward, update)

    @cached_property
    def every_gradient(self) -> tuple[Program, NDArray[np.float32]]:
        """Forward and backward of a batch without update; with where it leaves the gradients of all weights.

        They are in the order of `layers`, each in that of its weight, behind the places of the other parameters.
        """
        rows, end = [], self.parameters.fixed
        for name, layer in self.layers.items():
            size = prod(self.parameters.shapes[name])
            rows.append(layer.outputs[0].lists(np.arange(end, end + size, dtype=np.int32)))
            end += size
        kept = Kept(self.library.ffi, rows)
        self._alive.append(kept)
        lists, gradient = {name: kept.structs + i for i, name in enumerate(self.layers)}, aligned(end)
        tape = self._tape(self.batch_size)
        self._gradients(tape, lists, gradient)
        return self._built(tape), gradient[self.parameters.fixed :]

    @cached_property
    def evaluation(self) -> Program:
        """Loss and prediction of each image, with the running statistics."""
        tape = Tape(self.library.ffi, 0, self.chunk * self.threads)
        forward = Forward(tape, self.graph, self.layers, batch=False)
        forward.convolutions()
        self._loss(tape, forward.logits()[1], 0.0, None)
        return self._built(tape)

    @cached_property
    def estimation(self) -> Program:
        """The running statistics from batches of PLAIN_BATCH images."""
        tape = self._tape(PLAIN_BATCH)
        Forward(tape, self.graph, self.layers, batch=True).convolutions()
        return self._built(tape)

    def _gradients(self, tape: Tape, lists: dict[str, Any], gradient: NDArray[np.float32]) -> Forward:
        """Forward and backward; the weight gradients of `lists` go into `gradient`."""
        forward = Forward(tape, self.graph, self.layers, batch=True, recompute=self.recompute)
        forward.convolutions()
        features, logits = forward.logits()
        of_logits = tape.scratch(logits.shape)
        self._loss(tape, logits, self.smoothing, of_logits)
        backward = Backward(forward, lists, self._pointer(gradient))
        backward.from_logits(features, of_logits)
        self._give_room(backward)
        self._alive.append(gradient)
        return forward

    def _give_room(self, backward: Backward) -> None:
        """Memory for the partial sums of weight gradients, enough for any mask, which phases share."""
        chunks = -(-_blocks(self.batch_size) // self.chunk)
        ends: dict[int, int] = {}
        places = []
        for phase, name, *_ in backward.partial:
            places.append(ends.get(phase, 0))
            size = chunks * prod(self.parameters.shapes[name])
            ends[phase] = places[-1] + -(-size // BLOCK) * BLOCK
        room = aligned(max(ends.values()))
        self._alive.append(room)
        for place, (_, _, *operations) in zip(places, backward.partial, strict=True):
            for arguments in operations:
                arguments.partial = self._pointer(room[place:])

    def _loss(self, tape: Tape, logits: Buffer, smoothing: float, of_logits: Buffer | None) -> None:
        classes, bias = self.graph.head.shape.channels, self.graph.bias
        partial, scratch = aligned(self.chunks * classes, np.float64), aligned(self.threads * classes, np.float64)
        self._alive += [partial, scratch]
        partial, scratch = self._pointer(partial, "double *"), self._pointer(scratch, "double *")
        numbers = {"bias": self._pointer(self.parameters.part(self.weights, bias)), "smoothing": smoothing}
        tape.do("CrossEntropy", logits=logits, **numbers, gradient=of_logits, bias_partial=partial, scratch=scratch)
        of_bias = None if of_logits is None else self._pointer(self.parameters.part(self.gradient, bias))
        tape.finish("Conclude", bias_partial=partial, bias_gradient=of_bias, classes=classes)

    def _tape(self, images: int) -> Tape:
        return Tape(self.library.ffi, _blocks(images), self.chunk * self.threads)

    def _built(self, tape: Tape) -> Program:
        return Program(self.library, tape, self.chunk, self.threads)

    def _pointer(self, array: NDArray[Any], kind: str = "float *") -> Any:
        return self.library.ffi.cast(kind, array.ctypes.data)


def _blocks(images: int) -> int:
    return -(-images // BLOCK)
