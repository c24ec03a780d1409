"""One run from start to end: Snakemake, then the record with DVC, then what came out."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from ruamel.yaml import YAML

from sculpt.core.errors import SculptError
from sculpt.core.files import read_json
from sculpt.params.load import load
from sculpt.pipeline.record.dvc_cache import DvcCache
from sculpt.pipeline.record.dvc_record import read_dvc_lock
from sculpt.pipeline.record.provenance import LOCK, bring_records, export
from sculpt.pipeline.record.storage import Storage, StoreError, open_storage
from sculpt.pipeline.record.store import Withdrawn, deposit, withdraw
from sculpt.pipeline.run import console
from sculpt.pipeline.run.commands import sculpt
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.needs import executor_of, need_devices, need_plugin
from sculpt.pipeline.run.preloaded import preloaded
from sculpt.recipe.tree import TRAINED_STAGES, Recipe
from sculpt.statistics.verdicts import table

RUNNING = Path(".snakemake/sculpt.lock")


class RunError(SculptError):
    """A run cannot start or did not end well."""


def reproduce(experiment: str | None, profile: str | None, store: str | None) -> None:
    """Bring an experiment up to date, record it, and print where the figures are and what the claims came to.

    experiment: its name, or None for the one that params.yaml chooses. profile: a folder of profiles/, or None for the
    default. store: where finished nodes are taken from and put to (`open_storage`), or None. Raises SculptError; jobs
    that completed before a fault stay, and are recorded in the lock. Damaged files are made again, and named at the end
    as a fault.
    """
    name, settings = load(Path("params.yaml")).select(experiment)
    Recipe(settings)
    executor = executor_of(profile or "default")
    if executor != "local":
        if store:
            raise RunError(
                f"profiles/{profile}: its jobs run on other machines, whose hardware is not known here, so no store "
                f"can be used; leave STORE out"
            )
        need_plugin(profile or "default", executor)
    storage, withdrawn = None if store is None else open_storage(store), Withdrawn()
    with alone():
        damaged = bring_records(name)
        if executor == "local":
            need_devices(name, settings)
        if storage:
            if storage.new:
                print(f"new store {store}", file=sys.stderr)
            withdrawn = withdraw(name, storage)
            _tell_withdrawn(withdrawn)
        command = [sys.executable, "-m", "snakemake", "--config", f"experiment={name}"]
        if profile:
            command += ["--workflow-profile", f"profiles/{profile}"]
        try:
            with preloaded() as environment:
                code = console.follow(command, environment)
        finally:
            export(name)
        if not code:
            record(name)
        faults = _deposit(name, storage, withdrawn.damaged) if storage else []
        if code:
            faults += [f"{name}: not complete, see the errors above; what is complete is kept; logs: logs/{name}/"]
            raise RunError("\n".join(faults))
    _tell_changed(name)
    print(f"\nFigures: figures/{name}/   Results: results/{name}/summary/summary.csv\n")
    print(table(read_json(Path(f"results/{name}/summary/claims.json"))))
    # Complete, but no run should pass over damage in silence.
    faults += [f"{file}: was not what its job had made, and has been made again" for file in damaged]
    if faults:
        raise RunError("\n".join(faults))


def _tell_withdrawn(withdrawn: Withdrawn) -> None:
    for file, reason in withdrawn.damaged.items():
        print(f"{file}: not taken from the store: {reason}", file=sys.stderr)
    if withdrawn.taken:
        print(f"{counted(len(withdrawn.taken), 'job')} taken from the store", file=sys.stderr)


def _deposit(name: str, storage: Storage, damaged: dict[str, str]) -> list[str]:
    """Put what is new into the store; gives the fault of a store that does not take it."""
    try:
        refused = deposit(name, storage, damaged=damaged)
    except StoreError as error:
        return [str(error)]
    for file, reason in refused.items():
        print(f"{file}: not put into the store: {reason}", file=sys.stderr)
    return []


def _tell_changed(name: str) -> None:
    """Where the recorded figures or artifacts came out differently, say so, how to compare and how to go back."""
    tracked = ["dvc.lock", f"figures/{name}"]
    status = subprocess.run(["git", "status", "--porcelain", "--", *tracked], capture_output=True, text=True)
    changed = [line for line in status.stdout.splitlines() if not line.startswith("??")]
    if changed:
        print(
            f"\n{counted(len(changed), 'recorded file')} of {name} changed (edited parameters or code, or another "
            f"processor or library).\n"
            f"Compare with what is committed: {sculpt('validate --against HEAD', name).strip('`')}\n"
            f"Go back to it: {'' if _in_cache(name) else '.venv/bin/dvc fetch --all-commits && '}"
            f"git restore params.yaml {' '.join(tracked)} {LOCK} && .venv/bin/dvc checkout && "
            f".venv/bin/sculpt provenance import"
        )


def _in_cache(name: str) -> bool:
    """Whether DVC's cache holds what HEAD records; if not, `dvc checkout` would only take away what is here."""
    committed = subprocess.run(["git", "show", "HEAD:dvc.lock"], capture_output=True)
    stages = read_dvc_lock(committed.stdout)["stages"] if committed.returncode == 0 else {}
    outs = [out for stage, entry in stages.items() if stage.endswith(f"@{name}") for out in entry["outs"]]
    cache = DvcCache(Path("."))
    return all(cache.path(out["md5"]).exists() for out in outs if not out["path"].startswith("figures/"))


def record(name: str) -> None:
    """Commit an experiment's artifacts to DVC, where dvc.yaml lists it. Raises RunError with DVC's own words."""
    stages = YAML(typ="safe", pure=True).load(Path("dvc.yaml"))
    if name not in stages["vars"][0]["recorded"]:
        print(f"\n{name} is not recorded with DVC: add it to `recorded` in dvc.yaml to have it recorded.")
        return
    for stage in ("masks", *TRAINED_STAGES):
        Path(f"results/{name}/{stage}").mkdir(parents=True, exist_ok=True)  # a section without runs makes none
    targets = [f"{stage}@{name}" for stage in stages["stages"]]
    # Not --quiet, which leaves its errors out too.
    done = subprocess.run([sys.executable, "-m", "dvc", "commit", "--force", *targets], capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr.strip()]
        raise RunError("\n".join([f"{name}: complete, but DVC could not record it:", *said]))


@contextmanager
def alone() -> Iterator[None]:
    """Hold this folder for one run, and clear away what a killed run left; RunError where another is at work."""
    try:
        RUNNING.parent.mkdir(exist_ok=True)
        lock = RUNNING.open("a+")
    except OSError as error:
        raise RunError(f"{error.filename}: {error.strerror}; a run must be able to write in this folder") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RunError(
                f"another run (process {lock.read().strip()}) is at work in this folder; wait for its end"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        if any(RUNNING.parent.glob("locks/*")):
            _unlock()
        yield


def _unlock() -> None:
    here = os.getcwd()
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        words = process.info["cmdline"] or []
        if process.info["cwd"] == here and any(Path(word).name == "snakemake" for word in words):
            raise RunError(f"snakemake (process {process.info['pid']}) is at work in this folder; wait for its end")
    subprocess.run([sys.executable, "-m", "snakemake", "--unlock"], check=True, stderr=subprocess.DEVNULL)
