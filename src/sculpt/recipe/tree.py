"""The tree of an experiment: which nodes it needs, what each is made from, and the runs that it reports.

Every run method plans sequences of the same moves (take weights, take or make a mask, train one schedule), so runs
share prefixes, and a shared prefix is one node that trains once. The methods are plug-ins (`sculpt.recipe.methods`).
The tree holds what they plan, and refuses two nodes of one path and two runs of one name.
"""

from dataclasses import replace
from functools import cached_property

from sculpt.core.errors import SculptError
from sculpt.core.kinds import CRITERIA, METHODS
from sculpt.core.settings import Values
from sculpt.recipe.chosen import undrawn, unselected
from sculpt.recipe.node import INIT, TRAINED_STAGES, Block, Mask, Node, number
from sculpt.recipe.run import LABELS, Run

MOST_JOBS = 20_000
"""A larger experiment is refused: so many come of a digit too many, and Snakemake would plan them for hours."""

_STAGES = ", ".join(f"{stage}/" for stage in TRAINED_STAGES)


class RecipeError(SculptError):
    """An experiment cannot be what params.yaml asks for; the message is `key: value; allowed: ...`."""


class Tree:
    """The nodes, masks and runs of one experiment, from its plain values (`sculpt.params.experiment.described`)."""

    def __init__(self, experiment: Values):
        self.experiment = experiment
        self.nodes: dict[str, Node] = {}
        self.masks: dict[str, Mask] = {}
        self._runs: dict[str, Run] = {}
        self._labelled: dict[tuple, Run] = {}
        self.entry = ""
        for i, settings in enumerate(experiment["runs"]):
            self.entry = f"runs.{i}"
            METHODS.load(settings["method"])(self, settings)
        for label, analysis in experiment.get("analyses", {}).items():
            for fault in unselected(self.runs, analysis):
                raise RecipeError(f"analyses.{label}.{fault}")
        for label, figure in experiment.get("figures", {}).items():
            for fault in undrawn(self.runs, figure):
                raise RecipeError(f"figures.{label}.{fault}")

    @property
    def cycles(self) -> int:
        """C."""
        return self.experiment["cycles"]

    @property
    def runs(self) -> list[Run]:
        return list(self._runs.values())

    @cached_property
    def blocks(self) -> list[Block]:
        seeds, size = self.experiment["seeds"], self.experiment["replicates"]
        return [Block(first, min(first + size, seeds) - 1) for first in range(0, seeds, size)]

    def training(self, variant: str | None) -> Values:
        """The training settings, those of a variant with its overlay."""
        return self.experiment["variants"][variant] if variant else self.experiment["training"]

    def stage(self, stage: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.stage == stage]

    def add(self, node: Node) -> Node:
        """The node, once; a second plan of the same node is the node.

        Raises RecipeError on another node of its path, and where no stage would train it or make what it is made from.
        """
        if node.stage not in TRAINED_STAGES:
            raise RecipeError(f"{self.entry}: plans {node.key}; allowed: a key that begins with {_STAGES}")
        for above in (node.weights_from, node.mask_from):
            if above != INIT and above not in self.masks and above not in self.nodes:
                raise RecipeError(f"{self.entry}: plans {node.key} from {above}; allowed: what is planned before it")
        if self.nodes.setdefault(node.key, node) != node:
            raise RecipeError(f"{self.entry}: plans {node.key} otherwise than a run before it; allowed: one per path")
        self.room()
        return node

    def room(self, nodes: int = 0) -> None:
        """Raises RecipeError where nodes and masks make too many jobs: those that are planned, or `nodes` to come."""
        jobs = max(len(self.nodes) + len(self.masks), nodes) * len(self.blocks)
        if jobs > MOST_JOBS:
            raise RecipeError(
                f"{self.entry}: {jobs:,} jobs and more, with the runs before it, in {len(self.blocks):,} seed blocks; "
                f"allowed: at most {MOST_JOBS:,} jobs"
            )

    def mask(self, criterion: str, density: float, variant: str | None = None) -> Mask:
        """The mask that a criterion draws; a variant has its own where the criterion reads labels that it changes."""
        name = self.experiment["criteria"][criterion]["name"]
        noise = [self.training(which)["label_noise"] for which in (variant, None)]
        own = CRITERIA.constant(name, "READS_LABELS", False) and noise[0] != noise[1]
        mask = Mask(criterion, density, variant if own else None)
        self.masks.setdefault(mask.key, mask)
        self.room()
        return self.masks[mask.key]

    def report(self, run: Run, key: str = "", shared: bool = False) -> None:
        """Add a run, for the value `key` of its entry.

        shared: an equal run may be there; it is the same one. Of two trunks of one name that nobody asked for the
        longer is told. Raises RecipeError where another run has its name, and where another result has its labels,
        since tables and figures would average over the two.
        """
        asked_by = f"{self.entry}.{key}".removesuffix(".")
        other = self._runs.get(run.id)
        if shared and run == other:
            return
        if other is not None and other.result and run.result:
            raise RecipeError(f"{asked_by}: {run.id}; allowed: each run once, and {other.asked_by} asks for this one")
        run = replace(run, asked_by=asked_by)
        if run.result:
            alike = self._labelled.setdefault(tuple(run.labels.get(label) for label in LABELS), run)
            if alike.id != run.id:
                density = run.labels["target_density"]
                named = run.labels["method"] + ("" if density is None else f" at density {number(density)}")
                raise RecipeError(
                    f"{asked_by}: {named} has the labels of {alike.asked_by}; "
                    f"allowed: a label of its own, such as a variant"
                )
        if other is None or run.result or (not other.result and run.cycles > other.cycles):
            self._runs[run.id] = run

    def find(self, key: str) -> Node:
        """The node called `key` (stage/name). Raises RecipeError, which names what there is."""
        try:
            return self.nodes[key]
        except KeyError:
            stage = key.partition("/")[0]
            known = ", ".join(node.name for node in self.stage(stage)) or "none"
            raise RecipeError(f"{key}: this experiment has no such node; in stage {stage}: {known}") from None

    def path(self, key: str) -> tuple[str, ...]:
        """The keys of the nodes from the first to `key`, each the one whose mask the next goes on with."""
        found, here = [], self.nodes.get(key)
        while here is not None:
            found.append(here.key)
            here = self.nodes.get(self.before(here) or "")
        return tuple(found[::-1])

    def before(self, node: Node) -> str | None:
        """The key of the trained node that this node goes on from, with its mask.

        A node whose data order begins anew goes on from none, also where its mask is that of a trained node.
        """
        return node.mask_from if node.mask_from in self.nodes and node.first_epoch > 0 else None

    def ancestors(self, key: str) -> set[str]:
        """All that a node is made from, itself too: nodes and masks, on the side of the weights and of the mask."""
        found: set[str] = set()
        waiting = [key]
        while waiting:
            here = waiting.pop()
            if here in found or here == INIT:
                continue
            found.add(here)
            if here in self.nodes:
                waiting += [self.nodes[here].weights_from, self.nodes[here].mask_from]
        return found

    def cost(self, key: str) -> list[str]:
        """The ancestors whose own costs add up to that of a node.

        Of nodes that train the same first epochs (a rewind point, and the cycle that it is a part of) the longest
        counts, so that no epoch is charged twice.
        """
        spans: dict[str, str] = {}
        for ancestor in sorted(self.ancestors(key)):
            node = self.nodes.get(ancestor)
            lineage = (node and node.span_of) or ancestor
            held = self.nodes.get(spans.get(lineage, ""))
            if node is None or held is None or node.trained_epochs > held.trained_epochs:
                spans[lineage] = ancestor
        return sorted(spans.values())

    @property
    def results(self) -> list[Node]:
        """The nodes that end a whole schedule; a rewind point is no result."""
        return [node for node in self.nodes.values() if node.stop_epoch is None]

    def branches(self) -> list[list[Node]]:
        """The results in maximal chains of one stage, each node after the one before it; every node is in one chain."""
        chains: dict[str, list[Node]] = {}
        ends: dict[str, list[Node]] = {}
        for node in self.results:
            above = self.nodes.get(self.before(node) or "")
            chain = ends.pop(above.key, None) if above and above.stage == node.stage else None
            if chain is None:
                chain = chains.setdefault(node.key, [])
            chain.append(node)
            ends[node.key] = chain
        return list(chains.values())

    def unshared_epochs(self) -> int:
        """Epochs that one seed would train if every run trained from its own beginning."""
        return sum(self.nodes[key].trained_epochs for run in self.runs if run.result for key in run.path)

    def cumulative(self, key: str, own: dict[str, list[Values]]) -> list[dict[str, int]]:
        """Epochs and FLOPs of each seed up to the end of a node, the whole path, trunks and masks included.

        own: what each node and mask cost by itself, per seed, by its key.
        """
        columns = ("epochs", "train_flops", "train_flops_dense")
        by_seed = zip(*(own[part] for part in self.cost(key)), strict=True)
        return [{column: sum(part[column] for part in parts) for column in columns} for parts in by_seed]
