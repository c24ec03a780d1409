"""The names that docs/extending.md speaks of: each has its module, with one function of the signature that it gives."""

import importlib
import pkgutil
from inspect import signature
from pathlib import Path
from typing import get_args

import pytest
from ruamel.yaml import YAML

from sculpt.data import module_of
from sculpt.figures import accuracy_vs_cost, accuracy_vs_density, training_loss
from sculpt.params.load import DATASETS, Iterative, MaskMethod, Model, load
from sculpt.pipeline.dag.settings import mask_settings
from sculpt.plotting import style
from sculpt.plotting.names import NAMES
from sculpt.pruning import criteria as methods
from sculpt.recipe.tree import Block, Mask
from sculpt.statistics import claims

ROOT = Path(__file__).parents[1]
DIGITS = load(ROOT / "params.yaml").experiments["digits"]
SECTIONS = {
    name: section
    for section in get_args(get_args(Model)[0])
    for name in get_args(section.model_fields["name"].annotation)
}


def takes(module: str, function: str) -> list[str]:
    return list(signature(getattr(importlib.import_module(module), function)).parameters)


@pytest.mark.parametrize("method", get_args(MaskMethod))
def test_a_mask_method_takes_what_its_job_is_given(method):
    settings = mask_settings(DIGITS, Block(0, 0), Mask(method, 0.1))["method_settings"]
    assert takes(f"sculpt.pruning.criteria.{method}", "draw") == ["network", "images", "seeds", "density", *settings]


def test_every_module_of_mask_methods_can_be_chosen():
    assert {module.name for module in pkgutil.iter_modules(methods.__path__)} == set(get_args(MaskMethod))


@pytest.mark.parametrize("name", SECTIONS)
def test_a_model_takes_what_its_section_holds(name):
    settings = [key for key in SECTIONS[name].model_fields if key != "name"]
    assert takes(f"sculpt.models.architectures.{name}", "build") == ["replicates", "channels", "classes", *settings]


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_is_read_from_a_folder_at_a_size(name):
    assert takes(module_of(name), "read") == ["root", "size"]


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_has_a_caption_and_is_shown(name):
    assert takes(f"sculpt.figures.{name}", "draw") == ["tables", "settings"]
    assert (ROOT / f"rules/captions/{name}.rst").is_file()
    assert f"figures/digits/{name}.png" in YAML(typ="safe").load(ROOT / "dvc.yaml")["plots"]


@pytest.mark.parametrize("method", get_args(Iterative.model_fields["method"].annotation))
def test_a_training_method_is_drawn_and_judged(method):
    assert method in style.METHODS
    assert method in accuracy_vs_density.ITERATIVE and method in accuracy_vs_cost.METHODS
    assert method == "lrr" or method in claims._RIVALS
    assert (method in training_loss.METHODS) == (method not in ("imp", "wr")), "which params.py takes for granted"
