"""The operations from images to logits."""

from typing import Any

from sculpt.engine.graph import Convolution, Graph, Picture, Point, Pool, Shape
from sculpt.engine.programs.buffers import Buffer
from sculpt.engine.programs.layers import EVERY, Layer
from sculpt.engine.programs.tape import Tape


class Forward:
    """Writes the operations down.

    layers: by the name of their weight. batch: batch norms take the statistics of the batch, so that what convolutions
    make is stored and phases are separated; otherwise the running ones, and everything passes chunk by chunk.
    recompute: what can be had again from a stored value by one batch norm is not stored itself.
    """

    def __init__(self, tape: Tape, graph: Graph, layers: dict[str, Layer], batch: bool, recompute: bool = True):
        self.tape, self.graph, self.layers, self.batch, self.recompute = tape, graph, layers, batch, recompute
        self.normed: dict[str, Buffer] = {}
        """What each convolution makes, by the name of its weight."""
        self._values: dict[int, Buffer] = {}
        self._readings: dict[int, int] = {}
        if not batch:
            for convolution in graph.convolutions():
                norm = layers[convolution.weight].norm
                tape.finish("Recall", makes=_statistics(convolution.norm), norm=norm)
            tape.after(*(_statistics(convolution.norm) for convolution in graph.convolutions()))

    def convolutions(self) -> None:
        """Every convolution, and the statistics of what it makes."""
        for convolution in self.graph.convolutions():
            layer = self.layers[convolution.weight]
            read = self.value(convolution.source)
            made = self.tape.stored(convolution.shape) if self.batch else self.tape.scratch(convolution.shape)
            convolve(self.tape, layer, read, made)
            self.done(convolution.source)
            self.normed[convolution.weight] = made
            if self.batch:
                self.tape.do("Measure", z=made, norm=layer.norm)
                self.tape.finish("Normalise", makes=_statistics(convolution.norm), norm=layer.norm)

    def logits(self) -> tuple[Buffer, Buffer]:
        """The features and the logits, from the last value."""
        last = self.value(len(self.graph.values) - 1)
        head = self.graph.head
        features = self.tape.scratch(Shape(last.shape.channels, 1, 1))
        self.tape.do("Mean", **{"in": last}, out=features)
        logits = self.tape.scratch(head.shape)
        convolve(self.tape, self.layers[head.weight], features, logits)
        return features, logits

    def value(self, place: int) -> Buffer:
        """A value as it can be read in this phase; it is made where no buffer holds it."""
        held = self._values.get(place)
        if held is not None and self.tape.holds(held):
            return held
        made = self.graph.values[place]
        if isinstance(made, Picture):
            out = self._room(place)
            self.tape.do("Pack", out=out)
        elif isinstance(made, Pool):
            read = self.value(made.source)
            out = self._room(place)
            window = {"kernel": made.kernel, "stride": made.stride, "padding": made.padding}
            self.tape.do("MaxPool", **{"in": read}, out=out, **window)
            self.done(made.source)
        else:
            out = self._point(place, made)
        self._values[place] = out
        self._readings[place] = self.graph.uses(place)
        return out

    def done(self, place: int) -> None:
        """One reading of a value is over."""
        self._readings[place] -= 1
        if not self._readings[place] and self._values[place].scratch:
            self.tape.release(self._values.pop(place))

    def z(self, term: Convolution) -> dict[str, Any]:
        """What a term of a point is made from."""
        return {"z": self.normed[term.weight], "norm": self.layers[term.weight].norm}

    def keeps(self, place: int) -> bool:
        """Whether a value is stored for the whole batch."""
        made = self.graph.values[place]
        if not self.batch:
            return False
        if not self.recompute or not isinstance(made, Point) or self.graph.uses(place) > 1:
            return True
        last = place == len(self.graph.values) - 1  # read, and its gradient taken, in the phase that makes it
        return not last and (made.other is not None or len(made.terms) > 1)

    def _room(self, place: int) -> Buffer:
        shape, halo = self.graph.values[place].shape, self.graph.halo(place)
        if not self.keeps(place):
            return self.tape.scratch(shape, halo)
        room = self.tape.stored(shape, halo)
        room.alone = not self.recompute
        return room

    def _point(self, place: int, made: Point) -> Buffer:
        self.tape.after(*(_statistics(term.norm) for term in made.terms))
        arguments = self.z(made.terms[0])
        if made.other is not None:
            arguments["other"] = self.value(made.other)
        elif len(made.terms) > 1:
            second = self.z(made.terms[1])
            arguments |= {"other": second["z"], "other_norm": second["norm"]}
        out = self._room(place)
        self.tape.do("Activate", **arguments, y=out, activation=made.activation)
        if made.other is not None:
            self.done(made.other)
        for term in made.terms:
            self.tape.release(self.normed[term.weight])
        return out


def convolve(tape: Tape, layer: Layer, read: Buffer, made: Buffer) -> None:
    """The convolution itself."""
    stride, (parity_y, parity_x) = layer.convolution.stride, EVERY
    numbers = {"stride": stride, "parity_y": parity_y, "parity_x": parity_x, "add": 0}
    tape.do("Convolve", lists=layer.forward, **{"in": read}, out=made, **numbers)


def _statistics(norm: str) -> tuple[str, str]:
    return "statistics", norm
