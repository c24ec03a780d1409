"""The moves that run methods share: one cycle after another, and one prune with a cycle after it."""

from collections.abc import Callable
from typing import Any

from sculpt.core.settings import Values
from sculpt.recipe.node import INIT, Node, inside, number, part
from sculpt.recipe.run import Run, labels
from sculpt.recipe.tree import Tree


def cycle(tree: Tree, key: str, weights_from: str, mask_from: str, variant: str | None, **rest: Any) -> Node:
    """One ordinary cycle, whose data order goes on where that of the node ends whose mask it takes."""
    above = tree.nodes.get(mask_from)
    first_epoch = above.first_epoch + above.trained_epochs if above else 0
    epochs = tree.training(variant)["epochs"]
    return tree.add(Node(key, weights_from, mask_from, epochs=epochs, first_epoch=first_epoch, variant=variant, **rest))


def dense_cycles(tree: Tree, cycles: int, variant: str | None) -> list[Node]:
    """The dense network, trained for so many cycles."""
    tree.room(cycles)
    nodes: list[Node] = []
    for c in range(1, cycles + 1):
        above = nodes[-1].key if nodes else INIT
        nodes.append(cycle(tree, f"dense/{inside(variant, f'cycle_{c}')}", above, above, variant, density=1.0))
    return nodes


def start(settings: Values, density: float) -> str:
    """How paths carry the start of a run on a mask: the mask, and the transform of the initial weights."""
    return part(settings["mask"], density) + (f"+{settings['transform']}" if "transform" in settings else "")


def trunk(tree: Tree, settings: Values, density: float, cycles: int) -> list[Node]:
    """So many cycles on one mask."""
    tree.room(cycles)
    variant = settings.get("variant")
    mask = tree.mask(settings["mask"], density, variant)
    nodes: list[Node] = []
    folder = inside(variant, start(settings, density))
    for c in range(1, cycles + 1):
        key = f"cyclic/{folder}/cycle_{c}"
        if nodes:
            nodes.append(cycle(tree, key, nodes[-1].key, nodes[-1].key, variant, density=density))
        else:
            transform = settings.get("transform")
            nodes.append(cycle(tree, key, INIT, mask.key, variant, density=density, transform=transform))
    return nodes


def masked_labels(settings: Values, method: str, density: float, **more: Any) -> dict[str, Any]:
    return labels(
        method,
        mask=settings["mask"],
        target_density=density,
        transform=settings.get("transform"),
        variant=settings.get("variant"),
        **more,
    )


def report_cycles(
    tree: Tree, settings: Values, method: str, density: float, nodes: list[Node], key: str = "", result: bool = True
) -> None:
    """A run that shows each of its cycles."""
    mask = tree.mask(settings["mask"], density, settings.get("variant"))
    tree.report(
        Run(
            inside(settings.get("variant"), f"{method}/{start(settings, density)}"),
            masked_labels(settings, method, density),
            tuple(node.key for node in nodes),
            tuple(enumerate((node.key for node in nodes), start=1)),
            len(nodes),
            mask.key,
            result,
        ),
        key,
    )


def rung(density: float, criterion: str | None) -> str:
    """A prune as paths carry it: 0.05, and the criterion where it is not magnitude."""
    return number(density) + (f"+{criterion}" if criterion not in (None, "magnitude") else "")


def rungs(
    tree: Tree, settings: Values, folder: str, weights_of: Callable[[str], str], **rest: Any
) -> list[tuple[str, str]]:
    """One prune and one cycle per rung, from the dense network's first cycle down: name and key of each.

    Ladders may share rungs. weights_of: key of the rung above to the key of the weights from which a rung trains.
    """
    variant, criterion = settings.get("variant"), settings.get("criterion", "magnitude")
    above, name, found = dense_cycles(tree, 1, variant)[0].key, folder, []
    for density in settings["ladder"]:
        name = f"{name}/{rung(density, criterion)}"
        key = f"iterative/{inside(variant, name)}"
        prune = {"density": density, "prune": density, "criterion": criterion}
        above = cycle(tree, key, weights_of(above), above, variant, **prune, **rest).key
        found.append((name, above))
    return found


def ladder(tree: Tree, settings: Values, folder: str, weights_of: Callable[[str], str], **rest: Any) -> None:
    """The `rungs`, each of them a run; of two ladders, the last rung must be new."""
    variant, criterion = settings.get("variant"), settings.get("criterion", "magnitude")
    steps = zip(settings["ladder"], rungs(tree, settings, folder, weights_of, **rest), strict=True)
    for level, (density, (name, key)) in enumerate(steps):
        found = labels(
            settings["method"],
            target_density=density,
            criterion=criterion,
            variant=variant,
            transform=settings.get("transform"),
        )
        cycles = level + 2
        run = Run(inside(variant, name), found, tree.path(key), ((cycles, key),), cycles)
        tree.report(run, f"ladder.{level}", shared=density != settings["ladder"][-1])
