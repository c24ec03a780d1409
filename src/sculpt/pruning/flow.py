"""Flow correction of random masks (Gadhikar et al. 2023, arXiv 2210.02412): no unit without an input or an output.

A weight connects an input channel of its layer with an output channel, whatever its place in the kernel. A layer is
connected where each of its output channels and each of its input channels has a kept weight. The condition is on each
layer alone, shortcuts included, and so a path leads through every unit from the images to the classes. A layer that is
a part of another mask has to connect the channels that are left in it.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Layer:
    """The weights of a layer that may be kept, in a seed's random order; the first are kept first.

    outputs, inputs: (n,), the output and the input channel of each weight. groups: of the convolution. complete:
    whether every weight of the layer is among them.
    """

    outputs: np.ndarray
    inputs: np.ndarray
    groups: int
    complete: bool

    @classmethod
    def of(cls, order: np.ndarray, shape: tuple[int, ...], groups: int) -> "Layer":
        """order: (n,), flat indices of weights. shape: of the layer's weights, (outputs, inputs / groups, ...)."""
        of_output = int(np.prod(shape[1:]))
        outputs, rest = np.divmod(order, of_output)
        first_input = outputs // (shape[0] // groups) * shape[1]
        return cls(outputs, first_input + rest // (of_output // shape[1]), groups, len(order) == shape[0] * of_output)

    def fewest(self) -> int:
        """Weights that connect the layer: the larger of its inputs and its outputs, where it is complete.

        Of a part of a layer it is a number that suffices; a few less could do.
        """
        if not self.complete:
            return len(self.connecting(0))
        return self.groups * max(self._channels(self.outputs), self._channels(self.inputs))

    def kept(self, count: int) -> np.ndarray:
        """Places in the order, (count,), of weights that connect the layer; count: at least `fewest`.

        They are the first weights of the order, as many as leave room for connecting what these leave bare: so where
        the first `count` connect everything, it is those.
        """
        if not len(self.connecting(count)):
            return np.arange(count)
        low, high = 0, count
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if middle + len(self.connecting(middle)) <= count else (low, middle)
        kept = np.zeros(len(self.outputs), dtype=bool)
        kept[:low] = True
        kept[self.connecting(low)] = True
        kept[np.flatnonzero(~kept)[: count - kept.sum()]] = True
        return np.flatnonzero(kept)

    def connecting(self, first: int) -> np.ndarray:
        """Places of weights that connect what the `first` ones leave bare.

        First those that connect a bare output and a bare input both, in the order; then the first weight of each
        channel that has only connected partners. No fewer would do where the layer is complete.
        """
        bare_outputs, bare_inputs = (self._bare(ends, first) for ends in (self.outputs, self.inputs))
        later = np.arange(first, len(self.outputs))
        pairs = later[bare_outputs[self.outputs[later]] & bare_inputs[self.inputs[later]]]
        found = []
        while len(pairs):
            # The first weight of its output and of its input both: it is taken, whatever becomes of the others.
            taken = pairs[np.intersect1d(_first(self.outputs[pairs]), _first(self.inputs[pairs]))]
            bare_outputs[self.outputs[taken]] = bare_inputs[self.inputs[taken]] = False
            pairs = pairs[bare_outputs[self.outputs[pairs]] & bare_inputs[self.inputs[pairs]]]
            found.append(taken)
        for ends, bare in ((self.outputs, bare_outputs), (self.inputs, bare_inputs)):
            rest = later[bare[ends[later]]]
            found.append(rest[_first(ends[rest])])
        return np.concatenate(found)

    def _channels(self, ends: np.ndarray) -> int:
        return (int(ends.max()) + 1) // self.groups

    @staticmethod
    def _bare(ends: np.ndarray, first: int) -> np.ndarray:
        bare = np.ones(int(ends.max(initial=-1)) + 1, dtype=bool)
        bare[ends[:first]] = False
        return bare


def _first(ends: np.ndarray) -> np.ndarray:
    """Where each channel is named first."""
    return np.unique(ends, return_index=True)[1]
