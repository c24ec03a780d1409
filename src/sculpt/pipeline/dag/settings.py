"""What each Snakemake job depends on beyond its files: one canonical string of exactly the settings that it uses.

Snakemake compares the parameters of a job as an unnamed set, so two swapped values would go unseen; one string with
sorted keys does not have that fault, and the order of keys in params.yaml does not matter.
"""

import json
from typing import Any

from sculpt.data import module_of
from sculpt.params.load import Experiment
from sculpt.plotting.names import NAMES
from sculpt.recipe.tree import Block, Mask, Node

Settings = dict[str, Any]


def canonical(settings: Settings) -> str:
    """One string for equal settings, whatever their order."""
    return json.dumps(settings, sort_keys=True, separators=(",", ":"), allow_nan=False)


def data_settings(experiment: Experiment) -> Settings:
    return {"data": experiment.data.model_dump(exclude_none=True)}


def init_settings(experiment: Experiment, block: Block) -> Settings:
    return {"model": experiment.model.model_dump(), "seeds": block.seeds}


def mask_settings(experiment: Experiment, block: Block, mask: Mask) -> Settings:
    scored = {"samples_per_class": experiment.masks.samples_per_class}
    of_method = {
        "snip": scored,
        "grasp": scored,
        "synflow": {"rounds": experiment.masks.synflow_rounds},
    }
    return {
        **init_settings(experiment, block),
        "method": mask.method,
        "density": mask.density,
        "method_settings": of_method.get(mask.method, {}),
        "label_noise": experiment.training.label_noise if of_method.get(mask.method) == scored else 0.0,
        "profile": experiment.profiles["default"].model_dump(),
    }


def node_settings(experiment: Experiment, block: Block, node: Node) -> Settings:
    """Everything that shapes a node's bytes beside its input files; never the method's name or the number of cycles."""
    return {
        **init_settings(experiment, block),
        **experiment.training.model_dump(exclude={"epochs"}, exclude_none=True),
        "epochs": node.epochs,
        "first_epoch": node.first_epoch,
        "stop_epoch": node.stop_epoch,
        "stretch": node.stretch,
        "prune": node.prune,
        "profile": experiment.profiles["default"].model_dump(),
    }


def evaluation_settings(experiment: Experiment, block: Block, profile: str, nodes: list[Node]) -> Settings:
    return {
        **init_settings(experiment, block),
        "profile": experiment.profiles[profile].model_dump(),
        "nodes": [node.name for node in nodes],
    }


def summary_settings(name: str, experiment: Experiment) -> Settings:
    return {"name": name, "grid": experiment.model_dump(mode="json", exclude={"figures"}, exclude_none=True)}


def figure_settings(experiment: Experiment) -> Settings:
    return {"figures": experiment.figures.model_dump(mode="json")}


def chosen_modules(stage: str, experiment: Experiment, mask: Mask | None = None) -> tuple[str, ...]:
    """The modules that a stage imports by name at run time, which its import statements do not show."""
    model = f"sculpt.models.architectures.{experiment.model.name}"
    return {
        "prepare_data": (module_of(experiment.data.name),),
        "generate_mask": (model, f"sculpt.pruning.criteria.{mask.method}") if mask else (model,),
        "initialize": (model,),
        "train_node": (model,),
        "evaluate": (model,),
        "plot": tuple(f"sculpt.figures.{figure}" for figure in NAMES),
    }.get(stage, ())
