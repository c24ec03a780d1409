"""The lock that goes with a clone: what is exported, what a clone takes, and what it refuses."""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import files_below
from edits import ENDS, PLOT
from snakemake.persistence.file import FilePersistence

from sculpt.core.files import write_json
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs, owned_files
from sculpt.pipeline.dag.job import canonical
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import expected, fingerprint, of_job
from sculpt.pipeline.record.lock import LOCK, ProvenanceError, entries_of, read_lock
from sculpt.pipeline.record.lock_export import export
from sculpt.pipeline.record.lock_import import bring_records, import_
from sculpt.pipeline.record.seal import seal

NOTHING = "Nothing to be done"
HISTORY = "results/tiny/cyclic/seeds_0-1/erk_0.1/cycle_2/history.csv"
WEIGHTS = "results/tiny/dense/seeds_0-1/cycle_1/weights.safetensors"
FIGURE = "figures/tiny/training_loss"
METRICS = "results/tiny/summary/metrics/lrr.json"


@pytest.fixture
def exported(copy):
    """A finished checkout and its lock; the records are gone, and no time says anything."""
    (copy.folder / LOCK).unlink(missing_ok=True)
    export("tiny", copy.folder)
    forget(copy)
    return copy


def forget(checkout):
    shutil.rmtree(checkout.folder / ".snakemake")
    clock = random.Random(0)
    for path in checkout.folder.rglob("*"):
        if path.is_file() and ".git/" not in str(path):
            time = clock.uniform(1e9, 1.7e9)
            os.utime(path, (time, time))


def flip(path: Path) -> None:
    """One bit, and the file's time as it was."""
    time, content = path.stat().st_mtime_ns, bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(time, time))


def rewrite(path: Path, change) -> None:
    """Change a lock and seal it again."""
    lock = read_lock(path)
    change(lock)
    path.write_text(seal(lock))


def made_from(checkout, file: str) -> set[str]:
    """The jobs that make or use a file, each named by its first output."""
    return {min(job.outputs) for job in checkout.jobs if file in [*job.outputs, *job.input_files]}


def outputs_without_record(checkout) -> set[str]:
    files = owned_files("tiny", checkout.experiment)
    return {file for file in files if not records.read(checkout.folder, file)}


def test_the_jobs_are_those_that_snakemake_ran(finished):
    for job in finished.jobs:
        for output in job.outputs:
            record = records.read(finished.folder, output)
            assert record["rule"] == job.rule
            assert record["params"] == sorted([repr(job.config), repr(job.source)])
            assert record["input"] == sorted(job.input_files)
    below = [path for part in ("results", "figures") for path in (finished.folder / part / "tiny").rglob("*")]
    assert {str(p.relative_to(finished.folder)) for p in below if p.is_file()} == owned_files(
        "tiny", finished.experiment
    )


def test_records_lie_where_snakemake_looks_for_them(tmp_path):
    theirs = FilePersistence(path=tmp_path / ".snakemake")
    output = f"results/{'a' * 150}/{'b' * 200}/weights.safetensors"
    records.write(tmp_path, output, {"rule": "cyclic"})
    assert theirs._read_record(output).rule == "cyclic"
    records.doubt(tmp_path, output)
    assert theirs._filter_incomplete_keys([output]) == {output}
    assert records.read(tmp_path, output) is None
    theirs._unmark_incomplete(output)
    assert records.read(tmp_path, output) == {"rule": "cyclic"}


def test_two_checkouts_export_the_same_bytes(finished, copy, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "other")
    for folder in (copy.folder, tmp_path / "other"):
        (folder / LOCK).unlink(missing_ok=True)
        export("tiny", folder)
    text = (copy.folder / LOCK).read_text()
    assert text == (tmp_path / "other" / LOCK).read_text()
    assert text.endswith("}\n")
    assert str(tmp_path) not in text and socket.gethostname() not in text and "time" not in text
    outputs = [file for job in read_lock(copy.folder / LOCK)["experiments"]["tiny"]["jobs"] for file in job["outputs"]]
    assert set(outputs) == owned_files("tiny", copy.experiment)
    assert len(outputs) == len(set(outputs))


def test_a_clone_has_nothing_to_do(exported):
    before = (exported.folder / LOCK).read_bytes()
    imported = import_(exported.folder)
    assert len(imported.taken) == len(exported.jobs)
    assert not imported.left_out and not imported.faults and not imported.absent
    assert exported.waiting() == set()
    assert NOTHING in exported.sculpt("plan").stdout
    export("tiny", exported.folder)
    assert (exported.folder / LOCK).read_bytes() == before
    assert import_(exported.folder).taken == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("params.yaml", "width: 5.5", "width: 6.0", PLOT),
        (
            "params.yaml",
            "rewind_epoch: 1",
            "rewind_epoch: 2",
            {
                "train rewind_2",
                "prune and train wr_2/0.5",
                "evaluate iterative/wr_2/0.5 on profile default",
                "analyse iterative/wr_2/0.5 for overlap",
                *ENDS,
            },
        ),
        (
            "src/sculpt/pruning/criteria/snip.py",
            "detach().abs()",
            "detach().abs().square()",
            {"draw mask snip_0.1", *ENDS},
        ),
    ],
)
def test_an_edit_after_the_import_is_seen(exported, file, old, new, expected):
    import_(exported.folder)
    exported.edit(file, (old, new))
    assert exported.waiting() == expected


@pytest.mark.parametrize("file", [METRICS, HISTORY, WEIGHTS, "figures/tiny/training_loss.png"])
def test_a_flipped_byte_is_named_and_made_again(exported, file):
    flip(exported.folder / file)
    imported = import_(exported.folder)
    assert imported.faults == {file: f"not the bytes that {LOCK} names"}
    assert set(imported.left_out) == made_from(exported, file)
    assert file in outputs_without_record(exported)
    assert exported.waiting() != set()


def test_a_flipped_byte_without_users_leaves_out_one_job(exported):
    flip(exported.folder / METRICS)
    import_(exported.folder)
    (summary,) = (job for job in exported.jobs if job.rule == "summary")
    assert METRICS in summary.outputs and outputs_without_record(exported) == {*summary.outputs}
    assert exported.waiting() == ENDS


def test_a_restored_file_is_taken_after_all(exported):
    flip(exported.folder / WEIGHTS)
    assert import_(exported.folder).left_out
    flip(exported.folder / WEIGHTS)
    assert set(import_(exported.folder).taken) == made_from(exported, WEIGHTS)
    assert exported.waiting() == set()


def test_damage_after_the_export_does_not_enter_the_lock(exported):
    import_(exported.folder)
    before = (exported.folder / LOCK).read_bytes()
    flip(exported.folder / WEIGHTS)
    export("tiny", exported.folder)
    assert (exported.folder / LOCK).read_bytes() == before


def test_missing_files_are_told_apart(exported):
    shutil.rmtree(exported.folder / "results/tiny/evaluate")
    (exported.folder / HISTORY).unlink()
    imported = import_(exported.folder)
    assert imported.absent and all(output.startswith("results/tiny/evaluate/") for output in imported.absent)
    missing = {file for file, reason in imported.faults.items() if reason == "no such file"}
    assert HISTORY in missing and set(imported.faults) == missing
    todo = exported.waiting()
    assert "train erk_0.1/cycle_2" in todo and "evaluate cyclic/erk_0.1/cycle_1 on profile default" in todo
    assert "train erk_0.1/cycle_1" not in todo


def test_a_job_that_no_current_node_owns_is_taken_but_not_exported(exported):
    exported.edit("params.yaml", ("ladder: [0.5, 0.1, 0.02]", "ladder: [0.5, 0.1]"))
    assert not import_(exported.folder).left_out
    assert "prune and train lrr/0.5/0.1/0.02" not in exported.waiting()
    export("tiny", exported.folder)
    assert not [file for job in jobs_of(exported) for file in job["outputs"] if "lrr/0.5/0.1/0.02/" in file]
    exported.edit("params.yaml", ("ladder: [0.5, 0.1]", "ladder: [0.5, 0.1, 0.02]"))
    assert exported.waiting() == set()


def test_records_of_other_settings_give_way_to_the_locks_where_those_fit(exported):
    import_(exported.folder)
    outputs = next(job["outputs"] for job in jobs_of(exported) if METRICS in job["outputs"])
    for output in outputs:
        record = records.read(exported.folder, output)
        records.write(exported.folder, output, {**record, "params": ["'of another branch'"]})
    assert set(import_(exported.folder).taken) <= set(outputs)
    assert exported.waiting() == set()
    assert import_(exported.folder).taken == []
    assert len(import_(exported.folder, replace=True).taken) == len(jobs_of(exported))


def test_records_of_other_inputs_give_way_to_the_locks_where_those_fit(exported):
    """As after a pull of what another run made from other files, with equal bytes."""
    import_(exported.folder)
    (output,) = next(job.outputs for job in exported.jobs if job.rule == "analyse")
    record = records.read(exported.folder, output)
    other = dict.fromkeys(record["input_checksums"], f"sha256:{'0' * 64}")
    records.write(exported.folder, output, {**record, "input_checksums": other})
    assert exported.waiting() != set()
    assert import_(exported.folder).taken == [output]
    assert exported.waiting() == set()


def test_damage_is_found_until_it_is_mended_or_put_back(copy):
    path = copy.folder / METRICS
    whole = path.read_bytes()
    flip(path)
    for _ in range(2):
        assert bring_records("tiny", copy.folder) == [METRICS]
    path.write_bytes(whole)
    assert bring_records("tiny", copy.folder) == []
    assert copy.waiting() == set()


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.campaign)])
def test_a_pull_brings_its_records_along(copy, tmp_path, whole):
    """A colleague's run of other settings, with its lock: what lies here is what that lock says."""
    mine = tmp_path / "mine"
    shutil.copytree(copy.folder, mine, symlinks=True)
    copy.edit("params.yaml", ("warmup: 0.5", "warmup: 0.6") if whole else ("rounds: 5", "rounds: 7"))
    copy.edit("params.yaml", ("training_loss: {width: 5.5", "training_loss: {width: 6.0"))
    assert copy.sculpt("reproduce").returncode == 0
    for part in ("results", "figures"):
        shutil.rmtree(mine / part)
        shutil.copytree(copy.folder / part, mine / part)
    for file in ("params.yaml", LOCK, "dvc.lock"):
        shutil.copy(copy.folder / file, mine / file)
    done = replace(copy, folder=mine).sculpt("reproduce")
    assert done.returncode == 0 and NOTHING in done.stdout + done.stderr and "not what its job made" not in done.stderr


def test_what_git_puts_back_is_known_and_damage_is_still_found(copy):
    """An edit, a run, and `git restore .`: the figures are those of the lock that came with them."""
    copy.git("add", "params.yaml", LOCK, "dvc.lock", "figures")
    copy.git("commit", "--quiet", "--message", "recorded")
    before = files_below(copy.folder / "results/tiny/cyclic")
    copy.edit(
        "params.yaml", ("cyclic, mask: synflow, densities: [0.1]", "cyclic, mask: synflow, densities: [0.1, 0.05]")
    )
    assert copy.sculpt("reproduce").returncode == 0
    after = files_below(copy.folder / "results/tiny/cyclic")
    assert {name: after[name] for name in before} == before, "one density more leaves the other nodes as they were"
    assert {name.split("/")[1] for name in after.keys() - before.keys()} == {"synflow_0.05"}
    copy.git("restore", ".")
    assert bring_records("tiny", copy.folder) == []
    damaged = [WEIGHTS, METRICS, "figures/tiny/accuracy_vs_density.csv"]
    for file in damaged:
        flip(copy.folder / file)
    assert sorted(bring_records("tiny", copy.folder)) == sorted(damaged)
    for file in damaged:
        flip(copy.folder / file)
    done = copy.sculpt("reproduce")
    assert done.returncode == 0 and "not what its job" not in done.stderr, done.stderr
    assert copy.git("status", "--short", LOCK, "figures") == ""
    assert copy.waiting() == set()


def test_a_file_that_nothing_records_is_made_again(exported):
    (exported.folder / LOCK).unlink()
    bring_records("tiny", exported.folder)
    assert len(exported.waiting()) == len(exported.jobs)


def test_a_partial_tree_keeps_what_the_lock_knows_of_the_rest(exported):
    before = (exported.folder / LOCK).read_bytes()
    for gone in ("cyclic", "sculpt", "iterative", "evaluate", "analyse", "summary"):
        shutil.rmtree(exported.folder / "results/tiny" / gone)
    bring_records("tiny", exported.folder)
    export("tiny", exported.folder)
    assert (exported.folder / LOCK).read_bytes() == before


def test_an_input_that_was_not_hashed_proves_nothing(exported):
    def forget_hash(lock):
        job = next(job for job in lock["experiments"]["tiny"]["jobs"] if f"{FIGURE}.svg" in job["outputs"])
        job["inputs"]["results/tiny/summary/history.csv"] = None

    rewrite(exported.folder / LOCK, forget_hash)
    assert import_(exported.folder).left_out == [f"{FIGURE}.csv"]
    assert exported.waiting() == {"draw training_loss"}


def test_other_experiments_and_machines_stay_in_the_lock(exported):
    def elsewhere(lock):
        lock["experiments"]["tiny"]["fingerprint"] = {"processor": "another"}
        lock["experiments"]["other"] = {"fingerprint": {}, "jobs": []}

    apart = {min(job["outputs"]) for job in jobs_of(exported) if "fingerprint" in job}
    assert f"{FIGURE}.csv" in apart and WEIGHTS not in apart, "what is the same on every processor stands apart"
    rewrite(exported.folder / LOCK, elsewhere)
    import_(exported.folder)
    exported.edit("params.yaml", ("training_loss: {width: 5.5", "training_loss: {width: 6.0"))
    assert exported.run("snakemake").returncode == 0
    export("tiny", exported.folder)
    lock = read_lock(exported.folder / LOCK)
    assert lock["experiments"]["other"] == {"fingerprint": {}, "jobs": []}
    assert lock["experiments"]["tiny"]["fingerprint"] == {"processor": "another"}
    assert {min(job["outputs"]) for job in jobs_of(exported) if "fingerprint" in job} == apart


def test_a_tree_without_finished_jobs_leaves_the_lock_as_it_is(exported):
    before = (exported.folder / LOCK).read_bytes()
    export("tiny", exported.folder)
    assert (exported.folder / LOCK).read_bytes() == before


def test_a_job_that_began_again_and_did_not_end_is_not_exported(exported):
    import_(exported.folder)
    flip(exported.folder / HISTORY)
    records.doubt(exported.folder, HISTORY)
    export("tiny", exported.folder)
    assert len(jobs_of(exported)) == len(exported.jobs) - 1


def jobs_of(checkout) -> list[dict]:
    return read_lock(checkout.folder / LOCK)["experiments"]["tiny"]["jobs"]


@pytest.fixture
def lock(tmp_path) -> Path:
    path = tmp_path / LOCK
    path.write_text(seal({"record_format": records.FORMAT, "experiments": {"tiny": {"jobs": [], "fingerprint": {}}}}))
    return path


def test_the_committed_lock_is_that_of_the_committed_code():
    """What a clone with `dvc pull` relies on. `make reproduce` records anew."""
    root = Path(__file__).parents[2]
    params = load(root / "params.yaml")
    for name, experiment in read_lock(root / LOCK)["experiments"].items():
        locked = {min(job["outputs"]): job["params"] for job in experiment["jobs"]}
        jobs = all_jobs(*params.select(name))
        assert locked == {min(job.outputs): sorted([repr(job.config), repr(job.source)]) for job in jobs}


def test_a_truncated_lock_is_refused(lock):
    lock.write_bytes(lock.read_bytes()[:-20])
    with pytest.raises(ProvenanceError, match=rf"{LOCK}: not JSON .*git restore"):
        import_(lock.parent)


def test_an_edited_lock_is_refused(lock):
    lock.write_text(lock.read_text().replace("tiny", "tidy"))
    with pytest.raises(ProvenanceError, match=f"{LOCK}: edited since it was written"):
        import_(lock.parent)


@pytest.mark.parametrize("flips", [20, pytest.param(200, marks=pytest.mark.campaign)])
def test_every_flipped_bit_of_a_lock_is_found(lock, flips):
    whole = lock.read_bytes()
    for bit in random.Random(0).sample(range(8 * len(whole)), flips):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        lock.write_bytes(content)
        with pytest.raises(ProvenanceError) as raised:
            read_lock(lock)
        assert "\n" not in str(raised.value) and str(lock) in str(raised.value)


def test_a_lock_of_another_record_format_is_refused(lock):
    lock.write_text(seal({"record_format": records.FORMAT - 1, "experiments": {}}))
    with pytest.raises(ProvenanceError, match=f"record format {records.FORMAT - 1}, the installed Snakemake has"):
        import_(lock.parent)


def test_no_lock_says_how_to_get_one(tmp_path):
    with pytest.raises(ProvenanceError, match=r"no such file; `.venv/bin/sculpt provenance export` writes it"):
        import_(tmp_path)


def test_a_place_that_cannot_be_written_is_named(exported):
    path = exported.folder / LOCK
    (exported.folder / f".{LOCK}.{os.getpid()}").mkdir()
    import_(exported.folder)
    path.unlink()
    with pytest.raises(ProvenanceError, match=rf"\.{LOCK}\.\d+: Is a directory"):
        export("tiny", exported.folder)


def test_the_fingerprint_is_light_and_sees_what_changes_the_kernels():
    ask = (
        "import sys, json; from sculpt.pipeline.record.fingerprint import fingerprint;"
        "print(json.dumps(fingerprint('cpu'))); assert 'torch' not in sys.modules"
    )
    environment = {**os.environ, "ATEN_CPU_CAPABILITY": "default"}
    plain = {key: value for key, value in environment.items() if key != "ATEN_CPU_CAPABILITY"}
    found = [
        json.loads(subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, check=True).stdout)
        for env in (plain, plain, environment)
    ]
    assert found[0] == found[1] != found[2]
    assert found[0].keys() == {"processor", "capability", "overrides", "device", "libraries"}
    assert found[0]["libraries"]["torch"] and socket.gethostname() not in json.dumps(found[0])


def test_a_job_on_a_clusters_node_is_recorded_with_the_hardware_of_that_node(copy):
    for job in copy.jobs:
        for output in job.outputs:
            record = records.read(copy.folder, output)
            del record["made"]
            records.write(copy.folder, output, record)
        if WEIGHTS in job.outputs:
            there = {**expected(job), "processor": "another"}
            note = (copy.folder / job.log).with_suffix(".machine.json")
            note.write_text(json.dumps(there))
    (copy.folder / LOCK).unlink()
    export("tiny", copy.folder)
    locked = read_lock(copy.folder / LOCK)["experiments"]["tiny"]
    elsewhere = [entry for entry in locked["jobs"] if entry.get("fingerprint", {}).get("processor") == "another"]
    assert locked["fingerprint"] == fingerprint("cpu")
    assert [(WEIGHTS in entry["outputs"], entry["fingerprint"]) for entry in elsewhere] == [(True, there)]
    assert not note.exists(), "so that it is not taken for the next job's"


def test_the_jobs_of_a_run_were_recorded_from_their_own_notes(finished):
    entries = entries_of(read_lock(finished.folder / LOCK), "tiny")
    expected_of = {min(job.outputs): expected(job) for job in finished.jobs}
    assert {min(entry["outputs"]): entry["fingerprint"] for entry in entries} == expected_of
    assert {canonical(found) for found in expected_of.values()} > {canonical(fingerprint("cpu"))}
    assert list((finished.folder / "logs").rglob("*.machine.json")) == []


def test_a_job_that_snakemake_starts_leaves_a_note(tmp_path):
    write_json(tmp_path / "data.json", {"classes": 3, "channels": 1})
    config = json.dumps({"seeds": [0], "model": {"name": "resnet20", "width": 4}})
    paths = ["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--log", str(tmp_path / "log.log")]
    command = [sys.executable, "-m", "sculpt.stages", "initialize", "--label", "init", "--config", config, *paths]
    subprocess.run(command, check=True)
    assert json.loads((tmp_path / "log.machine.json").read_text()) == of_job({}, fingerprint("cpu"))
