"""Whatever stands in params.yaml, it is planned or refused in lines that name a key: 300 random edits."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sculpt.params import load
from sculpt.params.experiment import described
from sculpt.params.read import ParamsError, read
from sculpt.pipeline.dag.grid import Grid
from sculpt.recipe.tree import RecipeError

PARAMS = """
experiment: base
recorded: [base]
experiments:
  base:
    seeds: 3
    replicates: 2
    cycles: 2
    data: {name: digits, train: 1000, validation: 297, test: 500, size: 8}
    model: {name: resnet20, width: 8}
    training:
      epochs: 5
      batch_size: 64
      schedule: {name: triangular, warmup: 1.0, start: 0.2}
      learning_rate: 0.1
      loss: {name: cross_entropy, smoothing: 0.0}
      update: {name: sgd, momentum: 0.9, weight_decay: 0.0005}
      label_noise: 0.0
      shift: 1
      flip: false
    variants: {noisy: {label_noise: 0.2}, quick: {schedule: {name: cosine, warmup: 1.0}, profile: other}}
    profiles:
      default: {device: auto, precision: float32}
      other: {device: cpu, precision: float32, threads: 2, environment: {A: b}}
      odd: {device: cpu, precision: float32, onednn: false, memory_format: contiguous, mantissa: 10, partition: p}
    criteria: {snip: {samples_per_class: 10}}
    transforms: {mixed: {name: shuffle_signs}}
    runs:
      - {method: dense, cycles: 1}
      - {method: masks, masks: [erk, snip], densities: [0.05]}
      - {method: cyclic, mask: snip, densities: [0.3], variant: noisy, transform: mixed}
      - {method: long, mask: erk, densities: [0.1]}
      - {method: sculpt, mask: erk, start: 0.5, targets: [0.1], criterion: snip}
      - {method: lrr, criterion: snip, ladder: [0.5, 0.1], variant: quick}
      - {method: wr, rewind_epoch: 1, ladder: [0.5, 0.1]}
    analyses: {overlap: {}}
    figures:
      accuracy_vs_density: {width: 5.5}
      layer_densities: {width: 5.5, density: 0.05}
      mask_overlap: {width: 5.5}
  next:
    based_on: base
    training: {epochs: 6}
"""
ODD = [None, 0, -1, 2, -0.0, 0.5, 1.5, 1e30, 10**30, float("nan"), float("inf"), True, "", "x", "erk", "a\nb", "\ud800"]
ODD += [[], {}, [1], [[0.1]], {"name": "erk"}, {"name": None}, {"method": "lrr"}, {"x": {"y": 1}}, [None], {"": 1}]
KEYS = ["x", "name", "method", "masks", "erk", "e-x", "X", "noisy", "base", "based_on", "overlap", "summary", "variant"]


def at(raw: Any, path: tuple) -> Any:
    for key in path:
        raw = raw[key]
    return raw


def somewhere(raw: Any, lot: random.Random) -> tuple:
    """A path to a value, deep rather than shallow."""
    path: tuple = ()
    while isinstance(at(raw, path), dict | list) and at(raw, path) and (len(path) < 2 or lot.random() < 0.8):
        here = at(raw, path)
        path = (*path, lot.choice(list(here)) if isinstance(here, dict) else lot.randrange(len(here)))
    return path


def edited(raw: dict, lot: random.Random) -> tuple[dict, list]:
    raw, said = copy.deepcopy(raw), []
    for _ in range(lot.choice([1, 1, 1, 2, 3])):
        path = somewhere(raw, lot)
        around, key = at(raw, path[:-1]), path[-1]
        edit = lot.choice(["set", "set", "delete", "rename", "swap", "twice"])
        said.append((edit, path))
        if edit == "set":
            around[key] = copy.deepcopy(lot.choice(ODD))
        elif edit == "delete":
            del around[key]
        elif edit == "rename" and isinstance(around, dict):
            around[lot.choice(KEYS)] = around.pop(key)
        elif edit == "swap":
            around[key] = copy.deepcopy(at(raw, somewhere(raw, lot)))
        elif edit == "twice" and isinstance(around, list):
            around.insert(key, copy.deepcopy(around[key]))
    return raw, said


def outcome(path: Path) -> list[str]:
    try:
        for name, experiment in load.load(path).experiments.items():
            assert Grid(name, described(experiment)).tree.runs
    except (ParamsError, RecipeError) as error:
        return str(error).split("\n")
    return []


def test_no_edit_ends_in_a_traceback(tmp_path, monkeypatch):
    whole = YAML(typ="safe", pure=True).load(PARAMS)
    path = tmp_path / "params.yaml"
    planned = 0
    for seed in range(300):
        raw, said = edited(whole, random.Random(seed))
        monkeypatch.setattr(load, "read", lambda path, raw=raw: raw)
        try:
            lines = outcome(path)
        except Exception as error:
            pytest.fail(f"{said}: {type(error).__name__}: {error}")
        planned += not lines
        assert all(line.startswith("params.yaml: ") and ": " in line[13:] for line in lines), (said, lines)
    assert 20 < planned < 150, "most edits are faults, and some are none"


SCRAPS = [
    "{",
    "]",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!!set ",
    "!!python/object:os.system ",
    "2020-13-45",
    "9" * 5000,
    "\t",
    "'",
]
SCRAPS += [
    "|",
    "? ",
    "<<: *a",
    "%YAML 1.1\n",
    "---\n",
    "!!binary x",
    "!!float x",
    "\x00",
    "\ufeff",
    '"\\ud800"',
    "[" * 900,
]


def test_no_text_ends_in_a_traceback(tmp_path):
    path = tmp_path / "params.yaml"
    for seed in range(60):
        lot = random.Random(seed)
        place = lot.randrange(len(PARAMS))
        path.write_text(PARAMS[:place] + lot.choice(SCRAPS) + PARAMS[place + lot.choice([0, 0, 1, 9]) :])
        try:
            raw = read(path)
        except ParamsError as error:
            assert str(error).startswith("params.yaml: ") and "\n" not in str(error)
        else:
            json.dumps(raw, default=str)
