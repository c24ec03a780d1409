"""The stages that train nodes: each node is one job, with one schedule."""

from collections.abc import Callable, Iterator

from sculpt.core.engines import ENGINES, engine_of
from sculpt.core.files import HISTORY, MASK, RECORD, WEIGHTS
from sculpt.core.kinds import BETWEEN, CRITERIA, LOSSES, MASK_CHANGES, SCHEDULES, TRANSFORMS, UPDATES
from sculpt.core.settings import Values
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.stage import Asked, Stage
from sculpt.recipe.computing import trains_under
from sculpt.recipe.node import Block, Node


def _settings(grid: Grid, block: Block, node: Node) -> Values:
    """Everything that shapes a node's bytes beside its input files; never the run that reports it."""
    training = grid.tree.training(node.variant)
    profile = trains_under(grid.experiment, training)
    cycle = {"epochs": node.epochs, "first_epoch": node.first_epoch, "stretch": node.stretch}
    if node.stop_epoch is not None:
        cycle["stop_epoch"] = node.stop_epoch
    if "between" in training and BETWEEN.constant(training["between"]["name"], "MOVES"):
        cycle["density"] = node.density
    settings = {
        **grid.of_block(block),
        "training": {key: value for key, value in training.items() if key not in ("epochs", "engine", "profile")},
        "profile": grid.computing(profile),
        "cycle": cycle,
        "lineage": {"weights": node.weights_from, "mask": node.mask_from},
    }
    if node.prune is not None:
        settings["lineage"]["scored"] = node.mask_from
        settings["prune"] = {"density": node.prune, "criterion": grid.criterion(node.criterion)}
    if node.change is not None:
        settings["change"] = {"name": node.change}
    if node.transform is not None:
        settings["transform"] = grid.experiment["transforms"][node.transform]
    return settings


def _chosen(grid: Grid, settings: Values) -> tuple[str, ...]:
    """The plug-ins that a node names; no other is in its identity."""
    training = settings["training"]
    modules = [grid.model_module, ENGINES.module(engine_of(settings["profile"]))]
    modules += [kind.module(training[key]["name"]) for key, kind in _SEAMS.items()]
    if "prune" in settings:
        modules.append(CRITERIA.module(settings["prune"]["criterion"]["name"]))
    if "change" in settings:
        modules.append(MASK_CHANGES.module(settings["change"]["name"]))
    if "transform" in settings:
        modules.append(TRANSFORMS.module(settings["transform"]["name"]))
    if "between" in training:
        modules.append(BETWEEN.module(training["between"]["name"]))
    return tuple(modules)


_SEAMS = {"schedule": SCHEDULES, "loss": LOSSES, "update": UPDATES}


def _inputs(grid: Grid, block: Block, node: Node) -> dict[str, list[str]]:
    return {
        "weights": grid.files(block, node.weights_from, WEIGHTS),
        "mask": grid.files(block, node.mask_from, MASK),
        "scored": [] if node.prune is None else grid.files(block, node.mask_from, WEIGHTS),
        "data": grid.data("train", "validation"),
    }


def _origins(grid: Grid, node: Node) -> dict[str, str]:
    where = f"variants.{node.variant}" if node.variant else "training"
    profile = grid.tree.training(node.variant).get("profile", "default")
    return {
        "training": where,
        "profile": f"profiles.{profile}",
        "cycle": "runs",
        "cycle.epochs": f"{where}.epochs",
        "cycle.first_epoch": f"{where}.epochs",
        "cycle.stretch": "cycles",
        "cycle.stop_epoch": "runs",
        "cycle.density": "runs",
        "prune": "runs",
        "prune.density": "runs",
        "prune.criterion": f"criteria.{node.criterion}" if node.criterion else "runs",
        "change": "runs",
        "change.name": "runs",
        "transform": f"transforms.{node.transform}" if node.transform else "runs",
    }


def _minutes(node: Node) -> int:
    return max(120, 2 * node.trained_epochs)


def _nodes_of(stage: str) -> Callable[[Grid], Iterator[Asked]]:
    def jobs(grid: Grid) -> Iterator[Asked]:
        for block in grid.tree.blocks:
            for node in grid.tree.stage(stage):
                settings = _settings(grid, block, node)
                yield Asked(
                    {"block": block.name, "node": node.name},
                    _inputs(grid, block, node),
                    settings,
                    _chosen(grid, settings),
                    _origins(grid, node),
                    grid.profile(grid.tree.training(node.variant).get("profile")),
                    _minutes(node),
                )

    return jobs


def _trained(name: str, verb: str, after: tuple[str, ...]) -> Stage:
    place = f"{{results}}/{name}/{{block}}/{{node}}"
    return Stage(
        name=name,
        program="train_node",
        outputs={
            "weights": f"{place}/{WEIGHTS}",
            "mask": f"{place}/{MASK}",
            "history": f"{place}/{HISTORY}",
            "record": f"{place}/{RECORD}",
        },
        label=f"{name}/{{node}}@{{block}}",
        message=f"{verb} {{node}}, {{block}}",
        log=f"{name}/{{block}}/{{node}}.log",
        reads=("training", "variants", "profiles", "criteria", "transforms", "cycles", "runs"),
        after=("data", "init", *after),
        jobs=_nodes_of(name),
    )


DENSE = _trained("dense", "train", ())
ITERATIVE = _trained("iterative", "prune and train", ("dense",))
CYCLIC = _trained("cyclic", "train", ("masks", "dense", "iterative"))
SCULPT = _trained("sculpt", "prune and train", ("cyclic",))
