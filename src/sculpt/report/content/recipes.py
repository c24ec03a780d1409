"""The tree of recipes as rows: one row per chain of nodes, and one for chains that differ in densities alone.

The rows are a definition of this project. A node hangs on what its mask comes from: a drawn mask, the initialisation or
another node. A chain goes on as long as nodes are made in the same way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sculpt.plotting.looks import METHODS
from sculpt.recipe.node import INIT, Node, number
from sculpt.recipe.tree import Tree

CARRIED = "carried"


@dataclass(frozen=True)
class Row:
    """Chains of one shape, which start at the same place of alike chains.

    title: what trains, such as `SCULPT`. details: densities and what else tells the chains apart. start: cycles that
    were trained before, on the side of the mask; lengths: cycles of each node, both in units of one cycle's epochs.
    pruned: whether a prune is before each node. rewound: whether the weights are not those that the mask is of. chains:
    how many there are. above: index of the row that this one hangs on, None for the initialisation. keys: of all nodes.
    """

    title: str
    details: str
    start: float
    lengths: tuple[float, ...]
    pruned: bool
    rewound: bool
    chains: int
    above: int | None
    keys: tuple[str, ...]

    @property
    def end(self) -> float:
        return self.start + sum(self.lengths)


def rows(tree: Tree) -> list[Row]:
    """All rows, each after the one that it hangs on; every node of the tree is in exactly one."""
    return _merged(_Rows(tree).found)


class _Rows:
    def __init__(self, tree: Tree):
        self.tree = tree
        self.cycle = tree.experiment["training"]["epochs"]
        self.order = {key: place for place, key in enumerate(tree.nodes)}
        self.children: dict[str, list[Node]] = {}
        for node in tree.nodes.values():
            self.children.setdefault(node.mask_from, []).append(node)
        self.methods: dict[str, set[str]] = {}
        for run in tree.runs:
            if run.result and run.path:
                self.methods.setdefault(run.path[-1], set()).add(run.labels["method"])
        self.found: list[Row] = []
        first = [node for key, nodes in self.children.items() if key not in tree.nodes for node in nodes]
        self._add(self._chains(first), None, {})

    def _chains(self, starts: list[Node]) -> list[list[Node]]:
        return [self._chain(node) for node in starts]

    def _chain(self, node: Node) -> list[Node]:
        """The longest sequence of nodes from this one that are made alike."""
        longest = max((self._chain(after) for after in self._alike(node)), key=len, default=[])
        return [node, *longest]

    def _alike(self, node: Node) -> list[Node]:
        """The nodes that go on from a node as it was made itself."""
        return [after for after in self.children.get(node.key, []) if _goes_on(node, after)]

    def _branches(self, chain: list[Node]) -> list[list[Node]]:
        inside = {node.key for node in chain}
        after = [node for key in inside for node in self.children.get(key, []) if node.key not in inside]
        return self._chains(sorted(after, key=lambda node: self.order[node.key]))

    def _add(self, chains: list[list[Node]], above: int | None, at: dict[str, float]) -> None:
        """Rows for chains that hang on one row. at: where each node that is drawn already ends, in cycles."""
        groups: dict[tuple, list[list[Node]]] = {}
        for chain in chains:
            start = at.get(chain[0].mask_from, 0.0)
            groups.setdefault((start, self._shape(chain)), []).append(chain)
        for (start, _), alike in groups.items():
            here, ends = len(self.found), {}
            self.found.append(self._row(alike, start, above))
            for chain in alike:
                end = start
                for node in chain:
                    end += node.trained_epochs / self.cycle
                    ends[node.key] = end
            self._add([branch for chain in alike for branch in self._branches(chain)], here, ends)

    def _shape(self, chain: list[Node]) -> tuple:
        """Equal for chains that differ in densities alone, with all that hangs on them."""
        below = {(_place(chain, branch), self._shape(branch)) for branch in self._branches(chain)}
        first = chain[0]
        return (
            tuple(node.trained_epochs for node in chain),
            self._source(first),
            *(first.prune is not None, first.criterion, first.variant, first.change, first.transform),
            self._title(chain),
            tuple(sorted(below, key=repr)),
        )

    def _source(self, node: Node) -> tuple[str, str]:
        """What a chain begins from: its mask (criterion of a drawn one) and its weights."""
        drawn = self.tree.masks.get(node.mask_from)
        mask = drawn.criterion if drawn else "" if node.mask_from in self.tree.nodes else "all"
        return mask, CARRIED if node.weights_from == node.mask_from else node.weights_from

    def _row(self, alike: list[list[Node]], start: float, above: int | None) -> Row:
        first = alike[0][0]
        weights = self._source(first)[1]
        nodes = [node for chain in alike for node in chain]
        return Row(
            title=self._title(alike[0]),
            details=self._details(alike),
            start=start,
            lengths=tuple(node.trained_epochs / self.cycle for node in alike[0]),
            pruned=first.prune is not None,
            rewound=weights != CARRIED and (first.mask_from in self.tree.nodes or weights in self.tree.nodes),
            chains=len(alike),
            above=above,
            keys=tuple(node.key for node in nodes),
        )

    def _title(self, chain: list[Node]) -> str:
        """The methods of the runs that end in the chain; a chain that nothing was asked of is a trunk."""
        methods = {method for node in chain for method in self.methods.get(node.key, ())}
        if {"cyclic", "single"} <= methods:
            methods.discard("single")  # the first cycle of every cyclic run
        names = ", ".join(METHODS[name].label if name in METHODS else name for name in sorted(methods))
        early = f"stops after {chain[-1].stop_epoch} of {chain[-1].epochs} epochs" if chain[-1].stop_epoch else "trunk"
        return names or early

    def _details(self, alike: list[list[Node]]) -> str:
        """`erk at 0.1, 0.05`, `pruned to 0.1, 0.05 by snip`; then variant, change, transform and weights."""
        first = alike[0][0]
        mask, weights = self._source(first)
        if first.prune is None:
            kept = _listed(dict.fromkeys(chain[0].density for chain in alike))
            where = "all weights" if mask == "all" else f"{mask} at {kept}".strip()
        elif len(alike) == 1 or len(alike[0]) == 1:
            where = f"pruned to {_listed(dict.fromkeys(node.density for chain in alike for node in chain))}"
        else:
            where = f"pruned in {len(alike[0])} steps to {_listed(dict.fromkeys(chain[-1].density for chain in alike))}"
        parts = [where + (f" by {first.criterion}" if first.criterion not in (None, "magnitude") else "")]
        parts += [f"mask {first.change}"] if first.change else []
        parts += [f"weights of {weights}"] if weights != CARRIED and weights in self.tree.nodes else []
        parts += ["initial weights"] if weights == INIT and first.mask_from in self.tree.nodes else []
        parts += [f"weights {first.transform}"] if first.transform else []
        parts += [f"variant {first.variant}"] if first.variant else []
        return "; ".join(parts)


def _merged(found: list[Row]) -> list[Row]:
    """Rows on which nothing hangs, and that look alike below one row, as one row: coupled runs come in tens."""
    carrying = {row.above for row in found}
    kept: list[list[Row]] = []
    alike: dict[tuple, list[Row]] = {}
    place: dict[int, int] = {}
    for index, row in enumerate(found):
        drawn = (
            row.above,
            row.title,
            row.start,
            row.lengths,
            row.pruned,
            row.rewound,
            index if index in carrying else -1,
        )
        if drawn in alike:
            alike[drawn].append(row)
        else:
            alike[drawn] = [row]
            kept.append(alike[drawn])
        place[index] = kept.index(alike[drawn])
    return [
        replace(
            rows[0],
            details=_together([row.details for row in rows]),
            chains=sum(row.chains for row in rows),
            above=None if rows[0].above is None else place[rows[0].above],
            keys=tuple(key for row in rows for key in row.keys),
        )
        for rows in kept
    ]


def _together(details: list[str]) -> str:
    """`at 0.05: initial weights / weights fresh`: what all begin with once."""
    parts = [text.split("; ") for text in details]
    if len(parts) == 1 or len({part[0] for part in parts}) > 1:
        return " / ".join(details)
    return f"{parts[0][0]}: " + " / ".join(", ".join(part[1:]) or "plain" for part in parts)


def _goes_on(node: Node, after: Node) -> bool:
    rewound = after.weights_from not in (after.mask_from, node.weights_from)
    alike = (after.prune is None) == (node.prune is None) and after.variant == node.variant
    return alike and not rewound and after.change is None and after.transform in (None, node.transform)


def _place(chain: list[Node], branch: list[Node]) -> int:
    return [node.key for node in chain].index(branch[0].mask_from)


def _listed(densities: Iterable[float]) -> str:
    return ", ".join(number(density) for density in densities)
