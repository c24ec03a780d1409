"""As kernel_cases.py, for pooling, and for what stands at a program's beginning and end."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from kernel_cases import Arrays
from kernel_memory import Bench
from numpy.typing import NDArray

from sculpt.engine.library import Library


@dataclass(frozen=True)
class Pooling:
    """Windows over maps that hold equal values here and there."""

    count: int
    channels: int
    height: int
    width: int
    kernel: int
    stride: int
    padding: int
    seed: int

    @property
    def out(self) -> tuple[int, int, int]:
        sides = ((side + 2 * self.padding - self.kernel) // self.stride + 1 for side in (self.height, self.width))
        return self.channels, *sides

    def numbers(self, number: int, shape: tuple[int, int, int]) -> NDArray:
        random = np.random.default_rng([self.seed, number])
        return random.integers(-9, 9, (self.count, *shape)).astype(np.float32)


@st.composite
def poolings(draw: st.DrawFn) -> Pooling:
    kernel = draw(st.sampled_from([2, 3]))
    return Pooling(
        count=draw(st.sampled_from([1, 16, 37])),
        channels=draw(st.integers(1, 3)),
        height=draw(st.integers(kernel, 9)),
        width=draw(st.integers(kernel, 9)),
        kernel=kernel,
        stride=draw(st.sampled_from([1, 2])),
        padding=draw(st.integers(0, kernel // 2)),
        seed=draw(st.integers(0, 1000)),
    )


def pool(library: Library, case: Pooling) -> Arrays:
    """Maximum and mean of the maps, and what their gradients are; the sum of the maps with themselves."""
    bench, shape = Bench(library, case.count), (case.channels, case.height, case.width)
    source, twice = (bench.buffer(shape, halo, case.numbers(1, shape)) for halo in (1, 2))
    largest, gradient = bench.buffer(case.out, 0), bench.buffer(case.out, 1, case.numbers(2, case.out))
    mean = bench.buffer((case.channels, 1, 1), 0)
    changes = [bench.buffer(shape, halo, case.numbers(3, shape)) for halo in (0, 1)]
    window = {"kernel": case.kernel, "stride": case.stride, "padding": case.padding}
    maps: dict[str, Any] = {"in": source.structure}
    bench.run(
        [
            ("MAX_POOL", bench.new("MaxPool", **maps, out=largest.structure, **window)),
            ("MEAN", bench.new("Mean", **maps, out=mean.structure)),
            (
                "MAX_POOL_GRADIENT",
                bench.new(
                    "MaxPoolGradient",
                    **maps,
                    gradient=gradient.structure,
                    out=changes[0].structure,
                    **window,
                ),
            ),
            ("MEAN_GRADIENT", bench.new("MeanGradient", gradient=mean.structure, out=changes[1].structure)),
            ("ADD", bench.new("Add", **maps, out=twice.structure)),
        ],
        [],
    )
    fields = {"largest": largest, "mean": mean, "of largest": changes[0], "of mean": changes[1], "twice": twice}
    return {name: field.values() for name, field in fields.items()}


@dataclass(frozen=True)
class Head:
    """A batch of `count` images of `split`, and logits that belong to none of them."""

    count: int
    blocks_per_chunk: int
    split: int
    channels: int
    height: int
    width: int
    room: int
    classes: int
    replicates: int
    smoothing: float
    seed: int

    def random(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, number])

    @property
    def pixels(self) -> NDArray:
        shape = (self.split, self.height + self.room, self.width + self.room, self.channels)
        return self.random(1).integers(0, 256, shape, dtype=np.uint8)

    @property
    def labels(self) -> NDArray:
        return self.random(2).integers(0, self.classes, (self.split, self.replicates))

    @property
    def draws(self) -> NDArray:
        """(4, count, replicates): image, down, right, flip."""
        limits = np.array([self.split, self.room + 1, self.room + 1, 2])[:, None, None]
        return self.random(3).integers(0, limits, (4, self.count, self.replicates))

    @property
    def logits(self) -> NDArray:
        return self.random(4).normal(scale=5, size=(self.count, self.classes, 1, 1)).astype(np.float32)

    def vector(self, number: int, length: int) -> NDArray:
        return self.random(number).normal(size=length).astype(np.float32)


@st.composite
def heads(draw: st.DrawFn) -> Head:
    return Head(
        count=draw(st.sampled_from([1, 16, 23, 70])),
        blocks_per_chunk=draw(st.sampled_from([1, 4])),
        split=draw(st.integers(1, 40)),
        channels=draw(st.sampled_from([1, 3])),
        height=draw(st.integers(1, 6)),
        width=draw(st.integers(1, 6)),
        room=draw(st.integers(0, 3)),
        classes=draw(st.integers(1, 12)),
        replicates=draw(st.integers(1, 3)),
        smoothing=draw(st.sampled_from([0.0, 0.1])),
        seed=draw(st.integers(0, 1000)),
    )


def begin_and_end(library: Library, case: Head) -> Arrays:
    """The packed images; losses, predictions and the gradient of given logits; a step of the bias. Replicate: last."""
    bench = Bench(library, case.count, case.blocks_per_chunk)
    last, classes = case.replicates - 1, case.classes
    pixels, labels, draws = (bench.array(a, a.dtype) for a in (case.pixels, case.labels, case.draws))
    numbers = bench.array(case.random(5).normal(size=(case.channels, 256)))
    images = bench.new(
        "Images",
        pixels=bench.at(pixels),
        numbers=bench.at(numbers),
        labels=bench.at(labels.reshape(-1)[last:]),
        label_stride=case.replicates,
        height=case.height + case.room,
        width=case.width + case.room,
        channels=case.channels,
    )
    packed = bench.buffer((case.channels, case.height, case.width), 1)
    logits, gradient = bench.buffer((classes, 1, 1), 0, case.logits), bench.buffer((classes, 1, 1), 0)
    weights, velocity, of_bias = (bench.array(case.vector(n, classes)) for n in (6, 7, 8))
    partial, scratch, losses = (
        bench.array(np.full(n, np.nan), np.float64) for n in (bench.chunks * classes, classes, case.count)
    )
    predictions, results = bench.array(np.zeros(case.count), np.int32), bench.array(np.zeros(2), np.float64)
    entropy = bench.new(
        "CrossEntropy",
        logits=logits.structure,
        bias=bench.at(weights),
        smoothing=case.smoothing,
        gradient=gradient.structure,
        bias_partial=bench.at(partial),
        scratch=bench.at(scratch),
    )
    conclude = bench.new("Conclude", bias_partial=bench.at(partial), bias_gradient=bench.at(of_bias), classes=classes)
    descend = bench.new(
        "Descend",
        weights=bench.at(weights),
        velocity=bench.at(velocity),
        gradient=bench.at(of_bias),
        count=classes,
        momentum=0.9,
        decay=5e-4,
    )
    bench.run(
        [("PACK", bench.new("Pack", out=packed.structure)), ("CROSS_ENTROPY", entropy)],
        [("CONCLUDE", conclude), ("DESCEND", descend)],
        images,
        draws=bench.at(draws.reshape(-1)[last:]),
        batch_stride=0,
        part_stride=case.count * case.replicates,
        place_stride=case.replicates,
        losses=bench.at(losses),
        predictions=bench.at(predictions),
        batch_losses=bench.at(results[:1]),
        batch_hits=bench.at(results[1:]),
    )
    found = {"packed": packed.values(), "gradient": gradient.values(), "losses": losses, "predictions": predictions}
    return found | {"results": results, "of bias": of_bias, "weights": weights, "velocity": velocity}
