"""One folder of artifacts brought up to date, as DVC asks for it: `dvc repro` and `dvc exp run` go stage by stage."""

import sys
from pathlib import Path

from sculpt.core.files import clear_cut_off
from sculpt.params.complaints import nearest
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import STAGES, all_jobs
from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.run.alone import RunError, alone
from sculpt.pipeline.run.jobs import run_jobs
from sculpt.pipeline.run.needs import executor_of, need_devices
from sculpt.pipeline.run.unavailable import look_again, need_machines


def one_stage(folder: str, experiment: str | None) -> None:
    """Bring one folder of an experiment up to date, with all that it needs, and the lock with it; DVC records it.

    folder: of results/<experiment>, or `figures`. experiment: as for `reproduce`. Raises SculptError.
    """
    folders = list(dict.fromkeys(stage.folder for stage in STAGES))
    if folder not in folders:
        raise RunError(f"stage {folder}: no such stage; allowed: {', '.join(folders)}{nearest(folder, folders)}")
    name, settings = load(Path("params.yaml")).select(experiment)
    jobs, executor = all_jobs(name, settings), executor_of("default")
    need_machines(name, jobs)
    with alone():
        for part in ("results", "figures"):
            clear_cut_off(Path(part) / name)
        damaged = bring_records(name)
        look_again(jobs, executor)
        if executor == "local":
            need_devices(name, jobs)
        code = run_jobs(name, jobs, target=f"all_{folder}")
    for file in damaged:
        print(f"{file}: was not what its job had made", file=sys.stderr)
    if code:
        raise RunError(f"{name}: {folder} is not complete, see the errors above; logs: logs/{name}/")
