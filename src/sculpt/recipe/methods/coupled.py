"""Cycles on a mask that another run found, from weights that it did not find it with.

The experiment on coupling of arXiv 2406.02773 (figures 5 and 6). Cycle 1 of a run is the arm without cycling, which its
reviewers asked for. What a run cost has the whole ladder that its mask comes from, by the rule of the tree: all that a
node is made from counts, once. Its data order begins at epoch 0, as that of the cyclic runs that it is compared with.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from sculpt.core.kinds import CRITERIA, MASK_CHANGES
from sculpt.core.settings import Count, Densities, Label, Values
from sculpt.params.complaints import not_one_of
from sculpt.params.naming import LADDERS
from sculpt.recipe.cycles import length, lengthened, repeated, rewind_point, rungs, trunk
from sculpt.recipe.node import INIT, Node, inside, number, part
from sculpt.recipe.run import Run, labels
from sculpt.recipe.settings import RunSettings, rewinds_too_far, rises
from sculpt.recipe.tree import RecipeError, Tree


class Settings(RunSettings):
    mask_of: Annotated[Label, Field(description="lrr or wr, whose ladder ends in the mask, or a criterion")]
    ladder: Annotated[Densities | None, Field(description="falling densities of lrr or wr")] = None
    change: Annotated[Label | None, Field(description="change of the mask: shuffled, other_seed; absent: none")] = None
    weights: Annotated[
        Literal["initial", "warm_up"],
        Field(description="the initial ones, or those of the dense cycle after rewind_epoch"),
    ]
    rewind_epoch: Annotated[
        Count | None, Field(description="epoch of the dense cycle, for wr and warm_up; absent where neither is there")
    ] = None
    transform: Annotated[Label | None, Field(description="transform of these weights; absent: none")] = None
    targets: Annotated[Densities, Field(description="of the masks; rungs of the ladder, where there is one")]
    cycles: Annotated[Count | None, Field(description="number of cycles; absent: C")] = None

    def faults(self, around: Any) -> Iterator[str]:
        yield from self._ladder_faults({*around.criteria, *CRITERIA.names})
        asked = {"mask_of: wr": self.mask_of == "wr", "weights: warm_up": self.weights == "warm_up"}
        rewinds = [key for key, asks in asked.items() if asks]
        if self.rewind_epoch is not None and not rewinds:
            yield f"rewind_epoch: {self.rewind_epoch}; allowed: none without mask_of: wr or weights: warm_up"
        elif self.rewind_epoch is not None:
            yield from rewinds_too_far(self, around)
        elif rewinds:
            yield f"rewind_epoch: missing; allowed: an epoch of the dense cycle, since {rewinds[0]} goes back to it"
        if self.change is not None and self.change not in MASK_CHANGES.names:
            yield f"change: {not_one_of(self.change, MASK_CHANGES.names)}"

    def _ladder_faults(self, criteria: set[str]) -> Iterator[str]:
        if self.mask_of not in LADDERS:
            if self.ladder is not None and self.mask_of in criteria:
                drawn = f"since the criterion {self.mask_of} draws the mask"
                yield f"ladder: {_listed(self.ladder)}; allowed: none, {drawn}"
        elif self.ladder is None:
            yield f"ladder: missing; allowed: falling densities, since the mask ends the ladder of {self.mask_of}"
        else:
            yield from rises(self.ladder)
            for i, target in enumerate(self.targets):
                if target not in self.ladder:
                    near = min(self.ladder, key=lambda rung: abs(rung - target))
                    allowed = f"rungs of the ladder: {_listed(self.ladder)}; nearest: {number(near)}"
                    yield f"targets.{i}: {number(target)}; allowed: {allowed}"


def plan(tree: Tree, settings: Values) -> None:
    """A run for each target, which shows each of its cycles; ladders, masks and rewind points are shared."""
    change, variant = settings.get("change"), settings.get("variant")
    alone = [block for block in tree.blocks if len(block.seeds) < 2]
    if change and alone and MASK_CHANGES.constant(change, "ACROSS_SEEDS", False):
        wanted = f"with two seeds in each block, since it takes the mask of another, and {alone[0].name} has one"
        raise RecipeError(f"{tree.entry}.change: {change}; allowed: {wanted}")
    cycles = settings.get("cycles", tree.cycles)
    own = length(tree, cycles)
    mask = settings["mask_of"] + (f"+{change}" if change else "")
    starts = settings["weights"] + (f"+{settings['transform']}" if "transform" in settings else "")
    for i, density in enumerate(settings["targets"]):
        nodes = _cycles(tree, settings, density, cycles, f"{part(mask, density)}~{starts}")
        found = labels(
            "coupled",
            mask=mask,
            target_density=density,
            transform=settings.get("transform"),
            weights=settings["weights"],
            length=own,
            variant=variant,
        )
        keys = tuple(node.key for node in nodes)
        drawn = nodes[0].mask_from if nodes[0].mask_from in tree.masks and not change else None
        run_id = inside(variant, lengthened(f"coupled/{part(mask, density)}/{starts}", own))
        reported = tuple(enumerate(keys, start=1))
        tree.report(Run(run_id, found, keys, reported, cycles, drawn), f"targets.{i}")


def _cycles(tree: Tree, settings: Values, density: float, cycles: int, name: str) -> list[Node]:
    """The nodes of a run; those of a criterion's mask with the initial weights are the cyclic run's."""
    variant, mask_of = settings.get("variant"), settings["mask_of"]
    if mask_of not in LADDERS and settings["weights"] == "initial" and "change" not in settings:
        return trunk(tree, {**settings, "mask": mask_of}, density, cycles)
    above = tree.mask(mask_of, density, variant).key if mask_of not in LADDERS else _rung(tree, settings, density)
    weights = INIT if settings["weights"] == "initial" else rewind_point(tree, settings["rewind_epoch"], variant).key
    begins = {"first_epoch": 0, "change": settings.get("change"), "transform": settings.get("transform")}
    folder = inside(variant, name)
    return repeated(tree, folder, cycles, variant, density, weights_from=weights, mask_from=above, **begins)


def _rung(tree: Tree, settings: Values, density: float) -> str:
    """The node of the ladder at that density: LRR's or WR's own."""
    if settings["mask_of"] == "lrr":
        found = rungs(tree, settings, "lrr", lambda above: above)
    else:
        point = rewind_point(tree, settings["rewind_epoch"], settings.get("variant"))
        found = rungs(tree, settings, f"wr_{settings['rewind_epoch']}", lambda above: point.key)
    return found[settings["ladder"].index(density)][1]


def _listed(densities: Densities) -> str:
    return ", ".join(map(number, densities))
