"""Runs that meet each other, are killed, or find things missing."""

import ctypes
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest
import snakemake.cli
from conftest import files_below
from edits import LAST_RUN
from forked import forked
from snakemake.scheduling.job_scheduler import JobScheduler

from sculpt.core.processes import PARENTS, address, environment_of
from sculpt.pipeline.record import records
from sculpt.pipeline.run import needs as profiles
from sculpt.pipeline.run.needs import ProfileError, need_devices
from sculpt.pipeline.run.preloaded import preloaded
from sculpt.pipeline.run.reproduce import reproduce

PLAIN = environment_of({})


def test_a_second_run_in_the_same_folder_is_refused(finished):
    with (finished.folder / ".snakemake/sculpt.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = finished.sculpt("reproduce")
    assert done.returncode == 1
    assert "another run (process" in done.stderr and "Traceback" not in done.stderr


def without_roots_right_to_write():
    drop_from_bounding_set, override = 24, 1  # PR_CAPBSET_DROP and CAP_DAC_OVERRIDE of Linux
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(drop_from_bounding_set, override)


@pytest.mark.skipif(sys.platform != "linux" and os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_checkout_is_said_in_one_line(copy):
    environment = {**os.environ, "PYTHONPATH": str(copy.folder / "src")}
    folders = [copy.folder, *(path for path in copy.folder.rglob("*") if path.is_dir())]
    for path in (*folders, copy.folder / ".snakemake/sculpt.lock"):
        path.chmod(0o555)
    for command, line in (
        ("plan", "read-only folder: Snakemake must write in .snakemake to see what there is to do"),
        ("validate", "results/tiny: cannot tell what there is to do: read-only folder: Snakemake must write in"),
        ("reproduce", ".snakemake/sculpt.lock: Permission denied; a run must be able to write in this folder"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "sculpt.cli.main", command],
            cwd=copy.folder,
            env=environment,
            preexec_fn=without_roots_right_to_write,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        said, *rest = (done.stdout + done.stderr).splitlines()
        assert said.startswith(line)
        assert [re.sub(r"^\d+", "n", more) for more in rest] == ["n files of tiny: 1 fault"] * (command == "validate")
    for path in folders:
        path.chmod(0o755)  # so that pytest can clear it away


def begin(checkout, **options) -> subprocess.Popen:
    """A run, just started."""
    environment = {**os.environ, "PYTHONPATH": str(checkout.folder / "src")}
    command = [sys.executable, "-m", "sculpt.cli.main", "reproduce"]
    return subprocess.Popen(command, cwd=checkout.folder, env=environment, **options)


FEW_RUNS = """\
    runs:
      - {method: dense, cycles: 1}
      - {method: cyclic, mask: erk, densities: [0.1]}
      - {method: sculpt, mask: erk, start: 0.1, targets: [0.02]}
      - {method: lrr, ladder: [0.5]}
"""


def keep_few_runs(checkout) -> None:
    """Some of the runs, which are enough for every figure."""
    path = checkout.folder / "params.yaml"
    before, rest = path.read_text().split("    runs:\n")
    _, ends = rest.split(LAST_RUN)
    path.write_text(f"{before}{FEW_RUNS}{ends}")


def test_a_killed_run_goes_on_where_it_was_and_gives_the_same_bytes(finished, fresh):
    keep_few_runs(fresh)
    run = begin(fresh, stderr=subprocess.DEVNULL, start_new_session=True)
    file = "results/tiny/dense/seeds_0-1/cycle_1/record.json"
    wanted = fresh.folder / file
    while records.read(fresh.folder, file) is None:  # what is there before that belongs to a job that has not ended
        assert run.poll() is None
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    before = wanted.stat().st_mtime_ns
    done = fresh.sculpt("reproduce")
    assert done.returncode == 0, done.stderr
    assert wanted.stat().st_mtime_ns == before
    assert (fresh.folder / "figures/tiny/accuracy_vs_density.svg").exists()
    ours, theirs = (files_below(checkout.folder / "results/tiny") for checkout in (fresh, finished))
    # The tables of the ladder have fewer rungs here.
    common = {name for name in ours if not name.startswith("summary/") and "/iterative/lrr/0.5." not in name}
    assert len(common) > 30 and [name for name in common if ours[name] != theirs[name]] == []


def at_work_in(folder) -> list[int]:
    """Processes that run in a folder."""
    return [p.pid for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(folder)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with the one that started it")
@pytest.mark.parametrize(
    "numbers",
    [
        (signal.SIGKILL, signal.SIGINT),  # a run after a killed one starts
        pytest.param((signal.SIGKILL, signal.SIGTERM, signal.SIGHUP), marks=pytest.mark.campaign),
    ],
)
def test_a_run_ends_by_a_signal_with_all_that_it_started(fresh, numbers):
    fresh.edit("params.yaml", ("epochs: 3\n", "epochs: 3000\n"))
    logs = fresh.folder / "logs"
    for number in numbers:
        run = begin(
            fresh,
            stderr=subprocess.PIPE,
            text=True,
            # What these tests were started by may have it ignored, as a shell does for what runs in the background.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while not any("epoch 2/" in log.read_text() for log in logs.rglob("cycle_1.log")):
            assert run.poll() is None
            time.sleep(0.1)
        run.send_signal(number)  # to it alone
        _, said = run.communicate(timeout=60)
        shutil.rmtree(logs)
        if number == signal.SIGKILL:
            time.sleep(2.0)
            assert run.returncode == -number
        else:
            assert run.returncode == 128 + number
            assert said.endswith("interrupted; what is complete is kept, and the same command goes on from there\n")
        assert at_work_in(fresh.folder) == []


def test_snakemake_wakes_up_for_jobs_that_end_and_not_each_second(copy):
    claims = copy.folder / "results/tiny/summary/claims.json"
    claims.unlink()

    def work() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.delattr(JobScheduler, "_schedule_reevalutation")
            snakemake.cli.main(["--quiet", "all"])

    done = forked(copy.folder, work)
    assert done.returncode == 0, done.stderr
    assert claims.exists()


def test_the_profile_for_cuda_devices_is_usable(fresh):
    fresh.edit("params.yaml", ("device: cpu", "device: auto"))
    done = fresh.dry_run("--workflow-profile", "profiles/gpu")
    assert done.returncode == 0 and "train cycle_1, seeds_0-1" in done.stdout + done.stderr, done.stderr


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("nope", "profiles/nope/config.yaml: no such file; PROFILE can be default, gpu, slurm"),
        ("gpus", "profiles/gpus/config.yaml: no such file; PROFILE can be default, gpu, slurm; nearest: 'gpu'"),
        ("slurm", "profiles/slurm: executor slurm is not installed; .venv/bin/pip install --editable '.[slurm]'"),
    ],
)
def test_a_profile_that_cannot_be_used_is_one_line(fresh, monkeypatch, profile, said):
    monkeypatch.setattr(profiles, "find_spec", lambda name: None)  # as where the extra is not installed
    monkeypatch.chdir(fresh.folder)
    with pytest.raises(ProfileError) as raised:
        reproduce(None, profile, None)
    assert str(raised.value) == said


def test_a_device_that_is_not_there_is_refused_before_anything_runs(copy, monkeypatch):
    monkeypatch.chdir(copy.folder)
    monkeypatch.setattr(profiles, "machine_device", lambda: "cpu")
    copy.edit("params.yaml", ("device: cpu", "device: cuda"))
    said = r'^experiments\.tiny\.profiles\.default\.device: "cuda", and this machine has no CUDA device; set'
    with pytest.raises(ProfileError, match=said):
        need_devices("tiny", copy.jobs)
    with monkeypatch.context() as trained_elsewhere:
        trained_elsewhere.setattr(profiles, "is_current", lambda job, root, digests: job.rule != "figures")
        need_devices("tiny", copy.jobs)  # a clone of what was trained elsewhere may draw its figures
    monkeypatch.setattr(profiles, "machine_device", lambda: "NVIDIA H200")
    need_devices("tiny", copy.jobs)


def stage(environment: dict[str, str], *arguments: str, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "sculpt.stages", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, **options)


CONFIG = '{"data": {"name": "digits", "train": 100, "validation": 50, "test": 50, "size": 8}}'


def test_a_forked_job_gives_its_output_and_its_exit_code(tmp_path):
    wrong = ["prepare_data", "--config", '{"data": {"name": "digits"}}', "--label", "data"]
    arguments = ["prepare_data", "--label", "data", "--log", "data.log", "--out", "."]
    with preloaded([PLAIN]) as environment:
        refused = stage(environment, *wrong, cwd=tmp_path)
        done = stage(environment, *arguments, "--config", CONFIG, cwd=tmp_path)
        greedy = CONFIG.replace("100", "5000")
        failed = stage(environment, *arguments, "--config", greedy, cwd=tmp_path)
    assert refused.returncode == 2 and "--log" in refused.stderr
    assert done.returncode == 0 and done.stderr == "\ndata: 100 train images, 50 validation images, 50 test images\n"
    assert (tmp_path / "train.safetensors").exists()
    assert failed.returncode == 1
    assert failed.stderr.strip() == (
        "data: error: data.train + data.validation is 5050; the data set has 1297 training images"
    )


def test_without_the_parent_a_job_runs_by_itself(tmp_path):
    environment = {**os.environ, PARENTS: str(tmp_path / "nobody")}
    paths = ["--log", "l", "--out", ".", "--config", CONFIG]
    done = stage(environment, "prepare_data", "--label", "data", *paths, cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / "data.json").exists()


def test_a_job_that_comes_too_late_does_not_run(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address(tmp_path, PLAIN)))  # and then the run is killed
    done = stage({**os.environ, PARENTS: str(tmp_path)}, "prepare_data", "--label", "data", "--out", ".", cwd=tmp_path)
    said = "data: the process that its run forks jobs from was killed; the same command goes on\n"
    assert (done.returncode, done.stderr) == (1, said)


@pytest.mark.skipif(sys.platform != "linux", reason="jobs are forked on Linux alone")
def test_no_job_waits_for_a_parent_that_is_gone(tmp_path):
    with preloaded([PLAIN]) as environment:
        (parent,) = [p for p in psutil.Process().children() if "sculpt.stages.jobs.preloaded" in p.cmdline()]
        parent.kill()
        parent.wait()
        done = stage(environment, "prepare_data", "--label", "data", "--out", ".", cwd=tmp_path, timeout=60)
    assert done.returncode == 1 and done.stderr.startswith("data: the process that its run forks jobs from was killed")


def test_a_job_that_was_killed_is_named(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address(tmp_path, PLAIN)))
        listener.listen()
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
        done = stage({**os.environ, PARENTS: str(tmp_path)}, "train_node", "--label", "dense/cycle_1@seeds_0-2")
    assert done.returncode == 1
    assert done.stderr == (
        "dense/cycle_1@seeds_0-2: its process was killed; out of memory? then run fewer jobs at once: cores in "
        "profiles/default/config.yaml, or in the profile that you name\n"
    )


def test_a_forked_job_ends_with_the_one_that_asked_for_it(finished, tmp_path):
    job = next(job for job in finished.jobs if job.rule == "dense")
    settings = json.loads(job.config)
    config = json.dumps({**settings, "cycle": {**settings["cycle"], "epochs": 100_000}})
    log, (weights,), (mask,) = tmp_path / "log", job.inputs["weights"], job.inputs["mask"]
    arguments = ["--label", "long", "--log", log, "--config", config, "--data", "results/tiny/data"]
    arguments += ["--weights", weights, "--mask", mask, "--scored", "--out", tmp_path / "out"]
    command = [sys.executable, "-m", "sculpt.stages", "train_node", *arguments]
    with preloaded([PLAIN]) as environment:
        client = subprocess.Popen(command, env=environment, cwd=finished.folder)
        while not (log.exists() and "epoch 3/" in log.read_text()):
            assert client.poll() is None
            time.sleep(0.05)
        client.kill()
        client.wait()
        time.sleep(0.3)
        size = log.stat().st_size
        time.sleep(0.5)
        assert log.stat().st_size == size


def test_jobs_on_other_machines_use_no_store(fresh):
    done = fresh.sculpt("reproduce", "--profile", "slurm", "--store", "./store")
    assert done.returncode == 1
    assert done.stderr.startswith("profiles/slurm: its jobs run on other machines") and done.stderr.count("\n") == 1
