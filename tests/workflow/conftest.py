"""A checkout of this working tree in a temporary folder, with a tiny experiment, and commands run in it."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import snakemake.cli
from bench import Bench
from forked import Done, forked

from sculpt.cli.docs import write_docs
from sculpt.params.experiment import Experiment
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job

ROOT = Path(__file__).parents[2]

TINY = """
experiment: tiny
recorded: [tiny]
experiments:
  tiny:
    seeds: 2
    replicates: 2
    cycles: 2
    data: {name: digits, train: 150, validation: 60, test: 100, size: 8}
    model: {name: resnet20, width: 4}
    training:
      epochs: 3
      batch_size: 50
      schedule: {name: triangular, warmup: 0.5, start: 0.2}
      learning_rate: 0.1
      loss: {name: cross_entropy, smoothing: 0.0}
      update: {name: sgd, momentum: 0.9, weight_decay: 0.0005}
      label_noise: 0.0
      shift: 1
      flip: false
    hardware: {reference: default, profiles: [contiguous, idle], methods: [dense]}
    profiles:
      default: {device: cpu, precision: float32}
      contiguous: {device: cpu, precision: float32, memory_format: contiguous}
      idle: {device: cpu, precision: float32, deterministic: false}
    criteria:
      snip: {samples_per_class: 3}
      synflow: {rounds: 5}
    runs:
      - {method: dense, cycles: 1}
      - {method: masks, masks: [erk, snip], densities: [0.1]}
      - {method: cyclic, mask: erk, densities: [0.1, 0.02]}
      - {method: cyclic, mask: synflow, densities: [0.1]}
      - {method: long, mask: erk, densities: [0.1, 0.02]}
      - {method: sculpt, mask: erk, start: 0.5, targets: [0.1, 0.02]}
      - {method: sculpt, mask: erk, start: 0.1, targets: [0.02]}
      - {method: lrr, ladder: [0.5, 0.1, 0.02]}
      - {method: imp, ladder: [0.5]}
      - {method: wr, rewind_epoch: 1, ladder: [0.5]}
    analyses:
      overlap: {}
    figures:
      accuracy_vs_density: {width: 5.5}
      accuracy_vs_cost: {width: 5.5, densities: [0.1]}
      start_target_map: {width: 5.5}
      training_loss: {width: 5.5, densities: [0.1]}
      layer_densities: {width: 5.5, density: 0.1}
      mask_overlap: {width: 5.5}
"""


def tiny_settings() -> dict[str, Any]:
    """The tiny experiment with everything that params.yaml leaves to defaults."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(TINY)
        file.flush()
        return load(Path(file.name)).experiments["tiny"].model_dump(mode="json", exclude_none=True)


def planned(done: Done | subprocess.CompletedProcess) -> list[str]:
    """The lines of the jobs in what `sculpt plan --verbose` has said."""
    assert done.returncode == 0, done.stderr
    _, jobs, *end = done.stdout.split("\n\n")
    return jobs.splitlines() if end else []


@dataclass
class Checkout:
    folder: Path

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        """Run `python -m <command>` here, with this checkout's own code, in a process of its own."""
        settings = {**os.environ, "PYTHONPATH": str(self.folder / "src"), **environment}
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=self.folder, env=settings, capture_output=True, text=True
        )

    def sculpt(self, *arguments: str, **environment: str) -> Done | subprocess.CompletedProcess:
        """Run the command `sculpt` here: in a fork, and with an environment that acts at imports as a process."""
        if environment:
            return self.run("sculpt.cli.main", *arguments, **environment)

        def work() -> None:
            sys.argv[1:] = arguments
            import_module("sculpt.cli.main").main()

        return forked(self.folder, work)

    def edit(self, file: str, *changes: tuple[str, str]) -> None:
        """Replace text in a file; each text must be there."""
        path = self.folder / file
        text = path.read_text()
        for old, new in changes:
            assert old in text, f"{file} has no {old!r}"
            text = text.replace(old, new)
        path.write_text(text)

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    @property
    def experiment(self) -> Experiment:
        return load(self.folder / "params.yaml").select()[1]

    @property
    def jobs(self) -> list[Job]:
        """As the code of this process describes them."""
        return all_jobs(*load(self.folder / "params.yaml").select())

    def plan(self) -> list[str]:
        """The line of each job that a run would do: its message, and why."""
        return planned(self.sculpt("plan", "--verbose"))

    def dry_run(self, *options: str, **environment: str) -> Done:
        """What Snakemake says that it would do."""
        command = ["--dry-run", *options, "--quiet", "host", "progress", "--"]
        return forked(self.folder, lambda: snakemake.cli.main(command), **environment)

    def waiting(self) -> set[str]:
        """Messages of the jobs that Snakemake would run, without the seed block."""
        done = self.dry_run()
        assert done.returncode == 0, done.stderr
        found = re.findall(r"^Job \d+: (.+)$", done.stdout + done.stderr, re.MULTILINE)
        assert found or "Nothing to be done" in done.stdout + done.stderr
        return {message.removesuffix(", seeds_0-1") for message in found}


def check_out(folder: Path) -> Checkout:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file() and not name.startswith(("figures/", "dvc.lock", "provenance.lock.json")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    for library in ROOT.glob("src/sculpt/engine/*.so"):  # built, so that git does not list it
        shutil.copy2(library, folder / library.relative_to(ROOT))
    (folder / "params.yaml").write_text(TINY)
    write_docs(folder)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return Checkout(folder)


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def first_run(folder: Path) -> None:
    """Run the tiny experiment in a checkout in this folder, once for all workers of a session: others find it there."""
    ready = folder.with_name("ready")
    with folder.with_name("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready.exists():
            return
        checkout = check_out(folder)
        done = checkout.run("sculpt.cli.main", "reproduce")
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "first_run.txt").write_text(done.stdout + done.stderr)
        ready.touch()


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Checkout:
    """A checkout whose tiny experiment has run; tests that edit it take `copy`, and no test may leave a trace."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "run_once/checkout"
    shared.mkdir(parents=True, exist_ok=True)
    first_run(shared)
    checkout = Checkout(base / "finished")
    shutil.copytree(shared, checkout.folder, symlinks=True)
    parts = ("results", "figures", "src", "rules")
    before = {part: files_below(checkout.folder / part) for part in parts}
    yield checkout
    for part in parts:
        assert files_below(checkout.folder / part).items() >= before[part].items(), f"a test has edited {part}"


@pytest.fixture(scope="session")
def bench(finished, tmp_path_factory) -> Bench:
    return Bench(finished.folder, tmp_path_factory.mktemp("bench") / "copy")


@pytest.fixture
def copy(bench, tmp_path) -> Checkout:
    """A copy of the finished checkout, to edit."""
    return Checkout(bench.restored(tmp_path / "copy"))


@pytest.fixture(scope="session")
def fresh_bench(tmp_path_factory) -> Bench:
    source = tmp_path_factory.mktemp("checkout")
    check_out(source)
    return Bench(source, tmp_path_factory.mktemp("fresh_bench") / "fresh")


@pytest.fixture
def fresh(fresh_bench, tmp_path) -> Checkout:
    """A checkout in which nothing has run."""
    return Checkout(fresh_bench.restored(tmp_path / "fresh"))
