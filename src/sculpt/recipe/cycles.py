"""The moves that run methods share: one cycle after another, and one prune with a cycle after it."""

from collections.abc import Callable
from typing import Any

from sculpt.core.settings import Values
from sculpt.recipe.node import INIT, Node, inside, number, part
from sculpt.recipe.run import Run, labels
from sculpt.recipe.tree import Tree


def cycle(tree: Tree, key: str, weights_from: str, mask_from: str, variant: str | None, **rest: Any) -> Node:
    """One ordinary cycle, whose data order goes on where that of the node ends whose mask it takes.

    rest: of the node; with a `first_epoch` of its own, the data order is that.
    """
    above = tree.nodes.get(mask_from)
    rest.setdefault("first_epoch", above.first_epoch + above.trained_epochs if above else 0)
    return tree.add(
        Node(key, weights_from, mask_from, epochs=tree.training(variant)["epochs"], variant=variant, **rest)
    )


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


def repeated(tree: Tree, folder: str, cycles: int, variant: str | None, density: float, **first: Any) -> list[Node]:
    """So many cycles below `folder` on one mask. first: what the first of them begins with, as in `Node`."""
    tree.room(cycles)
    nodes: list[Node] = []
    for c in range(1, cycles + 1):
        begins = {"weights_from": nodes[-1].key, "mask_from": nodes[-1].key} if nodes else first
        nodes.append(cycle(tree, f"cyclic/{folder}/cycle_{c}", variant=variant, density=density, **begins))
    return nodes


def trunk(tree: Tree, settings: Values, density: float, cycles: int) -> list[Node]:
    """So many cycles on a mask that is drawn at initialisation, from the initial weights."""
    variant = settings.get("variant")
    mask = tree.mask(settings["mask"], density, variant)
    folder = inside(variant, start(settings, density))
    first = {"weights_from": INIT, "mask_from": mask.key, "transform": settings.get("transform")}
    return repeated(tree, folder, cycles, variant, density, **first)


def stretched(
    tree: Tree, key: str, mask_from: str, cycles: int, density: float, variant: str | None, **rest: Any
) -> Node:
    """One schedule over the epochs of so many cycles, from the initial weights. rest: of the node."""
    tree.room(cycles)
    epochs = tree.training(variant)["epochs"] * cycles
    begins = {"first_epoch": 0, "stretch": cycles, "variant": variant}
    return tree.add(Node(key, INIT, mask_from, density, epochs=epochs, **begins, **rest))


def length(tree: Tree, cycles: int) -> int | None:
    """The label `length` of a run of so many cycles, where a run of its method has C of them."""
    return None if cycles == tree.cycles else cycles


def lengthened(name: str, own: int | None) -> str:
    """The name of a run that has a label `length`, or has none."""
    return f"{name}/{own}_cycles" if own else name


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
    tree: Tree,
    settings: Values,
    method: str,
    density: float,
    nodes: list[Node],
    key: str = "",
    own: int | None = None,
    result: bool = True,
) -> None:
    """A run that shows each of its cycles. own: its label `length`."""
    variant = settings.get("variant")
    keys = tuple(node.key for node in nodes)
    run = Run(
        inside(variant, lengthened(f"{method}/{start(settings, density)}", own)),
        masked_labels(settings, method, density, length=own),
        keys,
        tuple(enumerate(keys, start=1)),
        len(keys),
        tree.mask(settings["mask"], density, variant).key,
        result,
    )
    tree.report(run, key)


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


def rewind_point(tree: Tree, epoch: int, variant: str | None) -> Node:
    """The dense network after so many epochs of its first cycle.

    It is a node of its own, so moving it retrains neither the dense network nor LRR.
    """
    return tree.add(
        Node(
            f"dense/{inside(variant, f'rewind_{epoch}')}",
            INIT,
            INIT,
            1.0,
            epochs=tree.training(variant)["epochs"],
            first_epoch=0,
            stop_epoch=epoch,
            span_of=f"dense/{inside(variant, 'cycle_1')}",
            variant=variant,
        )
    )


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
