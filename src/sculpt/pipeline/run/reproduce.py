"""One run from start to end: Snakemake, then the record with DVC."""

import sys
from pathlib import Path

from sculpt.core.files import clear_cut_off
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.record.store import Withdrawn, deposit, withdraw
from sculpt.pipeline.record.store_place import StoreError, StorePlace, open_place
from sculpt.pipeline.run.alone import RunError, alone
from sculpt.pipeline.run.changed import tell_changed
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.dvc_commit import commit
from sculpt.pipeline.run.jobs import run_jobs
from sculpt.pipeline.run.needs import executor_of, need_devices, need_plugin
from sculpt.pipeline.run.unavailable import look_again, need_machines


def reproduce(experiment: str | None, profile: str | None, store: str | None) -> tuple[str, list[str]]:
    """Bring an experiment up to date and record it.

    experiment: its name, or None for the one that params.yaml chooses. profile: a folder of profiles/, or None for the
    default. store: where finished nodes are taken from and put to (`open_place`), or None. Returns the experiment's
    name, and the faults of a run that is complete: no run should pass over damage in silence. Raises SculptError; jobs
    that completed before a fault stay, and are recorded in the lock.
    """
    name, settings = load(Path("params.yaml")).select(experiment)
    jobs = all_jobs(name, settings)
    executor = executor_of(profile or "default")
    if executor != "local":
        if store:
            raise RunError(
                f"profiles/{profile}: its jobs run on other machines, whose hardware is not known here, so no store "
                f"can be used; leave STORE out"
            )
        need_plugin(profile or "default", executor)
    need_machines(name, jobs)
    place, withdrawn = None if store is None else open_place(store), Withdrawn()
    with alone():
        for folder in ("results", "figures"):
            clear_cut_off(Path(folder) / name)
        damaged = bring_records(name)
        look_again(jobs, executor)
        if executor == "local":
            need_devices(name, jobs)
        if place:
            if place.new:
                print(f"new store {store}", file=sys.stderr)
            withdrawn = withdraw(name, place)
            _tell_withdrawn(withdrawn)
        code = run_jobs(name, jobs, profile=profile)
        if not code:
            commit(name)
        faults = _deposit(name, place, withdrawn.damaged) if place else []
        if code:
            faults += [f"{name}: not complete, see the errors above; what is complete is kept; logs: logs/{name}/"]
            raise RunError("\n".join(faults))
    tell_changed(name)
    return name, faults + [f"{file}: was not what its job had made, and has been made again" for file in damaged]


def _tell_withdrawn(withdrawn: Withdrawn) -> None:
    for file, reason in withdrawn.damaged.items():
        print(f"{file}: not taken from the store: {reason}", file=sys.stderr)
    if withdrawn.taken:
        print(f"{counted(len(withdrawn.taken), 'job')} taken from the store", file=sys.stderr)


def _deposit(name: str, place: StorePlace, damaged: dict[str, str]) -> list[str]:
    """Put what is new into the store; returns the fault of a store that does not take it."""
    try:
        refused = deposit(name, place, damaged=damaged)
    except StoreError as error:
        return [str(error)]
    for file, reason in refused.items():
        print(f"{file}: not put into the store: {reason}", file=sys.stderr)
    return []
