"""`sculpt tidy`: show what no job of an experiment makes any more; with --yes, remove it and record that it is gone."""

from argparse import Namespace
from pathlib import Path

from sculpt.params.load import Params, load
from sculpt.pipeline.check.gone import Found, files_of, found, gone, tracked
from sculpt.pipeline.check.ownership import orphans, remove
from sculpt.pipeline.dag.experiment import owned_files
from sculpt.pipeline.plan.sizes import in_bytes
from sculpt.pipeline.record.dropped import drop, locks_with
from sculpt.pipeline.record.lock_export import export
from sculpt.pipeline.run.alone import alone
from sculpt.pipeline.run.commands import make
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.dvc_commit import commit


def run(given: Namespace) -> None:
    params = load(Path("params.yaml"))
    no_more = gone(params.experiments)
    name = given.experiment or params.experiment
    whole = given.all or name in no_more
    if name not in no_more:
        params.select(name)  # refuses a name that nothing has
    files = files_of(name) if whole else orphans(name, owned_files(*params.select(name)))
    folders = found(files, tracked())
    locks = locks_with(name) if whole else []
    if not given.quiet:
        _show(name, whole, folders, locks, name in no_more)
    if given.yes and (files or locks):
        with alone():
            remove(files)
            if whole:
                drop(name)
            else:
                export(name)
                commit(name)
        if not given.quiet:
            print(f"{_sum(folders)} removed")
    elif files or locks:
        words = "tidy ALL=1 YES=1" if whole and name not in no_more else "tidy YES=1"
        print(f"{_sum(folders)}; {make(words, name)} removes {'it' if len(files) == 1 else 'them'}")
    if not given.quiet:
        _show_gone(params, [other for other in no_more if other != name])


def _show(name: str, whole: bool, folders: list[Found], locks: list[str], is_gone: bool) -> None:
    if not folders and not locks:
        print(f"{name}: nothing to remove; its jobs make every file that is here")
        return
    of_all = "params.yaml has no such experiment any more" if is_gone else "all that is there"
    print(f"{name}: {of_all if whole else 'what no job makes any more'}")
    print(*(f"  {folder}" for folder in folders), sep="\n")
    if locks:
        print(f"  its entries in {' and '.join(locks)}")


def _sum(folders: list[Found]) -> str:
    kept = [each for folder in folders for each in folder.kept.values()]
    return f"{counted(sum(files for files, _ in kept), 'file')}, {in_bytes(sum(size for _, size in kept))}"


def _show_gone(params: Params, others: list[str]) -> None:
    """Experiments that are gone are removed only by their name: maybe another branch has them."""
    for other in others:
        files = files_of(other)
        size = in_bytes(sum(Path(file).stat().st_size for file in files))
        locks = "".join(f", {lock}" for lock in locks_with(other))
        print(
            f"{other} is gone from params.yaml: {counted(len(files), 'file')}, {size}{locks}; "
            f"`make tidy EXPERIMENT={other}` shows them"
        )
