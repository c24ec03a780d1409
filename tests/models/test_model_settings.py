"""The models' settings: their ranges, the images that they can take, and one plug-in's network for each."""

from types import SimpleNamespace

import pytest
from test_models import CASES

from sculpt.core.kinds import MODELS
from sculpt.models.build import build


def experiment(model, size, crop=None):
    return SimpleNamespace(data=SimpleNamespace(size=size, crop=crop), model=SimpleNamespace(name=model))


def test_every_model_is_tested():
    assert {settings["name"] for settings, _ in CASES.values()} | {"resnet20"} == set(MODELS.names)


@pytest.mark.parametrize("case", CASES)
def test_a_model_is_built_from_exactly_its_settings(case):
    given = CASES[case][0]
    section = MODELS.settings(given["name"])(**given)
    assert section.model_dump() == given
    assert build(section.model_dump(), replicates=2, channels=1, classes=7).head.bias.shape == (14,)


@pytest.mark.parametrize("name", MODELS.names)
def test_a_width_of_nothing_is_refused(name):
    stem = {"stem": "cifar"} if "stem" in MODELS.settings(name).model_fields else {}
    with pytest.raises(ValueError, match="width"):
        MODELS.settings(name)(name=name, width=0, **stem)


@pytest.mark.parametrize("width", [4, 12])
def test_mobilenetv2_has_a_width_that_8_divides(width):
    with pytest.raises(ValueError, match="width"):
        MODELS.settings("mobilenetv2")(name="mobilenetv2", width=width, stem="cifar")


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_vgg_takes_images_that_can_be_halved_five_times(name):
    section = MODELS.settings(name)(name=name, width=64)
    said = (
        f"name: {name}; allowed: with data.{{}} of at least 32 (it is {{}}), since this model halves images five times"
    )
    assert list(section.faults(experiment(name, 32))) == []
    assert list(section.faults(experiment(name, 8))) == [said.format("size", 8)]
    assert list(section.faults(experiment(name, 64, crop=16))) == [said.format("crop", 16)]
    assert list(section.faults(experiment(name, 64, crop=32))) == []


def test_other_models_take_images_of_any_size():
    section = MODELS.settings("resnet20")(name="resnet20", width=8)
    assert list(section.faults(experiment("resnet20", 8))) == []
