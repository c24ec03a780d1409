"""The tree of recipes: which nodes an experiment needs, what each is made from, and where it lies.

Every method is a sequence of the same moves (take weights, take or make a mask, train one schedule), so methods
share prefixes, and a shared prefix is one node that trains once.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from sculpt.params.load import Grid, ParamsError

TRAINED_STAGES = ("dense", "cyclic", "sculpt", "iterative")

_DENSITY = r"[0-9.]+"
_MASK = rf"[a-z][a-z0-9_]*_{_DENSITY}"
NODE_SHAPES = {
    "init": "init",
    "masks": _MASK,
    "dense": r"cycle_\d+|rewind_\d+",
    "cyclic": rf"{_MASK}/(?:cycle|long)_\d+",
    "sculpt": rf"{_MASK}/cycle_\d+/{_DENSITY}",
    "iterative": rf"(?:lrr|imp|wr_\d+)(?:/{_DENSITY})+",
}
"""Regular expression of the node paths of each stage: what a path of that stage can look like."""


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

    @classmethod
    def parse(cls, name: str) -> "Block":
        first, last = name.removeprefix("seeds_").split("-")
        return cls(int(first), int(last))


@dataclass(frozen=True)
class Node:
    """One trained checkpoint per seed: weights from one node, a mask from another, then one schedule.

    `weights_from` and `mask_from` are keys (`stage/name`) of other nodes, masks or the initialisation. With `prune`,
    the mask is made from the weights and the mask of `mask_from` by one global magnitude prune to that density.
    `first_epoch` counts the epochs on the path before this node; it keys the data order.
    """

    stage: str
    name: str
    method: str
    cycle: int
    weights_from: str
    mask_from: str
    epochs: int
    first_epoch: int
    density: float
    stretch: int = 1
    stop_epoch: int | None = None
    prune: float | None = None
    mask: str = ""
    start_density: float | None = None

    @property
    def key(self) -> str:
        return f"{self.stage}/{self.name}"

    @property
    def trained_epochs(self) -> int:
        return self.stop_epoch or self.epochs


@dataclass(frozen=True)
class Mask:
    """A mask drawn at initialisation by `method`."""

    method: str
    density: float

    @property
    def name(self) -> str:
        return f"{self.method}_{number(self.density)}"

    @property
    def key(self) -> str:
        return f"masks/{self.name}"


def number(value: float) -> str:
    """A density as file names carry it: the shortest decimal that reads back as the same float (0.5, 0.05)."""
    return format(Decimal(repr(float(value))), "f").removesuffix(".0")


class Recipe:
    """The tree of one experiment; no two nodes have one name, since `Grid` takes each run once."""

    def __init__(self, experiment: Grid):
        self.experiment = experiment
        self._epochs = experiment.training.epochs
        last = experiment.seeds - 1
        self.blocks = [
            Block(first, min(first + experiment.replicates - 1, last))
            for first in range(0, experiment.seeds, experiment.replicates)
        ]
        self.nodes = {node.key: node for node in self._all_nodes()}
        drawn = {node.mask_from for node in self.nodes.values() if node.mask_from.startswith("masks/")}
        self.masks = {mask.key: mask for mask in self._all_masks() if mask.key in drawn or mask in self.compared}

    @cached_property
    def compared(self) -> list[Mask]:
        """The masks of the layer-density figure."""
        settings = self.experiment.masks
        return [Mask(method, settings.compare_density) for method in settings.compare]

    def stage(self, stage: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.stage == stage]

    def results(self, stage: str) -> list[Node]:
        """The nodes of a stage that end a whole schedule; a rewind point is no result."""
        return [node for node in self.stage(stage) if node.stop_epoch is None]

    def find(self, key: str) -> Node:
        """The node called `key` (stage/name). Raises ParamsError, which names what there is."""
        try:
            return self.nodes[key]
        except KeyError:
            stage = key.partition("/")[0]
            known = ", ".join(node.name for node in self.stage(stage)) or "none"
            raise ParamsError(f"{key}: this experiment has no such node; in stage {stage}: {known}") from None

    def path(self, key: str) -> list[Node]:
        """The trained nodes from the first to `key` along which epochs and FLOPs add up."""
        nodes = []
        while key in self.nodes:
            nodes.append(self.nodes[key])
            key = nodes[-1].mask_from
        return nodes[::-1]

    def runs(self) -> list[dict[str, Any]]:
        """Each result as the method that it is a result of: a cyclic trunk's first cycle is the `single` run as well.

        cycle: the node's number on its path. cycles: the length of the run that it belongs to; at a run's end both
        are equal.
        """
        longest: dict[tuple[str, float], int] = {}
        for node in self.stage("cyclic"):
            if node.method == "cyclic":
                trunk = (node.mask, node.density)
                longest[trunk] = max(longest.get(trunk, 0), node.cycle)
        rows = []
        for node in (node for stage in TRAINED_STAGES for node in self.results(stage)):
            cycles = node.cycle
            if node.method == "cyclic":
                cycles = longest[(node.mask, node.density)]
                if node.cycle == 1 and cycles == self.experiment.cyclic.cycles:
                    rows.append(_run("single", node, 1))
            elif node.method == "dense":
                cycles = self.experiment.dense.cycles
            rows.append(_run(node.method, node, cycles))
        return rows

    def unshared_epochs(self) -> int:
        """Epochs a seed if every run (each method at each density and start) trained from its own beginning."""
        ends = [run["node"] for run in self.runs() if run["cycle"] == run["cycles"]]
        return sum(node.trained_epochs for end in ends for node in self.path(end))

    def _all_masks(self) -> list[Mask]:
        experiment = self.experiment
        masks = [Mask(run.mask, d) for run in (*experiment.cyclic.runs, *experiment.long) for d in run.densities]
        masks += [Mask(run.mask, run.start) for run in experiment.sculpt]
        return masks + self.compared

    def _all_nodes(self) -> list[Node]:
        return [*self._dense(), *self._cyclic(), *self._long(), *self._sculpt(), *self._iterative()]

    def _dense(self) -> list[Node]:
        cycles = [
            self._cycle(
                "dense", f"cycle_{c}", "dense", c, f"dense/cycle_{c - 1}" if c > 1 else "init/init", density=1.0
            )
            for c in range(1, self.experiment.dense.cycles + 1)
        ]
        # A node of its own repeats the first epochs of the dense cycle: moving the rewind point then retrains
        # WR alone, and neither the dense network nor LRR.
        rewinds = [
            Node(
                "dense", f"rewind_{epoch}", "dense", 1, "init/init", "init/init", self._epochs, 0, 1.0, stop_epoch=epoch
            )
            for epoch in sorted({run.rewind_epoch for run in self.experiment.iterative if run.rewind_epoch})
        ]
        return cycles + rewinds

    def _cyclic(self) -> list[Node]:
        cycles = self.experiment.cyclic.cycles
        full = [Mask(run.mask, density) for run in self.experiment.cyclic.runs for density in run.densities]
        trunks = dict.fromkeys(Mask(run.mask, run.start) for run in self.experiment.sculpt)
        nodes = [node for mask in full for node in self._trunk(mask, cycles)]
        return nodes + [node for mask in trunks if mask not in full for node in self._trunk(mask, cycles - 1)]

    def _trunk(self, mask: Mask, cycles: int) -> list[Node]:
        first = self._cycle(
            "cyclic", f"{mask.name}/cycle_1", "cyclic", 1, "init/init", mask.key, density=mask.density, mask=mask.method
        )
        later = [
            self._cycle(
                "cyclic",
                f"{mask.name}/cycle_{c}",
                "cyclic",
                c,
                f"cyclic/{mask.name}/cycle_{c - 1}",
                density=mask.density,
                mask=mask.method,
            )
            for c in range(2, cycles + 1)
        ]
        return [first, *later]

    def _long(self) -> list[Node]:
        cycles = self.experiment.cyclic.cycles
        masks = [Mask(run.mask, density) for run in self.experiment.long for density in run.densities]
        return [
            Node(
                "cyclic",
                f"{mask.name}/long_{cycles}",
                "long",
                cycles,
                "init/init",
                mask.key,
                self._epochs * cycles,
                0,
                mask.density,
                stretch=cycles,
                mask=mask.method,
            )
            for mask in masks
        ]

    def _sculpt(self) -> list[Node]:
        branch = self.experiment.cyclic.cycles - 1
        nodes = []
        for run in self.experiment.sculpt:
            trunk = f"{Mask(run.mask, run.start).name}/cycle_{branch}"
            nodes += [
                self._cycle(
                    "sculpt",
                    f"{trunk}/{number(target)}",
                    "sculpt",
                    branch + 1,
                    f"cyclic/{trunk}",
                    density=target,
                    prune=target,
                    mask=run.mask,
                    start_density=run.start,
                )
                for target in run.targets
            ]
        return nodes

    def _iterative(self) -> list[Node]:
        nodes = []
        for run in self.experiment.iterative:
            folder = f"wr_{run.rewind_epoch}" if run.method == "wr" else run.method
            above, name = "dense/cycle_1", folder
            for level, density in enumerate(run.ladder, start=1):
                name = f"{name}/{number(density)}"
                weights = {"lrr": above, "imp": "init/init", "wr": f"dense/rewind_{run.rewind_epoch}"}[run.method]
                nodes.append(
                    self._cycle(
                        "iterative", name, run.method, level + 1, weights, above, density=density, prune=density
                    )
                )
                above = nodes[-1].key
        return nodes

    def _cycle(
        self, stage: str, name: str, method: str, cycle: int, weights_from: str, mask_from: str = "", **rest
    ) -> Node:
        """One ordinary cycle, number `cycle` on its path."""
        first_epoch = (cycle - 1) * self._epochs
        return Node(
            stage, name, method, cycle, weights_from, mask_from or weights_from, self._epochs, first_epoch, **rest
        )


def _run(method: str, node: Node, cycles: int) -> dict[str, Any]:
    return {
        "method": method,
        "mask": node.mask or None,
        "start_density": node.start_density,
        "target_density": node.density,
        "cycle": node.cycle,
        "cycles": cycles,
        "node": node.key,
    }


def node_folder(experiment: str, block: str, key: str) -> str:
    """Where a node, mask or initialisation of one seed block lies, relative to the repository."""
    stage, _, name = key.partition("/")
    return f"results/{experiment}/{stage}/{block}" + ("" if key == "init/init" else f"/{name}")
