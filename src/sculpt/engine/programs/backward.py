"""The operations from logits to the gradients of all parameters."""

from typing import Any

from sculpt.engine.graph import Convolution, Point, Pool
from sculpt.engine.programs.buffers import Buffer
from sculpt.engine.programs.forward import Forward
from sculpt.engine.programs.layers import Layer


class Backward:
    """Writes the operations down behind those of `forward`, from the last value to the first.

    Each value collects its gradient from all that read it before the gradients of what it was made from are taken.
    gradient: a pointer to that of all parameters. correlated: the lists of the weight gradient of each layer, by the
    name of its weight: of the kept weights, or of all.
    """

    def __init__(self, forward: Forward, correlated: dict[str, Any], gradient: Any):
        self.forward, self.tape, self.graph = forward, forward.tape, forward.graph
        self.correlated, self.gradient = correlated, gradient
        self.partial: list[tuple[int, str, Any, Any]] = []
        """Of each weight gradient: its phase, its layer, and the two operations that need memory for partial sums."""
        self._gradients: dict[int, Buffer] = {}

    def from_logits(self, features: Buffer, of_logits: Buffer) -> None:
        """All gradients; of_logits: that of the logits."""
        last = len(self.graph.values) - 1
        head = self.forward.layers[self.graph.head.weight]
        self._weight_gradient(head, features, of_logits)
        of_features = self.tape.scratch(features.shape)
        self._input_gradient(head, of_logits, of_features, add=False)
        self.tape.do("MeanGradient", gradient=of_features, out=self._fresh(last))
        for place in reversed(range(len(self.graph.values))):
            self._collect(place)
            made = self.graph.values[place]
            if isinstance(made, Point):
                self._deactivate(place, made)

    def _collect(self, place: int) -> None:
        """The contributions of all that read a value, and the weight gradients of the convolutions among them."""
        points = [(p, made) for p, made in enumerate(self.graph.values) if isinstance(made, Point)]
        summed = [(p, made) for p, made in points if made.other == place]
        free = [p for p, made in summed if all(term.source > place for term in made.terms)]
        for p in free:
            self._pass_on(p, place)
        terms = [(p, term) for p, made in points for term in made.terms if term.source == place]
        # The largest window first: what is added to it then are often single positions, of one parity.
        for p, term in sorted(terms, key=lambda entry: -entry[1].kernel):
            self._convolution(p, term, place)
        for p, pool in enumerate(self.graph.values):
            if isinstance(pool, Pool) and pool.source == place:
                self._pool(p, pool)
        for p, _ in summed:
            if p not in free:
                self._pass_on(p, place)

    def _pass_on(self, point: int, place: int) -> None:
        """The gradient of a sum is that of each summand, which takes it over where it has none and nobody needs it."""
        given = self._gradients[point]
        if place in self._gradients:
            self.tape.do("Add", **{"in": given}, out=self._gradients[place])
        elif all(term.source > place for term in self.graph.values[point].terms):
            self._gradients[place] = given
        else:
            # A copy, as the gradient of windows of one position.
            window = {"kernel": 1, "stride": 1, "padding": 0}
            self.tape.do("MaxPoolGradient", **{"in": given}, gradient=given, out=self._fresh(place), **window)

    def _convolution(self, point: int, term: Convolution, place: int) -> None:
        layer, made = self.forward.layers[term.weight], self.graph.values[point]
        self.tape.after(_coefficients(term.norm))
        behind = self.tape.scratch(term.shape, layer.halo)
        z = self.forward.z(term)
        activation = 0 if self._is_masked(made) else made.activation
        self.tape.do("Denormalise", gradient=self._gradients[point], **z, dz=behind, activation=activation)
        read = self.forward.value(place)
        self._weight_gradient(layer, read, behind)
        self.forward.done(place)
        if layer.backward:
            add = place in self._gradients
            self._input_gradient(layer, behind, self._gradients[place] if add else self._fresh(place), add)
        self.tape.release(behind)

    def _pool(self, place: int, pool: Pool) -> None:
        read, source = self.forward.value(pool.source), pool.source
        add = source in self._gradients
        out = self.tape.scratch(read.shape) if add else self._fresh(source)
        window = {"kernel": pool.kernel, "stride": pool.stride, "padding": pool.padding}
        self.tape.do("MaxPoolGradient", **{"in": read}, gradient=self._gradients[place], out=out, **window)
        self.forward.done(source)
        if add:
            self.tape.do("Add", **{"in": out}, out=self._gradients[source])
            self.tape.release(out)

    def _deactivate(self, place: int, made: Point) -> None:
        """The gradient behind the activation, and what its batch norms need of it."""
        arguments = self.forward.z(made.terms[0])
        if len(made.terms) > 1:
            second = self.forward.z(made.terms[1])
            arguments |= {"other_z": second["z"], "other_norm": second["norm"]}
        if self._is_masked(made):
            arguments["y"] = self.forward.value(place)
        self.tape.do("Deactivate", gradient=self._gradients[place], **arguments, activation=made.activation)
        for term in made.terms:
            norm = self.forward.layers[term.weight].norm
            self.tape.finish("Differentiate", makes=_coefficients(term.norm), norm=norm)

    def _is_masked(self, made: Point) -> bool:
        """Whether the gradient in front of the activation is replaced by that behind it, which a sum passes on.

        Of one batch norm alone, whoever needs it computes it again.
        """
        return bool(made.activation) and (made.other is not None or len(made.terms) > 1)

    def _weight_gradient(self, layer: Layer, read: Buffer, behind: Buffer) -> None:
        lists = self.correlated[layer.convolution.weight]
        arguments = {"in": read, "gradient": behind, "stride": layer.convolution.stride}
        partial = self.tape.do("Correlate", lists=lists, **arguments)
        collected = self.tape.finish("Collect", lists=lists, gradient=self.gradient)
        self.partial.append((len(self.tape.phases) - 1, layer.convolution.weight, partial, collected))

    def _input_gradient(self, layer: Layer, behind: Buffer, out: Buffer, add: bool) -> None:
        for (parity_y, parity_x), lists in layer.backward.items():
            if add and layer.convolution.kernel == 1 and max(parity_y, parity_x) > 0:
                continue  # a window of one position reads none of these
            numbers = {"stride": 1, "parity_y": parity_y, "parity_x": parity_x, "add": int(add)}
            self.tape.do("Convolve", lists=lists, **{"in": behind}, out=out, **numbers)

    def _fresh(self, place: int) -> Buffer:
        self._gradients[place] = self.tape.stored(self.graph.values[place].shape)
        return self._gradients[place]


def _coefficients(norm: str) -> tuple[str, str]:
    return "coefficients", norm
