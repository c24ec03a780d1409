"""Masks that a rule between epochs moved are examined by what it promises, and regrowth is allowed by no other."""

import json
from pathlib import Path

import pytest
import torch

from sculpt.cli.examination.findings import Findings
from sculpt.cli.examination.nodes import trained_node
from sculpt.core.kinds import BETWEEN
from sculpt.core.tensors import Tensors, write_tensors
from sculpt.models.build import build
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pruning.allocation import allocate, kept_count
from sculpt.pruning.changes import shuffled

EXPERIMENT = """
experiment: some
recorded: []
experiments:
  some:
    seeds: 2
    replicates: 2
    cycles: 2
    data: {name: digits, train: 100, validation: 100, test: 100, size: 8}
    model: {name: resnet20, width: 4}
    training:
      epochs: 4
      batch_size: 10
      schedule: {name: triangular, warmup: 1.0, start: 0.2}
      learning_rate: 0.1
      loss: {name: cross_entropy, smoothing: 0.0}
      update: {name: sgd, momentum: 0.9, weight_decay: 0.0}
      label_noise: 0.0
      shift: 1
      flip: false
    profiles:
      default: {device: cpu, precision: float32, engine: kernels}
    variants:
      set: {between: {name: set, drop: 0.3, until: 0.75}}
      rigl: {between: {name: rigl, drop: 0.3, until: 0.75, samples: 10}}
      gmp: {between: {name: gmp, until: 0.75}}
      acdc: {between: {name: acdc, until: 0.85, warm_up: 1, phase: 1}}
    runs:
      - {method: cyclic, mask: erk, densities: [0.3]}
      - {method: coupled, mask_of: erk, change: shuffled, weights: initial, targets: [0.3]}
      - {method: dynamic, variant: set, mask: erk, targets: [0.3]}
      - {method: dynamic, variant: rigl, mask: erk, targets: [0.3]}
      - {method: dynamic, variant: gmp, targets: [0.3]}
      - {method: dynamic, variant: acdc, targets: [0.3]}
"""
NODES = {"set": "cyclic/set/erk_0.3/set_2", "rigl": "cyclic/rigl/erk_0.3/rigl_2"}
NODES |= {"gmp": "dense/gmp/0.3/gmp_2", "acdc": "dense/acdc/0.3/acdc_2", "cyclic": "cyclic/erk_0.3/cycle_1"}


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    path = tmp_path_factory.mktemp("params") / "params.yaml"
    path.write_text(EXPERIMENT)
    found = all_jobs("some", load(path).experiments["some"])
    return {f"{job.rule}/{job.wildcards.get('node')}": job for job in found}


@pytest.fixture(scope="module")
def given():
    """A mask at density 0.3 with as many weights of each layer in both replicates, and another one of such counts."""
    shapes = build({"name": "resnet20", "width": 4}, 2, 1, 10).shapes()
    sizes = [shape.numel() for shape in shapes.values()]
    counts = allocate(sizes, sizes, kept_count(sum(sizes), 0.3))
    masks: tuple[Tensors, Tensors] = ({}, {})
    for (name, shape), size, count in zip(shapes.items(), sizes, counts, strict=True):
        flat = torch.arange(size) < count
        for mask, row in zip(masks, (flat, flat.flip(0)), strict=True):
            mask[name] = torch.stack([row, row]).reshape(2, *shape)
    return masks


def reasons(job, before, after, root: Path) -> list[str]:
    """What an examination says of a node's mask; its other files are taken as looked at."""
    (above,) = job.inputs["mask"]
    write_tensors(root / above, before)
    write_tensors(root / job.files["mask"], after)
    found = Findings(root, {file for name, file in job.files.items() if name != "mask"})
    found.facts = {"channels": 1, "classes": 10}
    trained_node(found, job)
    return [fault.reason for fault in found.faults]


def everything(mask):
    return {name: torch.ones_like(kept) for name, kept in mask.items()}


def one_moved(mask):
    """One weight less in the last layer, and one more in the largest."""
    found = {name: kept.clone() for name, kept in mask.items()}
    large = max(found, key=lambda name: found[name].numel())
    last = found["head.weight"].view(2, -1)
    last[1, last[1].nonzero()[0]] = False
    rows = found[large].view(2, -1)
    rows[1, (~rows[1]).nonzero()[0]] = True
    return found


def one_less(mask):
    found = {name: kept.clone() for name, kept in mask.items()}
    last = found["head.weight"].view(2, -1)
    last[1, last[1].nonzero()[0]] = False
    return found


def test_the_settings_of_a_job_say_where_its_mask_ends(jobs):
    for name, node in NODES.items():
        cycle = json.loads(jobs[node].config)["cycle"]
        assert cycle.get("density") == (None if name == "cyclic" else 0.3)
        assert cycle["epochs"] == (4 if name == "cyclic" else 8)
        assert ("between" in json.loads(jobs[node].config)["training"]) is (name != "cyclic")
        rules = {BETWEEN.module(rule) for rule in BETWEEN.names}
        assert rules & {*jobs[node].chosen} == ({BETWEEN.module(name)} if name in BETWEEN.names else set())


@pytest.mark.parametrize("rule", NODES)
def test_regrowth_is_allowed_for_rules_that_promise_it_and_for_no_other_node(jobs, given, tmp_path, rule):
    mask, other = given
    before = mask if rule in ("set", "rigl", "cyclic") else everything(mask)
    assert reasons(jobs[NODES[rule]], before, mask, tmp_path) == []
    found = reasons(jobs[NODES[rule]], mask, other, tmp_path)
    if rule in ("set", "rigl", "acdc"):
        assert found == []
    elif rule == "gmp":
        assert found and all("that init/init had pruned" in reason for reason in found)
    else:
        assert found and all("its job prunes nothing" in reason for reason in found)


@pytest.mark.parametrize("rule", ["set", "rigl"])
def test_a_layer_that_grew_is_found(jobs, given, tmp_path, rule):
    mask, _ = given
    found = reasons(jobs[NODES[rule]], mask, one_moved(mask), tmp_path)
    assert len(found) == 2 and all("replicate 1 keeps" in reason for reason in found)


@pytest.mark.parametrize("rule", ["set", "rigl", "gmp", "acdc"])
def test_a_mask_of_another_density_is_found(jobs, given, tmp_path, rule):
    mask, _ = given
    before = mask if rule in ("set", "rigl") else everything(mask)
    (reason,) = reasons(jobs[NODES[rule]], before, one_less(mask), tmp_path)
    assert reason.startswith("keeps ") and "density 0.3 is" in reason


def test_a_changed_mask_is_the_one_that_its_change_makes(jobs, given, tmp_path):
    """As many weights of each layer are not enough: an unshuffled mask has them too."""
    mask, other = given
    job = jobs["cyclic/erk+shuffled_0.3~initial/cycle_1"]
    assert reasons(job, mask, shuffled.change(mask, [0, 1]), tmp_path) == []
    for wrong in (mask, other):
        found = reasons(job, mask, wrong, tmp_path)
        assert found and all("is not the mask of masks/erk_0.3, shuffled" in reason for reason in found)
