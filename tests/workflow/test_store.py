"""Nodes shared between checkouts: what is taken, what is not, and that no two different nodes can meet."""

import json
import multiprocessing
import re
import shutil
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from conftest import tiny_settings
from edits import ENDS, PLOT
from forked import forked

from sculpt.params.experiment import Experiment
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import fingerprint
from sculpt.pipeline.record.store import OWN, deposit, withdraw
from sculpt.pipeline.record.store_key import job_key
from sculpt.pipeline.record.store_place import StoreError, StorePlace, open_place

WEIGHTS = "results/tiny/dense/seeds_0-1/cycle_1/weights.safetensors"
DENSITY = ("cyclic, mask: erk, densities: [0.1, 0.02]", "cyclic, mask: erk, densities: [0.1, 0.02, 0.05]")


@pytest.fixture(scope="module")
def full(finished, tmp_path_factory) -> Path:
    """A store that holds the finished experiment; tests that damage it take a copy."""
    store = tmp_path_factory.mktemp("store")
    assert deposit("tiny", at(store), finished.folder) == {}
    return store


def at(store: Path) -> StorePlace:
    return open_place(str(store))


def take(checkout, store: Path, **environment: str) -> list[str]:
    """Withdraw with the checkout's own code, which a test may have edited; returns the labels."""

    def work() -> None:
        place = import_module("sculpt.pipeline.record.store_place").open_place(str(store))
        done = import_module("sculpt.pipeline.record.store").withdraw(None, place)
        assert not done.damaged
        print(json.dumps(done.taken))

    done = forked(checkout.folder, work, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shared_jobs(checkout) -> list[Job]:
    return [job for job in checkout.jobs if job.program not in OWN]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


NEW_BRANCH = {
    "evaluate cyclic/erk_0.05/cycle_1 on profile default",
    "analyse cyclic/erk_0.05/cycle_1 for overlap",
}


def test_an_empty_store_gives_nothing(fresh, tmp_path):
    assert withdraw("tiny", at(tmp_path / "none"), fresh.folder).taken == []
    assert deposit("tiny", at(tmp_path / "none"), fresh.folder) == {}


def test_one_density_more_trains_only_the_new_nodes(finished, fresh, full):
    fresh.edit("params.yaml", DENSITY)
    taken = take(fresh, full)
    stages = {label.partition("/")[0].partition("@")[0] for label in taken}
    looking = {"evaluate", "analyse", "hardware", "compare"}
    assert stages == {"data", "init", "masks", "dense", "cyclic", "sculpt", "iterative"} | looking
    new = {"draw mask erk_0.05", "train erk_0.05/cycle_1", "train erk_0.05/cycle_2"}
    assert fresh.waiting() == new | NEW_BRANCH | ENDS
    done = fresh.run("snakemake", "--", "results/tiny/cyclic/seeds_0-1/erk_0.05/cycle_2/weights.safetensors")
    assert done.returncode == 0, done.stderr
    assert fresh.waiting() == NEW_BRANCH | ENDS
    ours, theirs = (contents(checkout.folder / "results/tiny") for checkout in (fresh, finished))
    assert {name for name in ours if ours[name] != theirs.get(name)} == {name for name in ours if "erk_0.05/" in name}
    assert take(fresh, full) == []


def test_another_experiment_takes_everything_up_to_the_analyses(fresh, full):
    fresh.edit(
        "params.yaml",
        ("experiment: tiny", "experiment: small"),
        ("recorded: [tiny]", "recorded: [small]"),
        ("\n  tiny:", "\n  small:"),
    )
    assert len(take(fresh, full)) == len(shared_jobs(fresh))
    assert fresh.waiting() == ENDS
    assert fresh.run("snakemake", "--", "all_summary").returncode == 0
    assert fresh.waiting() == PLOT


def test_no_experiment_but_this_one_is_written(fresh, full):
    take(fresh, full)
    assert fresh.waiting() == ENDS
    written = "".join(path.read_text() for path in (full / "entries").iterdir())
    assert "results/tiny" not in written and str(fresh.folder.parents[2]) not in written


def test_an_edit_after_the_withdrawal_is_seen(fresh, full):
    take(fresh, full)
    fresh.edit("params.yaml", ("rewind_epoch: 1", "rewind_epoch: 2"))
    new = {"train rewind_2", "prune and train wr_2/0.5", "evaluate iterative/wr_2/0.5 on profile default"}
    assert fresh.waiting() == new | {"analyse iterative/wr_2/0.5 for overlap"} | ENDS
    fresh.edit("params.yaml", ("rewind_epoch: 2", "rewind_epoch: 1"))
    fresh.edit("src/sculpt/pruning/criteria/snip.py", ("detach().abs()", "detach().abs().square()"))
    assert fresh.waiting() == {"draw mask snip_0.1"} | ENDS
    fresh.edit("rules/data.smk", ("initialize --label", "initialize  --label"))
    assert "draw initial weights" in fresh.waiting()


def test_edited_code_takes_nothing_of_the_old(fresh, full):
    fresh.edit("src/sculpt/pruning/criteria/snip.py", ("detach().abs()", "detach().abs().square()"))
    taken = take(fresh, full)
    assert "masks/snip_0.1@seeds_0-1" not in taken and "masks/erk_0.1@seeds_0-1" in taken
    assert fresh.waiting() == {"draw mask snip_0.1"} | ENDS


def test_other_hardware_takes_nothing_that_hangs_on_it(fresh, full):
    """But for what is the same on every processor."""
    assert take(fresh, full, ATEN_CPU_CAPABILITY="default") == ["data", "init@seeds_0-1"]


def test_going_back_to_earlier_settings_trains_nothing(copy, full):
    """Files of other settings lie in the place, with records: another branch in the same folder."""
    before = contents(copy.folder / "results")
    copy.edit("params.yaml", ("rounds: 5", "rounds: 6"))
    done = copy.run("snakemake", "--", "results/tiny/cyclic/seeds_0-1/synflow_0.1/cycle_1/mask.safetensors")
    assert done.returncode == 0, done.stderr
    copy.edit("params.yaml", ("rounds: 6", "rounds: 5"))
    assert "train synflow_0.1/cycle_1" in copy.waiting()
    assert take(copy, full) == ["masks/synflow_0.1@seeds_0-1", "cyclic/synflow_0.1/cycle_1@seeds_0-1"]
    assert copy.waiting() == set()
    assert contents(copy.folder / "results") == before


def test_what_is_made_from_a_job_that_will_run_is_not_taken(fresh, full):
    fresh.edit("params.yaml", ("learning_rate: 0.1", "learning_rate: 0.2"))
    taken = take(fresh, full)
    assert {label.partition("/")[0].partition("@")[0] for label in taken} == {"data", "init", "masks"}


def test_a_damaged_object_is_named_and_not_taken_and_mended(finished, fresh, full, tmp_path):
    store = tmp_path / "damaged"
    shutil.copytree(full, store)
    digest = records.sha256(finished.folder / WEIGHTS)
    held = store / "objects" / digest
    held.write_bytes(held.read_bytes()[:-1] + b"\0")
    done = withdraw("tiny", at(store), fresh.folder)
    assert done.damaged == {str(held): "missing, or not the bytes that its name says"}
    assert "dense/cycle_1@seeds_0-1" not in done.taken and "cyclic/erk_0.1/cycle_1@seeds_0-1" in done.taken
    assert not any((fresh.folder / WEIGHTS).parent.iterdir())
    assert "train cycle_1" in fresh.waiting()
    deposit("tiny", at(store), finished.folder, damaged=done.damaged)
    assert "dense/cycle_1@seeds_0-1" in withdraw("tiny", at(store), fresh.folder).taken
    assert fresh.waiting() == ENDS


def test_a_damaged_entry_is_named_and_not_taken(fresh, full, tmp_path):
    store = tmp_path / "damaged"
    shutil.copytree(full, store)
    entry = next(path for path in (store / "entries").iterdir() if '"init"' in path.read_text())
    entry.write_text(entry.read_text().replace("initialize", "initialise"))
    done = withdraw("tiny", at(store), fresh.folder)
    assert done.damaged == {str(entry): "unreadable or edited"}
    assert done.taken == ["data"]


def test_damaged_artifacts_do_not_enter_the_store(copy, full, tmp_path):
    store = tmp_path / "second"
    shutil.copytree(full, store)
    before = contents(store)
    path = copy.folder / WEIGHTS
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert WEIGHTS in deposit("tiny", at(store), copy.folder)
    assert contents(store) == before


def test_a_store_that_cannot_be_written_is_named(finished, tmp_path):
    store = tmp_path / "store"
    store.write_text("no folder")
    with pytest.raises(StoreError, match=r"^\d+ jobs not put into the store: /.*store/entries/.*: Not a directory$"):
        deposit("tiny", at(store), finished.folder)


def test_what_a_run_made_is_shown_where_the_store_does_not_take_it(copy, full, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(full, store)
    for job in ("dense", "evaluate"):
        entry = next(path for path in (store / "entries").iterdir() if f'"rule": "{job}"' in path.read_text())
        for digest in json.loads(entry.read_text())["files"].values():
            (store / "objects" / digest).unlink(missing_ok=True)
        entry.unlink()
    shutil.move(store / "objects", tmp_path / "objects")
    (store / "objects").write_text("in the way")
    done = copy.sculpt("reproduce", "--store", str(store))
    assert done.returncode == 1
    assert "Figures: figures/tiny/" in done.stdout and " questions: " in done.stdout
    assert re.fullmatch(
        r"2 jobs not put into the store: /.*/objects/\w+: Not a directory", done.stderr.splitlines()[-1]
    )


def test_a_store_that_is_made_new_is_told(copy, tmp_path):
    store = tmp_path / "store"
    done = copy.sculpt("reproduce", "--store", str(store))
    assert done.returncode == 0 and f"new store {store}\n" in done.stderr
    assert not at(store).new


def test_a_dvc_remote_holds_nodes_beside_dvcs_own_files(copy, fresh, tmp_path):
    remote = tmp_path / "remote"
    assert copy.run("dvc", "remote", "add", "--default", "Shared", str(remote)).returncode == 0
    shutil.copy(copy.folder / ".dvc/config", fresh.folder / ".dvc/config")
    assert copy.run("dvc", "push", "--quiet").returncode == 0
    dvcs_own = contents(remote)
    assert deposit(None, open_place("shared", copy.folder), copy.folder) == {}
    held = contents(remote)
    assert dvcs_own and {name: held[name] for name in held if not name.startswith("sculpt/")} == dvcs_own
    done = fresh.sculpt("reproduce", "--store", "shared")
    assert done.returncode == 0 and f"{len(shared_jobs(copy))} jobs taken from the store" in done.stderr
    assert contents(fresh.folder / "results") == contents(copy.folder / "results")
    assert contents(remote) == held


@pytest.mark.parametrize(
    ("name", "named"),
    [
        (
            "shred",
            r"no DVC remote is called 'shred'; nearest: 'shared' \(`.venv/bin/dvc remote list` .* as in ./shred$",
        ),
        ("bucket", "DVC remote 'bucket': s3 is supported, but requires 'dvc-s3' to be installed"),
        ("wrong", "DVC remote 'wrong': config file error: "),
    ],
)
def test_a_remote_that_cannot_be_used_is_one_line(tmp_path, monkeypatch, name, named):
    monkeypatch.setitem(sys.modules, "dvc_s3", None)  # as where the plugin is not installed
    (tmp_path / ".dvc").mkdir()
    remotes = {"shared": "url = /shared", "bucket": "url = s3://bucket/path"}
    remotes |= {"wrong": "urll = /shared"} if name == "wrong" else {}
    config = "".join(f"['remote \"{remote}\"']\n    {setting}\n" for remote, setting in remotes.items())
    (tmp_path / ".dvc/config").write_text(config)
    with pytest.raises(StoreError, match=named) as raised:
        open_place(name, tmp_path)
    assert "\n" not in str(raised.value)


def test_two_deposits_at_once_give_what_one_gives(finished, full, tmp_path):
    store = tmp_path / "store"
    together = multiprocessing.get_context("spawn")
    writers = [together.Process(target=deposit, args=("tiny", at(store), finished.folder)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert contents(store) == contents(full)


def run(method: str, **settings) -> dict:
    return {"method": method, **settings}


RUNS = tiny_settings()["runs"]
VARIANTS = {
    "seeds": {"seeds": 4},
    "seeds side by side": {"replicates": 1},
    "images": {"data": {"train": 140}},
    "width": {"model": {"width": 6}},
    "epochs": {"training": {"epochs": 6}},
    "batch size": {"training": {"batch_size": 32}},
    "schedule": {"training": {"schedule": {"warmup": 1.5}}},
    "learning rate": {"training": {"learning_rate": 0.2}},
    "swapped": {"training": {"update": {"momentum": 0.0005, "weight_decay": 0.9}}},
    "loss": {"training": {"loss": {"smoothing": 0.1}}},
    "label noise": {"training": {"label_noise": 0.1}},
    "flip": {"training": {"flip": True}},
    "precision": {"profiles": {"default": {"precision": "bfloat16"}}},
    "threads": {"profiles": {"default": {"threads": 2}}},
    "environment": {"profiles": {"default": {"environment": {"ATEN_CPU_CAPABILITY": "default"}}}},
    "score samples": {"criteria": {"snip": {"samples_per_class": 5}}},
    "rounds": {"criteria": {"synflow": {"rounds": 50}}},
    "compared density": {"runs": [*RUNS, run("masks", masks=["erk"], densities=[0.05])]},
    "dense cycles": {"runs": [run("dense", cycles=5), *RUNS[1:]]},
    "cycles": {"cycles": 5},
    "densities": {"runs": [*RUNS, run("cyclic", mask="erk", densities=[0.03])]},
    "method": {"runs": [*RUNS, run("long", mask="balanced", densities=[0.05])]},
    "ladder": {"runs": [*RUNS, run("imp", ladder=[0.1, 0.01])]},
    "rewind": {"runs": [*RUNS, run("wr", rewind_epoch=2, ladder=[0.3])]},
    "criterion": {"runs": [*RUNS, run("lrr", ladder=[0.5], criterion="snip")]},
    "transform": {
        "transforms": {"shuffle_signs": {"name": "shuffle_signs"}},
        "runs": [*RUNS, run("imp", ladder=[0.5], transform="shuffle_signs")],
    },
    "variant": {
        "variants": {"noisy": {**tiny_settings()["training"], "label_noise": 0.2}},
        "runs": [*RUNS, run("dense", cycles=1, variant="noisy")],
    },
}
NODES_ADDED = ("dense cycles", "densities", "rounds", "ladder", "rewind", "method", "criterion", "transform", "variant")


class Imagined:
    """The digests of files that are made from nothing but what is in their jobs' keys."""

    def __init__(self):
        self.of: dict[str, str] = {}

    def __getitem__(self, file: str) -> str:
        return self.of[file]


def keys_of(experiment: Experiment) -> list[tuple[str, Job, list]]:
    """Key, job and what the job computes from, in recipe order."""
    digests, found = Imagined(), []
    for job in all_jobs("tiny", experiment):
        if job.program not in OWN:
            key = job_key(job, digests, fingerprint("cpu"))
            inputs = {role: [digests[file] for file in files] for role, files in job.inputs.items()}
            digests.of.update({output: f"{key} {Path(output).name}" for output in job.outputs})
            found.append((key, job, [job.rule, job.config, job.source, inputs]))
    return found


def merged(settings: dict, changes: dict) -> dict:
    both = {key: merged(settings.get(key, {}), new) for key, new in changes.items() if isinstance(new, dict)}
    return {**settings, **changes, **both}


def test_different_nodes_never_meet():
    tiny = tiny_settings()
    changed = [tiny, *(merged(tiny, variant) for variant in VARIANTS.values())]
    experiments = [Experiment.model_validate_json(json.dumps(settings)) for settings in changed]
    meanings: dict[str, list] = {}
    sets = []
    for experiment in experiments:
        found = keys_of(experiment)
        assert len({key for key, _, _ in found}) == len(found)
        for key, _, meaning in found:
            assert meanings.setdefault(key, meaning) == meaning
        sets.append({key for key, _, _ in found})
    assert len({json.dumps(meaning) for meaning in meanings.values()}) == len(meanings)
    for name, keys in zip(VARIANTS, sets[1:], strict=True):
        assert keys != sets[0], name
    by_name = dict(zip(VARIANTS, sets[1:], strict=True))
    assert sets[0].isdisjoint(by_name["images"])
    for name in NODES_ADDED:
        assert len(sets[0] & by_name[name]) > 20, name


def test_roles_order_hardware_and_code_are_in_the_key(finished):
    described = next(job for job in finished.jobs if job.rule == "cyclic")
    job = replace(described, config="{}", inputs={"a": ["1", "2"], "b": ["3"]}, files={"x": "out"})
    digests = {"1": "x", "2": "y", "3": "z"}
    here = fingerprint("cpu")
    others = [
        (job, {**here, "device": "NVIDIA H200"}),
        (job, {**here, "processor": "another"}),
        (job, {**here, "capability": "none"}),
        (job, {**here, "overrides": {"ATEN_CPU_CAPABILITY": "default"}}),
        (replace(job, inputs={"a": ["2", "1"], "b": ["3"]}), here),
        (replace(job, inputs={"a": ["1"], "b": ["2", "3"]}), here),
        (replace(job, inputs={"b": ["1", "2"], "a": ["3"]}), here),
        (replace(job, program="evaluate"), here),
        (replace(job, rule="dense"), here),
        (replace(job, config='{"a":1}'), here),
    ]
    keys = {job_key(job, digests, here), *(job_key(other, digests, place) for other, place in others)}
    assert len(keys) == len(others) + 1
    assert job_key(replace(job, files={"x": "elsewhere"}, label="y"), digests, here) in keys
    assert job_key(job, digests, {**here, "libraries": {}}) in keys
