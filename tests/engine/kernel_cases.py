"""One function an operation or a chain of them: hypothesis-made settings in, what the kernels wrote out."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from kernel_memory import Bench, Rows
from numpy.typing import NDArray

from sculpt.engine.library import Library

Arrays = dict[str, NDArray]


@dataclass(frozen=True)
class Convolution:
    """A convolution, and which of its weights are kept."""

    count: int
    blocks_per_chunk: int
    inputs: int
    outputs: int
    groups: int
    kernel: int
    stride: int
    height: int
    width: int
    density: float
    fourfold: bool
    add: bool
    seed: int

    @property
    def out(self) -> tuple[int, int, int]:
        return self.outputs, (self.height - 1) // self.stride + 1, (self.width - 1) // self.stride + 1

    @property
    def weights(self) -> NDArray:
        """Dense, zeros where nothing is kept; at least one weight is."""
        random = np.random.default_rng(self.seed)
        shape = (self.outputs, self.inputs // self.groups, self.kernel, self.kernel)
        kept = random.random(shape) < self.density
        kept.flat[random.integers(kept.size)] = True
        return np.where(kept, random.normal(size=shape), 0).astype(np.float32)

    def numbers(self, name: str) -> NDArray:
        """The images of `in`, `out` (what is added to) or `gradient`."""
        shape = (self.inputs, self.height, self.width) if name == "in" else self.out
        random = np.random.default_rng([self.seed, len(name)])
        return random.normal(size=(self.count, *shape)).astype(np.float32)


@st.composite
def convolutions(draw: st.DrawFn) -> Convolution:
    groups = draw(st.sampled_from([1, 1, 2, 5]))
    depthwise = groups == 5
    inputs = groups * (1 if depthwise else draw(st.integers(1, 4)))
    outputs = groups * (1 if depthwise else draw(st.sampled_from([1, 2, 4, 5, 8])))
    height, width = draw(st.integers(1, 11)), draw(st.integers(1, 19))
    return Convolution(
        count=draw(st.sampled_from([1, 16, 17, 45, 64, 70])),
        blocks_per_chunk=draw(st.sampled_from([1, 4])),
        inputs=inputs,
        outputs=outputs,
        groups=groups,
        kernel=draw(st.sampled_from([1, 3, 3, 7])),
        stride=draw(st.sampled_from([1, 2])),
        height=height,
        width=width,
        density=draw(st.sampled_from([0.0, 0.05, 0.3, 1.0])),
        fourfold=draw(st.booleans()) and groups == 1,
        add=draw(st.booleans()),
        seed=draw(st.integers(0, 1000)),
    )


def convolve(library: Library, case: Convolution) -> Arrays:
    """The output, the gradient of the input, and the gradient of the weights, of which only kept ones are there."""
    bench = Bench(library, case.count, case.blocks_per_chunk, threads=1 + case.seed % 2)
    halo, weights = case.kernel // 2, case.weights
    source = bench.buffer((case.inputs, case.height, case.width), halo, case.numbers("in"))
    out = bench.buffer(case.out, 0, case.numbers("out") if case.add else None)
    gradient = bench.buffer(case.out, halo, case.numbers("gradient"))
    change = bench.buffer((case.inputs, case.height, case.width), 0, case.numbers("in") if case.add else None)
    kept, places = weights[weights != 0], np.full(weights.shape, -1)
    places[weights != 0] = np.arange(len(kept))
    lists = bench.lists(_forward(case, places, source.plane, source.pitch), kept, case.fourfold)
    values = lists.values_count
    partial, collected = bench.array(np.zeros((bench.chunks, values))), bench.array(np.full(len(kept), np.nan))
    whole = {"stride": case.stride, "parity_y": -1, "parity_x": -1, "add": case.add}
    operations = [
        ("CONVOLVE", bench.new("Convolve", lists=lists, **{"in": source.structure}, out=out.structure, **whole)),
        (
            "CORRELATE",
            bench.new(
                "Correlate",
                lists=lists,
                **{"in": source.structure},
                gradient=gradient.structure,
                stride=case.stride,
                partial=bench.at(partial),
            ),
        ),
    ]
    for y, x in [(-1, -1)] if case.stride == 1 else [(0, 0), (0, 1), (1, 0), (1, 1)]:
        rows = _backward(case, places, gradient.plane, gradient.pitch, (y, x))
        fields = {"stride": 1, "parity_y": y, "parity_x": x, "add": case.add}
        fields |= {"in": gradient.structure, "out": change.structure}
        operations.append(("CONVOLVE", bench.new("Convolve", lists=bench.lists(rows, kept, False), **fields)))
    norm = _Norm(bench, case.out)
    operations.insert(1, ("MEASURE", bench.new("Measure", z=out.structure, norm=norm.structure)))
    final = bench.new("Collect", lists=lists, partial=bench.at(partial), gradient=bench.at(collected))
    bench.run(operations, [("COLLECT", final), ("NORMALISE", bench.new("Normalise", norm=norm.structure))])
    found = {"out": out.values(), "in": change.values(), "weights": collected}
    return found | {name: norm.arrays[name] for name in ("mean", "running_variance")}


def _forward(case: Convolution, places: NDArray, plane: int, pitch: int) -> Rows:
    rows = []
    for o, of_row in enumerate(places):
        first = o // (case.outputs // case.groups) * (case.inputs // case.groups)
        rows.append(
            [
                (column, (first + c) * plane + (y - case.kernel // 2) * pitch + x - case.kernel // 2, of_row[c, y, x])
                for column, (c, y, x) in enumerate(np.ndindex(of_row.shape))
                if of_row[c, y, x] >= 0
            ]
        )
    return rows


def _backward(case: Convolution, places: NDArray, plane: int, pitch: int, parity: tuple[int, int]) -> Rows:
    half, per_group = case.kernel // 2, case.outputs // case.groups
    rows = []
    for i in range(case.inputs):
        group, c = divmod(i, case.inputs // case.groups)
        row = []
        for o, y, x in np.ndindex(per_group, case.kernel, case.kernel):
            place = places[group * per_group + o, c, y, x]
            down, right = (half - y, half - x) if case.stride == 1 else (parity[0] + half - y, parity[1] + half - x)
            if place >= 0 and (case.stride == 1 or (down % 2 == 0 and right % 2 == 0)):
                down, right = down // case.stride, right // case.stride
                row.append((len(row), (group * per_group + o) * plane + down * pitch + right, place))
        rows.append(row)
    return rows


@dataclass(frozen=True)
class Norms:
    """A batch norm between two maps, perhaps with an addition before the activation."""

    count: int
    blocks_per_chunk: int
    channels: int
    height: int
    width: int
    added: str
    activation: int
    stored: bool
    seed: int

    def numbers(self, number: int, *shape: int) -> NDArray:
        return np.random.default_rng([self.seed, number]).normal(size=shape).astype(np.float32)

    def maps(self, number: int) -> NDArray:
        """Values of one map, whose channels have means and spreads of their own."""
        spread = 1 + np.arange(self.channels, dtype=np.float32)[:, None, None]
        return self.numbers(number, self.count, self.channels, self.height, self.width) * spread + 3 * spread


@st.composite
def norms(draw: st.DrawFn) -> Norms:
    added = draw(st.sampled_from(["nothing", "value", "norm"]))
    return Norms(
        count=draw(st.sampled_from([2, 16, 19, 64, 75])),
        blocks_per_chunk=draw(st.sampled_from([1, 4])),
        channels=draw(st.integers(1, 9)),
        height=draw(st.integers(1, 9)),
        width=draw(st.integers(1, 9)),
        added=added,
        activation=draw(st.sampled_from([0, 1, 6])),
        stored=added != "nothing" or draw(st.booleans()),
        seed=draw(st.integers(0, 1000)),
    )


class _Norm:
    """A Norm and the arrays in it."""

    FLOATS = (
        *("weight", "bias", "weight_gradient", "bias_gradient", "running_mean", "running_variance"),
        *("mean", "inverse", "scale", "shift", "of_gradient", "of_value", "constant"),
    )

    def __init__(self, bench: Bench, shape: tuple[int, int, int]):
        channels, height, width = shape
        self.arrays = {name: bench.array(np.zeros(channels)) for name in self.FLOATS}
        self.arrays["running_variance"][:] = 1
        sums = [bench.array(np.zeros((bench.chunks, channels, n)), np.float64) for n in (3, 2)]
        self.structure = bench.new(
            "Norm",
            channels=channels,
            positions=height * width,
            sums=bench.at(sums[0]),
            gradient_sums=bench.at(sums[1]),
            **{name: bench.at(array) for name, array in self.arrays.items()},
        )


def normalise(library: Library, case: Norms) -> Arrays:
    """Statistics, output, and the gradients of all that goes in."""
    bench, shape = Bench(library, case.count, case.blocks_per_chunk), (case.channels, case.height, case.width)
    z, other = bench.buffer(shape, 0, case.maps(1)), bench.buffer(shape, 1, case.maps(2))
    y, gradient = bench.buffer(shape, 1), bench.buffer(shape, 0, case.numbers(3, case.count, *shape))
    norm, second = _Norm(bench, shape), _Norm(bench, shape)
    for number, one in ((10, norm), (20, second)):
        one.arrays["weight"][:] = case.numbers(number, case.channels)
        one.arrays["bias"][:] = case.numbers(number + 1, case.channels)
    two = case.added == "norm"
    none = library.ffi.NULL
    measured = [("MEASURE", bench.new("Measure", z=z.structure, norm=norm.structure))]
    finals = [("NORMALISE", bench.new("Normalise", norm=norm.structure))]
    if two:
        measured.append(("MEASURE", bench.new("Measure", z=other.structure, norm=second.structure)))
        finals.append(("NORMALISE", bench.new("Normalise", norm=second.structure)))
    bench.run(measured, finals)
    fields = {"z": z.structure, "norm": norm.structure, "activation": case.activation}
    added = {
        "other": none if case.added == "nothing" else other.structure,
        "other_norm": second.structure if two else none,
    }
    applied = bench.new("Activate", **fields, **added, y=y.structure)
    other_side = {"other_z": other.structure, "other_norm": second.structure} if two else {}
    behind = bench.new(
        "Deactivate",
        gradient=gradient.structure,
        y=y.structure if case.stored else none,
        **fields,
        **other_side,
    )
    finals = [("DIFFERENTIATE", bench.new("Differentiate", norm=n.structure)) for n in (norm, second)[: 1 + two]]
    bench.run([("ACTIVATE", applied), ("DEACTIVATE", behind)], finals)
    activation = 0 if case.stored else case.activation
    changes = [bench.buffer(shape, 1) for _ in range(2)]
    bench.run(
        [
            (
                "DENORMALISE",
                bench.new(
                    "Denormalise",
                    gradient=gradient.structure,
                    z=value.structure,
                    norm=n.structure,
                    dz=change.structure,
                    activation=activation,
                ),
            )
            for value, n, change in ((z, norm, changes[0]), (other, second, changes[1]))[: 1 + two]
        ],
        [],
    )
    out = {"y": y.values(), "dz": changes[0].values(), "behind": gradient.values()}
    out |= {f"first {name}": array for name, array in norm.arrays.items()}
    if two:
        out |= {"other dz": changes[1].values()} | {f"second {name}": array for name, array in second.arrays.items()}
    return out
