"""Overlays: variants on `training`, and an experiment on the one that it is based on."""

import re
from pathlib import Path

import pytest
from mistakes import TEXT

from sculpt.core.settings import values
from sculpt.params.load import load
from sculpt.params.read import ParamsError

LEFT_OUT = "    figures: {mask_overlap: null}\n    analyses: {overlap: null}\n"


def experiments(folder: Path, more: str, *changes: tuple[str, str]) -> dict:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "params.yaml"
    path.write_text(text + more)
    return {name: values(experiment) for name, experiment in load(path).experiments.items()}


def variants(folder: Path, text: str) -> tuple[dict, dict]:
    found = experiments(folder, "", ("    criteria:", f"    variants: {text}\n    criteria:"))["digits"]
    return found["training"], found["variants"]


def test_a_variant_is_the_training_with_its_keys_on_top(tmp_path):
    training, found = variants(tmp_path, "{noisy: {label_noise: 0.2}, same: {}}")
    assert found == {"noisy": training | {"label_noise": 0.2}, "same": training}


def test_a_plug_in_of_a_variant_replaces_the_whole_entry(tmp_path):
    """Keys of one schedule mean nothing in another."""
    training, found = variants(tmp_path, "{flat: {schedule: {name: constant, warmup: 0.5}}}")
    assert found["flat"] == training | {"schedule": {"name": "constant", "warmup": 0.5}}
    with pytest.raises(ParamsError, match=r"digits\.variants\.flat\.schedule\.name: missing; allowed: constant, "):
        variants(tmp_path, "{flat: {schedule: {warmup: 0.5}}}")


def test_null_in_a_variant_removes_a_key(tmp_path):
    changes = (
        ("shift: 1\n", "shift: 0\n      resized_crop: 0.5\n      engine: torch\n"),
        (
            "    criteria:",
            "    variants: {whole: {resized_crop: null}}\n    criteria:",
        ),
    )
    found = experiments(tmp_path, "", *changes)["digits"]
    assert found["training"]["resized_crop"] == 0.5 and "resized_crop" not in found["variants"]["whole"]


def overlay_on_variant(folder: Path, training: str, variant: str, overlay: str) -> tuple[dict, dict]:
    """The training of a base, and the variant of an experiment that says `overlay` of the base's variant."""
    changes = (
        ("shift: 1\n", f"shift: 0\n      engine: torch\n{training}"),
        ("    criteria:", f"    variants: {{v: {variant}}}\n    criteria:"),
    )
    more = f"  b:\n    based_on: digits\n    variants: {{v: {overlay}}}\n"
    found = experiments(folder, more, *changes)["b"]
    return found["training"], found["variants"]["v"]


def test_a_plug_in_of_an_overlay_on_a_variant_replaces_the_whole_entry(tmp_path):
    step = "{schedule: {name: step, warmup: 1.0, drops: [2.0], factor: 0.1}, label_noise: 0.2}"
    training, found = overlay_on_variant(tmp_path, "", step, "{schedule: {name: constant, warmup: 0.5}}")
    assert found == training | {"label_noise": 0.2, "schedule": {"name": "constant", "warmup": 0.5}}
    update = "{update: {name: sgd, momentum: 0.5, weight_decay: 0.0}, loss: {name: cross_entropy, smoothing: 0.1}}"
    for entry in ("update: {name: sgd}", "loss: {name: cross_entropy}"):
        with pytest.raises(ParamsError, match=r"b\.variants\.v\.(update\.momentum|loss\.smoothing): missing"):
            overlay_on_variant(tmp_path, "", update, f"{{{entry}}}")


@pytest.mark.parametrize("variant", ["{resized_crop: 0.3}", "{}"], ids=["set by the variant", "only in training"])
def test_null_in_an_overlay_on_a_variant_removes_the_key(tmp_path, variant):
    training, found = overlay_on_variant(tmp_path, "      resized_crop: 0.5\n", variant, "{resized_crop: null}")
    assert training["resized_crop"] == 0.5 and found == {k: v for k, v in training.items() if k != "resized_crop"}


def test_null_removes_a_variant_and_a_later_overlay_sets_again_what_null_removed(tmp_path):
    changes = (
        ("shift: 1\n", "shift: 0\n      resized_crop: 0.5\n      engine: torch\n"),
        ("    criteria:", "    variants: {v: {}, w: {}}\n    criteria:"),
    )
    more = "  b:\n    based_on: digits\n    variants: {v: {resized_crop: null}, w: null}\n"
    more += "  c:\n    based_on: b\n    variants: {v: {resized_crop: 0.2}}\n"
    found = experiments(tmp_path, more, *changes)
    assert list(found["b"]["variants"]) == ["v"] and "resized_crop" not in found["b"]["variants"]["v"]
    assert found["c"]["variants"]["v"]["resized_crop"] == 0.2


def test_a_fault_of_a_variant_is_named_by_its_own_key(tmp_path):
    line = r"^params\.yaml: experiments\.digits\.variants\.short\.schedule\.warmup: 1 epochs do not fit.*\(1\)$"
    with pytest.raises(ParamsError, match=line):
        variants(tmp_path, "{short: {epochs: 1}}")
    with pytest.raises(ParamsError, match=r"digits\.variants\.odd: 3; allowed: a section with keys$"):
        variants(tmp_path, "{odd: 3}")


def test_maps_merge_by_key_through_a_chain(tmp_path):
    more = "  b:\n    based_on: digits\n    seeds: 6\n    training: {epochs: 7}\n"
    more += "  c:\n    based_on: b\n    training: {flip: true}\n"
    found = experiments(tmp_path, more)
    digits, b, c = found["digits"], found["b"], found["c"]
    assert b == digits | {"seeds": 6, "training": digits["training"] | {"epochs": 7}}
    assert c == b | {"training": b["training"] | {"flip": True}}


def test_entries_of_plug_ins_and_lists_replace(tmp_path):
    more = """\
  b:
    based_on: digits
    training: {schedule: {name: constant, warmup: 0.5}}
    criteria: {snip: {samples_per_class: 5}, narrow: {name: grasp, samples_per_class: 1}}
    runs: [{method: cyclic, mask: narrow, densities: [0.05, 0.01]}]
    figures: {layer_densities: null}
"""
    found = experiments(tmp_path, more)
    digits, b = found["digits"], found["b"]
    assert b["training"]["schedule"] == {"name": "constant", "warmup": 0.5}
    assert b["criteria"] == digits["criteria"] | {
        "snip": {"name": "snip", "samples_per_class": 5},
        "narrow": {"name": "grasp", "samples_per_class": 1},
    }
    gone = {"layer_densities", "prune_perturbation", "coupling"}  # the last two need runs that are no more
    assert len(b["runs"]) == 1 and list(b["figures"]) == [key for key in digits["figures"] if key not in gone]


def test_a_figure_of_ones_own_is_refused_where_one_of_the_base_is_left_out(tmp_path):
    more = "  b:\n    based_on: digits\n    runs: [{method: cyclic, mask: erk, densities: [0.05, 0.01]}]\n"
    assert "coupling" not in experiments(tmp_path, more)["b"]["figures"]
    with pytest.raises(ParamsError, match=r"^params\.yaml: experiments\.b\.figures\.coupling: needs a run of [^\n]*$"):
        experiments(tmp_path, more + "    figures: {coupling: {width: 4.0}}\n")


def test_null_removes_what_the_base_has(tmp_path):
    b = experiments(tmp_path, "  b:\n    based_on: digits\n" + LEFT_OUT)["b"]
    assert b["analyses"] == {} and "mask_overlap" not in b["figures"]


def test_a_label_is_the_plug_in_of_its_name_unless_it_says_another(tmp_path):
    found = experiments(tmp_path, "", ("      snip:", "      wide: {name: snip, samples_per_class: 20}\n      snip:"))
    criteria = found["digits"]["criteria"]
    assert criteria["snip"]["name"] == "snip" and criteria["wide"]["name"] == "snip"


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("  b: {based_on: digit}\n", "b.based_on: \"digit\"; allowed: another experiment; nearest: 'digits'"),
        ("  b: {based_on: [digits]}\n", "b.based_on: [\"digits\"]; allowed: another experiment; nearest: 'digits'"),
        ("  b: {based_on: b}\n", 'b.based_on: "b"; allowed: no circle (b -> b)'),
        ("  b: {based_on: c}\n  c: {based_on: b}\n", 'c.based_on: "b"; allowed: no circle (b -> c -> b)'),
        ("  b: {based_on: digits, seeds: 0}\n  c: {based_on: b}\n", "b.seeds: 0; allowed: at least 1"),
        ("  b: {based_on: digits, seeds: 0}\n  c: {based_on: b, seeds: -1}\n", "b.seeds: 0; allowed: at least 1"),
        ("  b: {based_on: digits, seeds: null}\n", "b.seeds: missing; allowed: a value for this key"),
    ],
)
def test_a_base_that_leads_nowhere_and_the_fault_of_a_base_are_named(tmp_path, more, line):
    with pytest.raises(ParamsError, match="^" + re.escape(f"params.yaml: experiments.{line}")):
        experiments(tmp_path, more)
