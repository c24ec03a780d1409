"""A network as the engine sees it: values, each made from earlier ones.

A value is the picture that enters, a point (one or two convolutions with batch norm, or one and an earlier value,
added and activated) or a max pool. The head reads the mean over the positions of the last value.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Channels, height and width of a value of one image."""

    channels: int
    height: int
    width: int

    @property
    def positions(self) -> int:
        return self.height * self.width


@dataclass(frozen=True)
class Convolution:
    """A convolution of a square window, zeros beyond the edge, and the batch norm behind it.

    weight: the name of its parameter; norm: the name before `.weight`, `.bias`, `.running_mean` and `.running_var` of
    the batch norm; source: the place of the value that it reads among the values; shape: of what it makes. Padding is
    kernel // 2. The linear head is one, of one position and without a batch norm.
    """

    weight: str
    norm: str
    source: int
    kernel: int
    stride: int
    groups: int
    inputs: int
    shape: Shape

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        return self.shape.channels, self.inputs // self.groups, self.kernel, self.kernel


@dataclass(frozen=True)
class Picture:
    """The images that enter the network."""

    shape: Shape
    sources = ()


@dataclass(frozen=True)
class Point:
    """activation(norm of a convolution [+ norm of another, or + the value at `other`]).

    activation: 0 none, 1 ReLU, 6 ReLU6.
    """

    terms: tuple[Convolution, ...]
    other: int | None
    activation: int
    shape: Shape

    @property
    def sources(self) -> tuple[int, ...]:
        """The values that it is made from, one for each use."""
        others = () if self.other is None else (self.other,)
        return (*others, *(term.source for term in self.terms))


@dataclass(frozen=True)
class Pool:
    """The maximum of each window; beyond the edge is nothing."""

    source: int
    kernel: int
    stride: int
    padding: int
    shape: Shape

    @property
    def sources(self) -> tuple[int, ...]:
        return (self.source,)


Value = Picture | Point | Pool


@dataclass(frozen=True)
class Graph:
    """values: in an order in which each reads earlier ones only; the head reads the mean of the last one's positions.

    bias: the name of the head's.
    """

    values: tuple[Value, ...]
    head: Convolution
    bias: str

    @property
    def picture(self) -> Shape:
        return self.values[0].shape

    def convolutions(self) -> list[Convolution]:
        """All of them, those that read the same value side by side, since they run while it is in the cache."""
        found = [term for value in self.values if isinstance(value, Point) for term in value.terms]
        return sorted(found, key=lambda term: term.source)

    def uses(self, value: int) -> int:
        """How often a value is read, the head's reading included."""
        of_head = value == len(self.values) - 1
        return of_head + sum(other.sources.count(value) for other in self.values)

    def halo(self, value: int) -> int:
        """The zeros around a value that the windows of the convolutions that read it reach."""
        return max((term.kernel // 2 for term in self.convolutions() if term.source == value), default=0)
