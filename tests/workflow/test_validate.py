"""Validation finds every damage that we know how to do, names it, and changes nothing."""

import dataclasses
import json
import os
import random
import re
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from conftest import Checkout
from forked import forked
from safetensors.torch import load_file, save_file

from sculpt.cli.against import compare
from sculpt.cli.examination.examine import examine
from sculpt.cli.validate import validate
from sculpt.params.experiment import Experiment
from sculpt.params.load import load
from sculpt.pipeline.check.locked import check_bytes
from sculpt.pipeline.check.ownership import orphans, tidy
from sculpt.pipeline.dag.experiment import all_jobs, owned_files
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record.dvc_cache import DvcError
from sculpt.pipeline.record.dvc_record import DVC_LOCK, hashed
from sculpt.pipeline.record.lock import LOCK
from sculpt.pipeline.record.records import sha256
from sculpt.pipeline.record.revision import AgainstError
from sculpt.pipeline.record.seal import seal, unseal

R = "results/tiny"
NODE = f"{R}/cyclic/seeds_0-1/erk_0.1/cycle_1"
PRUNED = f"{R}/sculpt/seeds_0-1/erk_0.5/cycle_1/0.1"
MASK = f"{R}/masks/seeds_0-1/erk_0.1"
TESTED = f"{R}/evaluate/seeds_0-1/default/dense/cycle_1.csv"
HITS = TESTED.replace(".csv", ".hits.safetensors")
LOOKED = f"{R}/hardware/seeds_0-1/contiguous/first"
ANALYSED = f"{R}/analyse/seeds_0-1/overlap/dense/cycle_1.csv"


def faults(checkout) -> list[list[str]]:
    """What validation finds, in a fork that has the checkout's own code."""
    done = forked(checkout.folder, lambda: print(json.dumps(import_module("sculpt.cli.validate").validate(None))))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def experiment(root: Path) -> Experiment:
    return load(root / "params.yaml").experiments["tiny"]


def names(checkout) -> list[tuple[str, str]]:
    owned = owned_files("tiny", experiment(checkout.folder))
    return [tuple(fault) for fault in check_bytes("tiny", owned, checkout.folder)]


def reseal(root: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the lock's part of the experiment, and give it a right digest."""
    lock = unseal((root / LOCK).read_bytes())
    edit(lock["experiments"]["tiny"])
    (root / LOCK).write_text(seal(lock))


@pytest.fixture
def damaged(copy):
    """A copy of a finished checkout, to damage."""
    return copy


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and times of all files but those that Snakemake's dry run keeps for itself."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith((".snakemake/iocache", ".snakemake/locks")):
            found[name] = (path.read_bytes(), path.stat().st_mtime_ns)
    return found


def test_a_finished_tree_has_no_fault_and_is_left_as_it_was(finished):
    before = everything(finished.folder)
    assert faults(finished) == []
    assert everything(finished.folder) == before


@dataclasses.dataclass(frozen=True)
class Damage:
    """file: what is edited. edit: takes and gives its content. named: what the fault's reason has."""

    file: str
    edit: Callable[[Any], Any]
    named: str


def setting(**columns: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Values of the second row of a table."""

    def edit(table: pd.DataFrame) -> pd.DataFrame:
        for column, value in columns.items():
            table[column] = table[column].astype(object)
            table.loc[1, column] = value
        return table

    return edit


def of_record(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Values of the second seed."""
    return of_seeds(lambda seeds: [seeds[0], {**seeds[1], **values}])


def of_seeds(edit: Callable[[list[dict[str, Any]]], Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda record: {**record, "seeds": edit(record["seeds"])}


def of_tensor(name: str, edit: Callable[[torch.Tensor], Any]) -> Callable[[dict[str, torch.Tensor]], Any]:
    def all_tensors(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        changed = edit(tensors[name])
        return {**tensors, name: tensors[name] if changed is None else changed}

    return all_tensors


def put(index: int, value: float) -> Callable[[torch.Tensor], None]:
    def edit(tensor: torch.Tensor) -> None:
        tensor.view(-1)[index] = value

    return edit


def one_less(mask: torch.Tensor) -> None:
    mask[0].view(-1)[mask[0].flatten().nonzero()[0]] = False


def emptied(masks: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The head's weights given to a wide layer of the same replicate."""
    head, wide = masks["head.weight"], masks["body.stage3_3.conv2.weight"]
    for replicate in range(len(head)):
        free = (~wide[replicate]).flatten().nonzero()[: head[replicate].sum(), 0]
        wide[replicate].view(-1)[free] = True
    return {**masks, "head.weight": torch.zeros_like(head)}


def regrown(mask: torch.Tensor) -> None:
    first, free = mask[0].flatten().nonzero()[0], (~mask[0]).flatten().nonzero()[0]
    mask[0].view(-1)[first], mask[0].view(-1)[free] = False, True


def twins(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor[:1].expand_as(tensor).contiguous() for name, tensor in tensors.items()}


def outside(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    layer = weights["body.stage3_3.conv2.weight"].view(-1)
    layer[(layer == 0).nonzero()[0]] = 1e-30
    return weights


DAMAGES = {
    "other sizes": Damage(
        f"{R}/data/data.json", lambda facts: {**facts, "sizes": {**facts["sizes"], "test": 99}}, "sizes are"
    ),
    "a fact is missing": Damage(f"{R}/data/data.json", lambda facts: {"classes": 10}, "it has not just the keys"),
    "a label out of range": Damage(
        f"{R}/data/train.safetensors", of_tensor("labels", put(0, 10)), "a label is not a class"
    ),
    "images as floats": Damage(
        f"{R}/data/test.safetensors", of_tensor("images", torch.Tensor.float), "images are torch.float32"
    ),
    "an image less": Damage(
        f"{R}/data/validation.safetensors", of_tensor("images", lambda t: t[1:]), "holds {'images': \\(59,"
    ),
    "equal initial weights": Damage(
        f"{R}/init/seeds_0-1/weights.safetensors", twins, "seed 1 has the same values as seed 0"
    ),
    "an initial mask with a hole": Damage(
        f"{R}/init/seeds_0-1/mask.safetensors",
        of_tensor("head.weight", one_less),
        "keeps 17059, 17060 .* density 1 is 17060",
    ),
    "cost before training": Damage(
        f"{R}/init/seeds_0-1/record.json", of_record(train_flops=5), "seed 1: epochs or FLOPs before"
    ),
    "equal random masks": Damage(f"{MASK}/mask.safetensors", twins, "seed 1 has the same values as seed 0"),
    "a mask of bytes": Damage(
        f"{MASK}/mask.safetensors",
        of_tensor("head.weight", torch.Tensor.byte),
        "head.weight is torch.uint8, expected torch.bool",
    ),
    "a weight less": Damage(
        f"{MASK}/mask.safetensors",
        of_tensor("head.weight", one_less),
        "keeps 1705, 1706 weights .* density 0.1 is 1706",
    ),
    "an empty layer": Damage(
        f"{MASK}/mask.safetensors", emptied, "head.weight: no weight is left, the network had some"
    ),
    "a mask's epochs": Damage(f"{MASK}/record.json", of_record(epochs=1), "seed 1: epochs or FLOPs before"),
    "another density": Damage(
        f"{MASK}/record.json", of_record(density=0.2), "seed 1: density is 0.2, its mask has 0.1"
    ),
    "a weight that grew again": Damage(
        f"{PRUNED}/mask.safetensors",
        of_tensor("body.stage3_3.conv2.weight", regrown),
        "1 weights are kept that cyclic/erk_0.5/cycle_1 had pruned",
    ),
    "a weight that is not finite": Damage(
        f"{NODE}/weights.safetensors",
        of_tensor("head.bias", put(3, float("nan"))),
        "head.bias holds a value that is not finite",
    ),
    "a weight outside the mask": Damage(
        f"{NODE}/weights.safetensors", outside, "1 weights outside the mask are not zero"
    ),
    "a replicate less": Damage(
        f"{NODE}/weights.safetensors",
        of_tensor("head.bias", lambda t: t[:1].clone()),
        "head.bias is \\(1, 10\\), the model's \\(2, 10\\)",
    ),
    "a tensor less": Damage(
        f"{NODE}/weights.safetensors",
        lambda t: {name: t[name] for name in t if name != "head.bias"},
        "only one of the two has head.bias",
    ),
    "weights of double precision": Damage(
        f"{NODE}/weights.safetensors", of_tensor("head.bias", torch.Tensor.double), "head.bias is torch.float64"
    ),
    "an epoch less": Damage(
        f"{NODE}/history.csv", lambda t: t.drop(index=3), "lacks 1 rows \\(the first: seed 1, epoch 2\\)"
    ),
    "an epoch twice": Damage(f"{NODE}/history.csv", lambda t: pd.concat([t, t[:1]]), "has, beside .* seed 0, epoch 1"),
    "a loss that is not finite": Damage(
        f"{NODE}/history.csv", setting(train_loss=np.inf), "train_loss holds a value that is not"
    ),
    "a loss in words": Damage(f"{NODE}/history.csv", setting(train_loss="low"), "train_loss holds a value that is not"),
    "a column less": Damage(
        f"{NODE}/history.csv", lambda t: t.drop(columns="learning_rate"), "columns are seed, epoch, train_loss"
    ),
    "a mask that its job did not prune": Damage(
        f"{NODE}/mask.safetensors", of_tensor("head.weight", one_less), "head.weight: is not the mask of masks/erk_0.1"
    ),
    "epochs of the whole path": Damage(
        f"{PRUNED}/record.json", of_record(epochs=6), "seed 1: epochs is 6, the node trains 3"
    ),
    "no FLOPs": Damage(f"{PRUNED}/record.json", of_record(train_flops=0), "seed 1: train_flops is 0, not above 0"),
    "more FLOPs than dense": Damage(
        f"{PRUNED}/record.json", of_record(train_flops=10**15), "seed 1: train_flops is 1000000000000000"
    ),
    "another criterion": Damage(
        f"{PRUNED}/record.json",
        lambda record: {**record, "prune": {**record["prune"], "criterion": {"name": "snip"}}},
        "prune is .*snip.*, its job's settings say .*magnitude",
    ),
    "another lineage": Damage(
        f"{NODE}/record.json",
        lambda record: {**record, "lineage": {**record["lineage"], "mask": "masks/erk_0.5"}},
        "lineage is .*erk_0.5.*, its job's settings say .*erk_0.1",
    ),
    "an untold layout": Damage(
        f"{NODE}/record.json",
        lambda record: {key: record[key] for key in record if key != "layout"},
        "it has not just the keys layout, lineage, model, seeds",
    ),
    "another loss": Damage(
        f"{NODE}/record.json", of_record(train_loss=0.5), "seed 1: train_loss is 0.5, the history ends with"
    ),
    "a record less": Damage(
        f"{NODE}/record.json", of_seeds(lambda seeds: seeds[:1]), "seeds is not a list of 2 entries"
    ),
    "seeds in another order": Damage(
        f"{NODE}/record.json", of_seeds(lambda seeds: seeds[::-1]), "^seed 1 stands where seed 0 belongs"
    ),
    "a value that is no number": Damage(
        f"{NODE}/record.json", of_record(validation={"accuracy": "high", "loss": 1.0}), "validation.accuracy is 'high'"
    ),
    "no accuracy after the prune": Damage(
        f"{PRUNED}/record.json",
        of_seeds(lambda seeds: [{key: one[key] for key in one if key != "after_prune"} for one in seeds]),
        "it has not just the keys after_prune",
    ),
    "a class less": Damage(
        TESTED, lambda t: t.drop(index=5), "node dense/cycle_1, seed 0, class 5: 0 rows, expected 1"
    ),
    "more test images": Damage(
        TESTED, setting(images=50), "node dense/cycle_1, seed 0: on \\d+ images, the test split has 100"
    ),
    "an accuracy above 100": Damage(TESTED, setting(accuracy=101), "an accuracy is not between 0 and 100 %"),
    "another image right": Damage(
        HITS, of_tensor("dense/cycle_1", lambda bits: bits ^ 1 << 7), "seed 0: \\d+ images are right, its table says"
    ),
    "a seed less in the hits": Damage(HITS, of_tensor("seeds", lambda seeds: seeds[:1]), "expected uint8 \\(1, 13\\)"),
    "another seed in the hits": Damage(
        HITS, of_tensor("seeds", lambda seeds: seeds + 1), "node dense/cycle_1, seed 0: not there"
    ),
    "the hits of another node": Damage(
        HITS,
        lambda hits: {**hits, "dense/cycle_2": hits["dense/cycle_1"].clone()},
        "node dense/cycle_2, seed 0: not of its job",
    ),
    "fewer test images in the hits": Damage(
        HITS, of_tensor("images", lambda images: images - 1), "on 99 images, the test split has 100|bits after its last"
    ),
    "a look at other weights": Damage(
        f"{LOOKED}/machine.json", lambda said: {**said, "weights": {}}, "is of other weights than those that are here"
    ),
    "a look that says not why": Damage(
        f"{LOOKED}/machine.json", lambda said: {**said, "available": False}, "says not why"
    ),
    "other predictions under a profile": Damage(
        f"{LOOKED}/outcomes.safetensors",
        of_tensor("dense/cycle_1:test:predictions", lambda predictions: predictions.flip(1)),
        "is not what machine.json beside it tells of",
    ),
    "another flip": Damage(f"{R}/summary/hardware.csv", setting(flips=7), "line 3: flips is 7, the looks at the hardw"),
    "another effect of a profile": Damage(
        f"{R}/summary/profiles.csv", setting(training_differs=False), "line 3: training_differs is False, the looks at"
    ),
    "an analysis of another node": Damage(
        ANALYSED, setting(node="dense/cycle_9"), "has rows of dense/cycle_9, which its job was not given"
    ),
    "a seed less in an analysis": Damage(
        ANALYSED, lambda t: t[t["seed"] == 0], "has rows of seeds \\[0\\], its job was"
    ),
    "another accuracy": Damage(
        f"{R}/summary/summary.csv", setting(test_accuracy=99.25), "line 3: test_accuracy is 99.25, the rec"
    ),
    "another start chosen": Damage(
        f"{R}/summary/summary.csv", setting(selected=False), "line 3: selected is False, the records"
    ),
    "a row less": Damage(
        f"{R}/summary/summary.csv", lambda t: t[1:], "has 41 rows of .*; the records and evaluations give 42"
    ),
    "another loss in the histories": Damage(
        f"{R}/summary/history.csv", setting(train_loss=0.5), "line 3: train_loss is 0.5, the nodes"
    ),
    "another layer": Damage(f"{R}/summary/layers.csv", setting(kept=1), "line 3: kept is 1, the masks give"),
    "another distance": Damage(
        f"{R}/summary/overlap.csv", setting(cycle=9), "line 3: cycle is 9, the analyses of its nodes give"
    ),
    "another verdict": Damage(
        f"{R}/summary/claims.json",
        lambda claims: [{**claims[0], "verdict": "proved"}, *claims[1:]],
        "claim a: verdict is proved, the tables give",
    ),
    "a claim less": Damage(
        f"{R}/summary/claims.json", lambda claims: claims[1:], "is not a list of the claims a, b, c1"
    ),
    "another metric": Damage(
        f"{R}/summary/metrics/dense.json", lambda m: {"1": {**m["1"], "mean": 99.9}}, "the accuracies are not"
    ),
    "another point in a figure": Damage(
        "figures/tiny/accuracy_vs_density.csv",
        setting(test_accuracy_mean=50.125),
        "line 3: test_accuracy_mean is 50.125",
    ),
    "half a PNG": Damage(
        "figures/tiny/training_loss.png", lambda content: content[: len(content) // 2], "is not a whole picture"
    ),
    "half an SVG": Damage(
        "figures/tiny/training_loss.svg", lambda content: content[: len(content) // 2], "is not a whole picture"
    ),
    "no picture": Damage("figures/tiny/layer_densities.png", lambda content: None, "no such file"),
}


def rewrite(path: Path, edit: Callable[[Any], Any]) -> None:
    """Edit a file's content by its kind; a content of None deletes it."""
    if path.suffix == ".safetensors":
        save_file(edit(load_file(path)), path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(edit(json.loads(path.read_text()))))
    elif path.suffix == ".csv":
        edit(pd.read_csv(path)).to_csv(path, index=False)
    elif (content := edit(path.read_bytes())) is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.fixture(scope="module")
def workbench(finished, tmp_path_factory) -> Path:
    """A copy that each damage is done in and undone again."""
    folder = tmp_path_factory.mktemp("workbench") / "tree"
    shutil.copytree(finished.folder, folder, symlinks=True)
    return folder


def judging(root: Path, file: str) -> list[Job]:
    """The jobs that have to be looked at for a verdict on one file: those that make it and all that it is made from."""
    wanted, chosen = {file, f"{R}/data/data.json", f"{R}/init/seeds_0-1/record.json"}, []
    for job in reversed(all_jobs("tiny", experiment(root))):
        if not wanted.isdisjoint(job.outputs):
            chosen.append(job)
            wanted |= {*job.input_files} if job.program in ("summarise", "judge", "plot") else set()
    return chosen[::-1]


def found_in(root: Path, damage: Damage, jobs: list[Job]) -> list[tuple[str, str]]:
    path = root / damage.file
    content = path.read_bytes()
    rewrite(path, damage.edit)
    found = examine(jobs, root)
    path.write_bytes(content)
    return found


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_each_broken_invariant_is_found_and_named(workbench, damage):
    found = found_in(workbench, damage, judging(workbench, damage.file))
    assert {fault.file for fault in found} == {damage.file}
    assert re.search(damage.named, found[0].reason)


SAMPLE = ("a label out of range", "a weight that is not finite", "another loss", "more test images", "a row less")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.campaign) for name in DAMAGES]
)
def test_what_is_made_from_a_damaged_file_is_not_judged(workbench, name):
    damage = DAMAGES[name]
    found = found_in(workbench, damage, all_jobs("tiny", experiment(workbench)))
    assert {fault.file for fault in found} == {damage.file}


@pytest.mark.parametrize(
    "file",
    [
        "data/data.json",
        "cyclic/seeds_0-1/erk_0.1/cycle_1/mask.safetensors",
        "evaluate/seeds_0-1/default/dense/cycle_1.hits.safetensors",
        "summary/summary.csv",
        "summary/claims.json",
    ],
)
@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50], ids=["empty", "noise"])
def test_a_file_that_cannot_be_read_is_one_fault(workbench, file, content):
    path = workbench / R / file
    whole = path.read_bytes()
    path.write_bytes(content)
    found = examine(judging(workbench, f"{R}/{file}"), workbench)
    path.write_bytes(whole)
    assert [fault.file for fault in found] == [f"{R}/{file}"]
    assert "\n" not in found[0].reason and str(workbench) not in found[0].reason


def test_a_damage_that_both_locks_agree_with_is_still_found(damaged):
    rewrite(damaged.folder / NODE / "weights.safetensors", outside)
    table = "figures/tiny/start_target_map.csv"
    rewrite(damaged.folder / table, setting(test_accuracy_mean=12.5))

    def accept(lock: dict[str, Any]) -> None:
        for file in (f"{NODE}/weights.safetensors", table):
            for job in lock["jobs"]:
                for part in ("inputs", "outputs"):
                    job[part] |= {file: sha256(damaged.folder / file)} if file in job[part] else {}

    reseal(damaged.folder, accept)
    stages = [
        f"{stage}@tiny" for stage in ("cyclic", "sculpt", "evaluate", "hardware", "analyse", "summary", "figures")
    ]
    assert damaged.run("dvc", "commit", "--force", "--quiet", *stages).returncode == 0
    assert names(damaged) == []
    found = [fault for fault in faults(damaged) if "would run" not in fault[1]]
    assert [file for file, _ in found] == [table, f"{NODE}/weights.safetensors"]


@pytest.mark.parametrize("trials", [12, pytest.param(100, marks=pytest.mark.campaign)])
def test_one_flipped_byte_with_its_time_put_back_is_found_wherever_it_is(damaged, trials):
    root, rng = damaged.folder, random.Random(3)
    owned = owned_files("tiny", experiment(root))
    places = {
        part: [path for path in sorted((root / part).rglob("*")) if path.is_file()] for part in ("results", "figures")
    }
    places |= {lock: [root / lock] for lock in (LOCK, DVC_LOCK)}
    missed = []
    for trial in range(trials):
        path = rng.choice(places[[*places][trial % len(places)]])
        content, times = path.read_bytes(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
        place, flip = rng.randrange(len(content)), 1 << rng.randrange(8)
        path.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
        os.utime(path, ns=times)
        found = {fault.file for fault in check_bytes("tiny", owned, root)}
        path.write_bytes(content)
        os.utime(path, ns=times)
        if found != {path.relative_to(root).as_posix()}:
            missed.append((path, place, flip, found))
    assert missed == []
    assert names(damaged) == []


def test_a_damaged_file_is_one_fault_and_what_is_made_of_it_none(damaged):
    file = f"{NODE}/mask.safetensors"
    path = damaged.folder / file
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    os.utime(path, ns=times)
    [(named, reason)] = faults(damaged)
    assert named == file and re.match(r"is not what its job made \(sha256 [0-9a-f]{12}, locked [0-9a-f]{12}\)", reason)
    path.unlink()
    assert f"delete it, then `.venv/bin/dvc checkout {file}`" in reason
    assert damaged.run("dvc", "checkout", "--quiet", file).returncode == 0
    assert names(damaged) == []


def test_what_is_stale_is_named_with_its_cause(damaged):
    damaged.edit("params.yaml", ("rounds: 5", "rounds: 6"))
    damaged.edit("src/sculpt/pruning/scoring.py", ("import torch\n", "import torch\n\n# a comment\n"))
    found = faults(damaged)
    would_run = [reason for file, reason in found if file == R]
    assert would_run == ["would run: draw mask synflow_0.1, seeds_0-1: criteria.synflow.rounds: 5 -> 6"]
    recorded = [reason for file, reason in found if file == DVC_LOCK]
    assert "src/sculpt was another when it was recorded; `make reproduce` records it anew" in recorded
    assert "masks@tiny: recorded with other settings than those of params.yaml" in recorded
    assert len(found) == len(would_run) + len(recorded)


def test_what_is_missing_is_named(damaged):
    for file in (f"{NODE}/record.json", "figures/tiny/training_loss.csv"):
        (damaged.folder / file).unlink()
    found = names(damaged)
    assert found == [("figures/tiny/training_loss.csv", "no such file"), (f"{NODE}/record.json", "no such file")]


def test_a_tree_without_results_says_what_makes_them(damaged, monkeypatch):
    shutil.rmtree(damaged.folder / R)
    monkeypatch.chdir(damaged.folder)
    [(file, reason)] = validate(None)
    assert file == R and "`make reproduce` makes it" in reason


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "no such file; `.venv/bin/sculpt provenance export` writes it"),
        (b'{"digest": "', "not JSON"),
        (b"{}\n", "edited since it was written"),
    ],
    ids=["missing", "truncated", "foreign"],
)
def test_an_unusable_provenance_lock_is_named(damaged, content, named):
    path = damaged.folder / LOCK
    path.unlink() if content is None else path.write_bytes(content)
    [(file, reason)] = names(damaged)
    assert file == LOCK and reason.startswith(named)


def test_what_the_provenance_lock_does_not_hold_is_named(damaged):
    def forget(lock: dict[str, Any]) -> None:
        lock["jobs"] = [job for job in lock["jobs"] if f"{NODE}/record.json" not in job["outputs"]]

    reseal(damaged.folder, forget)
    assert {file for file, _ in names(damaged)} == {
        f"{NODE}/{file}" for file in ("history.csv", "mask.safetensors", "record.json", "weights.safetensors")
    }


def test_an_artifact_made_from_another_input_is_named(damaged):
    def other(lock: dict[str, Any]) -> None:
        for job in lock["jobs"]:
            if f"{MASK}/mask.safetensors" in job["outputs"]:
                job["inputs"][f"{R}/init/seeds_0-1/weights.safetensors"] = "0" * 64

    reseal(damaged.folder, other)
    reason = f"was made from another {R}/init/seeds_0-1/weights.safetensors"
    assert names(damaged) == [(f"{MASK}/mask.safetensors", reason), (f"{MASK}/record.json", reason)]


def test_an_unusable_dvc_lock_is_named(damaged):
    lock = damaged.folder / DVC_LOCK
    whole = lock.read_text()
    for text, named in (
        (whole[: len(whole) // 2], "is not "),
        (
            whole.replace("  figures@tiny:", "  pictures@tiny:"),
            "figures@tiny: only one of it and dvc.yaml has this stage",
        ),
        (whole.replace("stage data --experiment", "stage date --experiment"), "data@tiny: not the command"),
        (whole.replace("nfiles: 4", "nfiles: 5", 1), "data@tiny: results/tiny/data is not what it records"),
    ):
        lock.write_text(text)
        assert any(file == DVC_LOCK and reason.startswith(named) for file, reason in names(damaged))
    lock.unlink()
    assert names(damaged) == [(DVC_LOCK, "no such file; `make reproduce` records the experiment")]


def test_an_experiment_that_dvc_does_not_record_needs_no_dvc_lock(damaged):
    damaged.edit("params.yaml", ("recorded: [tiny]", "recorded: []"))
    (damaged.folder / DVC_LOCK).unlink()
    assert names(damaged) == []


def test_dvcs_listings_are_checked_where_they_are(damaged):
    listings = sorted((damaged.folder / ".dvc/cache").rglob("*.dir"))
    listings[0].chmod(0o644)
    listings[0].write_bytes(listings[0].read_bytes().replace(b"md5", b"MD5", 1))
    [(file, reason)] = names(damaged)
    assert file == listings[0].relative_to(damaged.folder).as_posix() and "its md5 is not its name" in reason


def test_what_a_push_would_leave_out_is_one_line_a_stage(damaged):
    cache = damaged.folder / ".dvc/cache/files/md5"
    for file in (f"{NODE}/weights.safetensors", f"{NODE}/record.json", f"{R}/summary/summary.csv"):
        md5 = hashed(damaged.folder / file).md5
        (cache / md5[:2] / md5[2:]).unlink()
    assert [(file, reason.partition(";")[0]) for file, reason in names(damaged)] == [
        (f"{NODE}/record.json", f"its copy is gone from DVC's cache, which lacks 2 of the 36 files of {R}/cyclic"),
        (
            f"{R}/summary/summary.csv",
            f"its copy is gone from DVC's cache, which lacks 1 of the 18 files of {R}/summary",
        ),
    ]
    before = everything(damaged.folder / R)
    assert damaged.sculpt("reproduce").returncode == 0
    assert names(damaged) == [] and everything(damaged.folder / R) == before
    shutil.rmtree(damaged.folder / ".dvc/cache")
    some = ("analyse", "cyclic", "data", "dense", "evaluate", "hardware", "init", "iterative", "masks", "sculpt")
    stages = (*some, "summary")
    assert [file for file, _ in names(damaged)] == [f"{R}/{stage}" for stage in stages]
    assert all("`.venv/bin/dvc commit" in reason for _, reason in names(damaged))
    assert damaged.run("dvc", "commit", "analyse@tiny").returncode == 0
    assert [file for file, _ in names(damaged)] == [f"{R}/{stage}" for stage in stages[1:]]


def test_a_damaged_copy_in_dvcs_cache_is_named_and_the_remedy_mends_it(damaged):
    md5 = hashed(damaged.folder / f"{NODE}/weights.safetensors").md5
    copy = damaged.folder / f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}"
    whole = copy.read_bytes()
    copy.chmod(0o644)
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    [(file, reason)] = names(damaged)
    assert file == copy.relative_to(damaged.folder).as_posix()
    assert reason.startswith(
        f"is damaged: no longer {NODE}/weights.safetensors, and `dvc push` would spread it; delete"
    )
    copy.unlink()
    assert damaged.run("dvc", "commit", "cyclic@tiny").returncode == 0
    assert names(damaged) == [] and copy.read_bytes() == whole


def test_a_cache_elsewhere_is_looked_for_there(damaged, tmp_path):
    (damaged.folder / ".dvc/cache").rename(tmp_path / "cache")
    (damaged.folder / ".dvc/config").write_text("[cache]\n    dir = ../../cache\n")
    assert names(damaged) == []
    (damaged.folder / ".dvc/config").write_text("[cache]\n    dri = ../../cache\n")
    with pytest.raises(DvcError, match=r"^DVC: config file error") as raised:
        names(damaged)
    assert "\n" not in str(raised.value)


def test_orphans_are_listed_and_tidied_and_nothing_else(damaged):
    strange = sorted(
        [f"{R}/cyclic/seeds_0-1/erk_0.3/cycle_1/weights.safetensors", f"{R}/notes.txt", "figures/tiny/old.csv"]
    )
    for file in strange:
        (damaged.folder / file).parent.mkdir(parents=True, exist_ok=True)
        (damaged.folder / file).write_text("x")
    before = everything(damaged.folder)
    assert {
        file for file, reason in names(damaged) if reason == "owned by no node; `make tidy YES=1` removes what is"
    } == {*strange}
    assert orphans("tiny", owned_files("tiny", damaged.experiment), damaged.folder) == strange
    assert tidy("tiny", damaged.folder) == strange
    assert everything(damaged.folder) == {file: content for file, content in before.items() if file not in strange}
    assert not (damaged.folder / R / "cyclic/seeds_0-1/erk_0.3").exists()
    assert orphans("tiny", owned_files("tiny", damaged.experiment), damaged.folder) == [] and names(damaged) == []


def test_one_fact_is_one_line(damaged):
    gone = f"{R}/iterative/seeds_0-1/lrr/0.5"
    damaged.edit("params.yaml", ("ladder: [0.5, 0.1, 0.02]", "ladder: [0.5]"))
    (damaged.folder / R / "notes.txt").write_text("x")

    def forget(lock: dict[str, Any]) -> None:
        lock["jobs"] = [job for job in lock["jobs"] if f"{NODE}/record.json" not in job["outputs"]]

    reseal(damaged.folder, forget)
    found = [fault for fault in map(tuple, faults(damaged)) if "by no node" in fault[1] or "by a job" in fault[1]]
    assert found == [
        (NODE, f"4 files made by a job that {LOCK} does not record"),
        (f"{gone}/0.1", "8 files owned by no node; `make tidy YES=1` removes what is"),
        (f"{R}/notes.txt", "owned by no node; `make tidy YES=1` removes what is"),
    ]


def test_messages_name_the_experiment_where_params_yaml_chooses_another(damaged, monkeypatch):
    monkeypatch.chdir(damaged.folder)
    text = (damaged.folder / "params.yaml").read_text()
    (damaged.folder / "params.yaml").write_text(
        text.replace("experiment: tiny", "experiment: other") + text[text.index("  tiny:") :].replace("tiny:", "other:")
    )
    (damaged.folder / R / "notes.txt").write_text("x")
    (damaged.folder / DVC_LOCK).unlink()
    assert (f"{R}/notes.txt", "owned by no node; `make tidy YES=1 EXPERIMENT=tiny` removes what is") in names(damaged)
    assert (DVC_LOCK, "no such file; `make reproduce EXPERIMENT=tiny` records the experiment") in names(damaged)
    [(_, reason)] = validate("other")
    assert reason.startswith("is not there; `make reproduce` makes it")


def test_a_node_that_the_recipe_dropped_is_an_orphan(damaged):
    damaged.edit("params.yaml", ("ladder: [0.5, 0.1, 0.02]", "ladder: [0.5, 0.1]"))
    gone = f"{R}/iterative/seeds_0-1/lrr/0.5/0.1/0.02"
    files = [f"{gone}/{file}" for file in ("history.csv", "mask.safetensors", "record.json", "weights.safetensors")]
    assert orphans("tiny", owned_files("tiny", damaged.experiment), damaged.folder) == files


@pytest.fixture
def committed(damaged) -> Path:
    """A checkout whose revision HEAD holds its locks and figures."""
    damaged.git("add", "--all")
    damaged.git("commit", "--quiet", "--message", "recorded")
    return damaged.folder


@pytest.fixture
def elsewhere(damaged) -> Path:
    """The same, recorded on another processor."""
    here = (damaged.folder / LOCK).read_bytes()
    reseal(damaged.folder, lambda lock: lock["fingerprint"].update(processor="another one"))
    damaged.git("add", "--all")
    damaged.git("commit", "--quiet", "--message", "recorded elsewhere")
    (damaged.folder / LOCK).write_bytes(here)
    return damaged.folder


def test_on_an_equal_machine_bytes_are_compared(committed):
    same = compare("HEAD", None, committed)
    assert (same.level, same.faults, same.changes, same.notes) == ("bytes", [], [], [])
    assert same.compared == f"{len(owned_files('tiny', experiment(committed)))} files"

    (committed / NODE / "record.json").write_text("{}")
    (committed / NODE / "history.csv").unlink()
    other = compare("HEAD", "tiny", committed)
    assert other.faults == [
        (f"{NODE}/history.csv", f"only in {same.revision}"),
        (f"{NODE}/record.json", f"other bytes than in {same.revision}"),
    ]
    assert str(other).splitlines()[0] == f"Against {same.revision}, level bytes: {same.compared}: 2 faults"


def test_on_another_machine_metrics_are_compared(elsewhere):
    same = compare("HEAD", None, elsewhere)
    assert (same.level, same.faults, same.changes) == ("metrics", [], [])
    assert re.fullmatch("other bits are expected: processor was another one, is .*", *same.notes)
    summary = elsewhere / R / "summary/summary.csv"
    table = pd.read_csv(summary)
    table.loc[table["method"] == "lrr", "test_accuracy"] = 99.0
    table.to_csv(summary, index=False)
    claims = elsewhere / R / "summary/claims.json"
    verdicts = json.loads(claims.read_text())
    turns = {"supported": "contradicted", "contradicted": "supported", "inconclusive": "supported"}
    for claim in verdicts:
        claim["verdict"] = turns[claim["verdict"]]
    claims.write_text(json.dumps(verdicts))
    other = compare("HEAD", None, elsewhere)
    reasons = [fault.reason for fault in other.faults]
    assert {fault.file for fault in other.faults} == {f"{R}/summary"}
    assert any(
        reason.startswith("run lrr/0.5/0.1/0.02, target_density 0.02: mean test accuracy 99.00 %") for reason in reasons
    )
    turned = [reason for reason in reasons if "claim" in reason]
    assert len(turned) + len(other.changes) == len(verdicts)
    opposite = "claim .*: (supported, .* has contradicted|contradicted, .* has supported)"
    assert all(re.match(opposite, reason) for reason in turned)
    assert all(re.match("claim .*: supported, .* has inconclusive", change) for change in other.changes)


def test_without_the_dvc_cache_the_figures_numbers_are_compared(elsewhere):
    shutil.rmtree(elsewhere / ".dvc/cache")
    same = compare("HEAD", None, elsewhere)
    assert (same.level, same.faults, same.changes) == ("metrics", [], [])
    assert "`.venv/bin/dvc fetch --all-commits results/tiny/summary`" in same.notes[-1]
    figure = elsewhere / "figures/tiny/accuracy_vs_density.csv"
    table = pd.read_csv(figure)
    table.loc[table["method"] == "lrr", "test_accuracy_mean"] = 99.0
    table.to_csv(figure, index=False)
    reasons = {fault.reason.partition(":")[0] for fault in compare("HEAD", None, elsewhere).faults}
    assert reasons == {f"method lrr, target_density {d}, criterion magnitude" for d in (0.5, 0.1, 0.02)}


def test_what_cannot_be_compared_is_said_in_one_line(committed):
    for revision, named in (("nowhere", "nowhere: no git revision"), ("--all", "--all: no git revision")):
        with pytest.raises(AgainstError, match=named) as caught:
            compare(revision, None, committed)
        assert "\n" not in str(caught.value)
    reseal(committed, lambda lock: None)
    checkout = Checkout(committed)
    checkout.git("rm", "--quiet", "--cached", LOCK)
    checkout.git("commit", "--quiet", "--message", "no lock")
    with pytest.raises(AgainstError, match=f"has no {LOCK}"):
        compare("HEAD", None, committed)
