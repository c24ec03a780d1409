"""Dynamic sparse training: one schedule over all C cycles' epochs, whose variant moves the mask between epochs.

The run's method is the name of the rule, such as `rigl`. A rule that rewires starts on a drawn mask; the others start
with the dense network and end at the target.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.core.kinds import BETWEEN
from sculpt.core.settings import Densities, Label, Values
from sculpt.recipe.node import INIT, Node, inside, number, part
from sculpt.recipe.run import Run, labels
from sculpt.recipe.settings import RunSettings
from sculpt.recipe.tree import Tree

DYNAMIC = True


class Settings(RunSettings):
    mask: Annotated[
        Label | None, Field(description="criterion that draws the first mask, of a rule that rewires it; else absent")
    ] = None
    targets: Annotated[Densities, Field(description="densities at the end")]

    def faults(self, around: Any) -> Iterator[str]:
        rules = [name for name in BETWEEN.names if BETWEEN.constant(name, "MOVES")]
        training = around.variants.get(self.variant, around.training)
        if self.variant is not None and self.variant not in around.variants:
            return  # told already
        if training.between is None or training.between.name not in rules:
            where = "training" if self.variant is None else f"variants.{self.variant}"
            allowed = f"a variant with {where}.between of a rule that moves the mask ({', '.join(rules)})"
            yield f"variant: {self.variant or 'none'}; allowed: {allowed}"
            return
        name = training.between.name
        rewires = BETWEEN.constant(name, "MOVES") == "rewires"
        if rewires and self.mask is None:
            yield f"mask: missing; allowed: a criterion, since {name} starts on a drawn mask"
        if not rewires and self.mask is not None:
            yield f"mask: {self.mask}; allowed: none, since {name} starts with the dense network"
        too_short = BETWEEN.part(name, "too_short")
        if too_short and (fault := too_short(training.epochs * around.cycles, training.between.model_dump())):
            yield f"variant: {self.variant or 'none'} has between.{fault}"
        for i, target in enumerate(self.targets):
            if target >= 1:
                yield f"targets.{i}: {target:g}; allowed: above 0 and below 1"


def plan(tree: Tree, settings: Values) -> None:
    variant, cycles = settings.get("variant"), tree.cycles
    training = tree.training(variant)
    rule = training["between"]["name"]
    for i, target in enumerate(settings["targets"]):
        mask = tree.mask(settings["mask"], target, variant) if "mask" in settings else None
        name = part(settings["mask"], target) if mask else number(target)
        folder = inside(variant, name)
        node = tree.add(
            Node(
                f"cyclic/{folder}/{rule}_{cycles}" if mask else f"dense/{folder}/{rule}_{cycles}",
                INIT,
                mask.key if mask else INIT,
                target,
                epochs=training["epochs"] * cycles,
                first_epoch=0,
                stretch=cycles,
                variant=variant,
            )
        )
        found = labels(rule, mask=settings.get("mask"), target_density=target, variant=variant)
        run = Run(
            inside(variant, f"{rule}/{name}"),
            found,
            (node.key,),
            ((cycles, node.key),),
            cycles,
            mask.key if mask else None,
        )
        tree.report(run, f"targets.{i}")
