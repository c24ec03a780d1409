"""What an experiment makes: seed blocks, masks that are drawn, and nodes that are trained."""

from dataclasses import dataclass
from decimal import Decimal

INIT = "init/init"
"""Key of the initialisation."""
TRAINED_STAGES = ("dense", "cyclic", "sculpt", "iterative")


@dataclass(frozen=True)
class Block:
    """The seeds `first` to `last` that one job trains side by side."""

    first: int
    last: int

    @property
    def name(self) -> str:
        return f"seeds_{self.first}-{self.last}"

    @property
    def seeds(self) -> list[int]:
        return list(range(self.first, self.last + 1))


@dataclass(frozen=True)
class Mask:
    """A mask drawn at initialisation by `criterion`, a label of params.yaml.

    variant: the variant on whose labels it was scored, where that makes it another mask.
    """

    criterion: str
    density: float
    variant: str | None = None

    @property
    def key(self) -> str:
        return f"masks/{inside(self.variant, part(self.criterion, self.density))}"


@dataclass(frozen=True)
class Node:
    """One trained checkpoint per seed: lineage and training.

    weights_from, mask_from: keys (`stage/name`) of other nodes, of a mask or of the initialisation. change: name of a
    mask change, which the mask of `mask_from` goes through first. transform: label of a transform of the starting
    weights. prune: the density to which the mask of `mask_from` is pruned first, by `criterion` on the weights of
    `mask_from`. variant: of the training settings. first_epoch: epochs on the path before this node; it keys the data
    order, and a node with 0 begins a path. epochs: of the whole schedule, which is one cycle's stretched `stretch`
    times; stop_epoch: where training stops short of them. span_of: the node whose first epochs these are, for a node
    that repeats them.
    """

    key: str
    weights_from: str
    mask_from: str
    density: float
    epochs: int
    first_epoch: int
    stretch: int = 1
    stop_epoch: int | None = None
    span_of: str | None = None
    variant: str | None = None
    change: str | None = None
    transform: str | None = None
    prune: float | None = None
    criterion: str | None = None

    @property
    def stage(self) -> str:
        return self.key.partition("/")[0]

    @property
    def name(self) -> str:
        return self.key.partition("/")[2]

    @property
    def trained_epochs(self) -> int:
        return self.stop_epoch or self.epochs


def number(value: float) -> str:
    """A density as file names carry it: the shortest decimal that reads back as the same float (0.5, 0.05)."""
    return format(Decimal(repr(float(value))), "f").removesuffix(".0")


def part(label: str, density: float) -> str:
    """A mask as paths carry it: erk_0.05."""
    return f"{label}_{number(density)}"


def inside(variant: str | None, name: str) -> str:
    """A name below the folder of its variant."""
    return f"{variant}/{name}" if variant else name


def node_folder(experiment: str, block: str, key: str) -> str:
    """Where a node, mask or initialisation of one seed block lies, relative to the repository."""
    return f"results/{experiment}/{below_results(block, key)}"


def below_results(block: str, key: str) -> str:
    """The same, relative to the experiment's results."""
    stage, _, name = key.partition("/")
    return f"{stage}/{block}" + ("" if key == INIT else f"/{name}")
