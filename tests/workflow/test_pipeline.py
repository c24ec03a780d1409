"""The whole workflow on a tiny experiment, from nothing to figures, and what it says of faults on the way."""

import json
import re
import shutil
import time
from importlib import import_module

import pandas as pd
import pytest
from conftest import files_below
from forked import forked
from safetensors.torch import load_file, save_file

from sculpt.pipeline.record import records

IN = "results/tiny"
COLUMNS = [
    "experiment",
    "dataset",
    "model",
    "run",
    "method",
    "mask",
    "start_density",
    "target_density",
    "criterion",
    "transform",
    "weights",
    "length",
    "variant",
    "density",
    "cycle",
    "cycles",
    "seed",
    "epochs",
    "train_flops",
    "train_flops_dense",
    "train_loss",
    "val_accuracy",
    "test_accuracy",
    "test_loss",
    "node",
]


def test_the_run_says_how_far_it_is_and_what_came_out(finished):
    shown = (finished.folder / "first_run.txt").read_text()
    assert re.search(r"^cyclic/erk_0\.1/cycle_2@seeds_0-1: loss [\d.]+, validation accuracy", shown, re.MULTILINE)
    assert "Figures: figures/tiny/" in shown
    assert re.search(r"^ *a: (supported|contradicted|open)", shown, re.MULTILINE)
    assert re.search(r"^Does SCULPT beat cyclic training\?\n  (Yes|No|Open|Mixed)\b", shown, re.MULTILINE)
    assert re.search(r"^\d+ questions: .+ \(\d+ claims: .+\)$", shown, re.MULTILINE)


def test_summary_keeps_the_contract(finished):
    summary = pd.read_csv(finished.folder / "results/tiny/summary/summary.csv")
    assert set(COLUMNS) <= set(summary.columns)
    assert set(summary["method"]) == {"dense", "single", "cyclic", "long", "sculpt", "lrr", "imp", "wr"}
    assert not summary.duplicated(["run", "cycle", "seed"]).any()
    rows = summary.set_index(["method", "node", "seed"])
    sculpt = rows.loc[("sculpt", "sculpt/erk_0.5/cycle_1/0.02", 1)]
    trunk = rows.loc[("cyclic", "cyclic/erk_0.5/cycle_1", 1)]
    assert sculpt["epochs"] == 6 and sculpt["start_density"] == 0.5 and sculpt["target_density"] == 0.02
    assert sculpt["train_flops"] > trunk["train_flops"]
    assert rows.loc[("lrr", "iterative/lrr/0.5/0.1/0.02", 0)]["epochs"] == 12
    assert summary["start_density"].notna().equals(summary["method"] == "sculpt")
    total = 17_060
    assert ((summary["density"] * total).round(3) % 1 == 0).all()
    assert ((summary["density"] - summary["target_density"]).abs() <= 0.501 / total).all()
    weights = json.loads((finished.folder / "results/tiny/init/seeds_0-1/record.json").read_text())
    assert [of_seed["seed"] for of_seed in weights["seeds"]] == [0, 1]


def test_claims_keep_the_contract(finished):
    claims = json.loads((finished.folder / "results/tiny/summary/claims.json").read_text())
    keys = {"id", "source", "statement", "scope", "n_seeds", "effect", "ci_low", "ci_high", "verdict"}
    assert {claim["id"] for claim in claims} >= {"a", "b", "c1", "e"}
    keys |= {"n_images", "threshold", "p", "p_holm", "family", "covers", "cells", "caveats"}
    keys |= {"question", "decides", "part", "unit"}
    cost = {"margin", "non_inferiority", "equivalence", "cost_to_reach"}
    assert all(set(claim) == keys | (cost if claim["id"].startswith("d_") else set()) for claim in claims)
    on_test = ("a", "b", "c", "d_", "e")  # of the others some are of distances, losses or validation, by seed alone
    assert {claim["covers"] for claim in claims if claim["id"].startswith(on_test)} == {"seeds and test images"}
    assert all(0 <= claim["p"] <= claim["p_holm"] <= 1 for claim in claims if claim["p"] is not None)
    assert {claim["verdict"] for claim in claims} <= {"supported", "contradicted", "inconclusive"}


def test_every_job_leaves_a_log_and_a_benchmark(finished):
    logs = finished.folder / "logs/tiny"
    for record in (finished.folder / "results/tiny/cyclic").rglob("record.json"):
        job = record.parent.relative_to(finished.folder / "results/tiny")
        assert "epoch 3/" in (logs / f"{job}.log").read_text()
    for job in finished.jobs:
        log = finished.folder / job.log
        assert "peak memory" in log.read_text() and log.with_suffix(".benchmark.tsv").read_text().startswith("s\t")


def test_a_finished_tree_starts_no_job(finished):
    before = files_below(finished.folder / "logs")
    done = finished.sculpt("reproduce")
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout + done.stderr
    assert files_below(finished.folder / "logs") == before
    assert "Nothing to be done" in finished.sculpt("plan").stdout


def test_a_plan_looks_at_no_record_before_all_are_brought(copy):
    records.doubt(copy.folder, f"{IN}/summary/metrics/lrr.json", altered=True)
    assert copy.waiting() != set()

    def bring_late() -> None:
        time.sleep(3)
        import_module("sculpt.pipeline.record.lock_import").bring_records("tiny")

    waiting = "sculpt.pipeline.plan.waiting"
    done = forked(copy.folder, lambda: print(import_module(waiting).waiting_jobs("tiny", meanwhile=bring_late)))
    assert done.stdout == "[]\n", done.stderr


def test_dvc_holds_what_the_run_made(finished):
    assert "up to date" in finished.run("dvc", "status").stdout
    again = finished.run("dvc", "repro").stdout
    assert again.count("didn't change, skipping") == 12
    metrics = json.loads(finished.run("dvc", "metrics", "show", "--json").stdout)
    assert metrics[""]["data"]["results/tiny/summary/metrics/lrr.json"]["data"]["0.02"]["mean"] > 0


def test_dvc_records_every_stage_in_the_order_of_dvc_yaml(copy):
    lock = copy.folder / "dvc.lock"
    recorded = lock.read_text()
    lock.unlink()
    assert dvc_lock_after_a_commit(copy) == recorded
    lock.write_text(re.sub(r"md5: \w{32}", f"md5: {'f' * 32}", recorded))
    assert dvc_lock_after_a_commit(copy) == recorded


def dvc_lock_after_a_commit(checkout) -> str:
    done = forked(checkout.folder, lambda: import_module("sculpt.pipeline.run.dvc_commit").commit("tiny"))
    assert done.returncode == 0, done.stderr
    return (checkout.folder / "dvc.lock").read_text()


def test_a_stage_without_jobs_can_be_recorded(copy):
    runs = copy.folder / "params.yaml"
    runs.write_text(re.sub(r"      - {method: (lrr|imp|wr), .*\n", "", runs.read_text()))
    for command in (["reproduce"], ["tidy", "--yes"]):
        done = copy.sculpt(*command)
        assert done.returncode == 0, done.stderr
    assert validated(copy) == []
    (copy.folder / "results/tiny/iterative").rmdir()
    assert validated(copy) == []


def validated(checkout) -> list[list[str]]:
    """The faults that validation finds, in a fork."""
    done = forked(checkout.folder, lambda: print(json.dumps(import_module("sculpt.cli.validate").validate(None))))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_dvc_says_itself_why_it_cannot_record(copy):
    shutil.rmtree(copy.folder / ".dvc/cache")
    (copy.folder / ".dvc/cache").write_text("in the way")
    done = copy.sculpt("reproduce")
    assert done.returncode == 1
    assert re.search(r"\ntiny: complete, but DVC could not record it:\nERROR: .*cache", done.stderr)


def assert_same_bytes(finished, other, count: int) -> None:
    """Every file of another checkout is that of the finished one, to the byte."""
    for part, least in (("results", count), ("figures", 0)):
        theirs, ours = files_below(finished.folder / part), files_below(other.folder / part)
        assert len(ours) >= least and [name for name in ours if ours[name] != theirs[name]] == []


@pytest.mark.parametrize(
    "targets",
    [
        [
            "results/tiny/sculpt/seeds_0-1/erk_0.1/cycle_1/0.02/record.json",
            "results/tiny/evaluate/seeds_0-1/default/dense/cycle_1.csv",
        ],
        pytest.param([], marks=pytest.mark.campaign, id="all"),
    ],
)
def test_another_folder_gives_the_same_bytes(finished, fresh, targets):
    # Without the preloaded parent this time, so that both ways of starting a job are held to the same bytes.
    done = fresh.run("snakemake", "--", *targets)
    assert done.returncode == 0, done.stderr
    assert_same_bytes(finished, fresh, 4 + 3 + 2 + 4 + 4 + 4 + 1 if targets else len(finished.jobs))


TRUNK = "results/tiny/cyclic/seeds_0-1/erk_0.5/cycle_1/weights.safetensors"
MASK = "results/tiny/masks/seeds_0-1/erk_0.02/mask.safetensors"
DENSE = "      - {method: dense, cycles: 1}\n"


def test_faults_are_named_and_stop_only_what_needs_the_faulty(copy):
    """An unreadable checkpoint, a mask that does not fit, and a loss that is not finite, in one run."""
    (copy.folder / TRUNK).write_bytes(b"\x00" * 100)
    mask = load_file(copy.folder / MASK)
    save_file({**mask, "head.weight": mask["head.weight"][:, :5].contiguous()}, copy.folder / MASK)
    copy.edit(
        "params.yaml",
        ("start: 0.5, targets: [0.1, 0.02]", "start: 0.5, targets: [0.05]"),
        ("ladder: [0.5, 0.1, 0.02]", "ladder: [0.5, 0.1, 0.02, 0.01]"),
        ("    profiles:\n", "    variants:\n      wild: {learning_rate: 1.0e+30}\n    profiles:\n"),
        (DENSE, f"{DENSE}{DENSE.replace('cycles: 1', 'cycles: 1, variant: wild')}"),
    )
    unharmed = f"{IN}/iterative/seeds_0-1/lrr/0.5/0.1/0.02/0.01/record.json"
    faulty = (
        "sculpt/seeds_0-1/erk_0.5/cycle_1/0.05",
        "cyclic/seeds_0-1/erk_0.02/cycle_1",
        "dense/seeds_0-1/wild/cycle_1",
    )
    done = copy.run("snakemake", "--", *(f"{IN}/{node}/record.json" for node in faulty), unharmed)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    for line in (
        f"sculpt/erk_0.5/cycle_1/0.05@seeds_0-1: error: {TRUNK}: unreadable tensors",
        "masks/seeds_0-1/erk_0.02/mask.safetensors: does not fit the model: head.weight is (2, 5, 16)",
        "dense/wild/cycle_1@seeds_0-1: error: epoch 1: the training loss of seed 0 is",
    ):
        assert line in done.stderr
    assert (copy.folder / unharmed).exists()


def test_a_damaged_checkpoint_is_named_and_made_again(copy):
    before = files_below(copy.folder / "results")
    path = copy.folder / TRUNK
    path.write_bytes(bytes([path.read_bytes()[0]]) + b"\x00" + path.read_bytes()[2:])
    done = copy.sculpt("reproduce")
    assert done.returncode == 1
    assert done.stderr.endswith(f"{TRUNK}: was not what its job had made, and has been made again\n")
    assert files_below(copy.folder / "results") == before
    assert copy.waiting() == set()


def test_missing_data_says_what_to_put_where(fresh, tmp_path):
    fresh.edit("params.yaml", ("name: digits, train: 150", "name: cifar10, train: 150"))
    (tmp_path / "images").mkdir()
    without_network = {"https_proxy": "http://127.0.0.1:9", "HOME": str(tmp_path)}
    done = fresh.sculpt("reproduce", SCULPT_DATA="~/images", **without_network)
    assert done.returncode == 1
    assert f"data: error: {tmp_path}/images/cifar-10-batches-py: missing data_batch_1," in done.stderr
    assert "set SCULPT_DATA to the folder above" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", [("sculpt.cli.main", "plan"), ("sculpt.cli.main", "reproduce"), ("snakemake", "-n")]
)
def test_a_fault_in_params_stops_every_command_without_a_traceback(fresh, command):
    fresh.edit("params.yaml", ("batch_size: 50", "batch_sise: 50"))
    done = fresh.run(*command)
    assert done.returncode == 1
    shown = done.stdout + done.stderr
    assert "experiments.tiny.training.batch_sise: unknown key" in shown and "nearest: 'batch_size'" in shown
    assert "Traceback" not in shown and not (fresh.folder / "results").exists()
