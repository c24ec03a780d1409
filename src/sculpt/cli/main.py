"""The command `sculpt`."""

import argparse
import json
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from sculpt.core.errors import SculptError


def main() -> None:
    parser = argparse.ArgumentParser(prog="sculpt", description="Reproducible sparse training.")
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("reproduce", help="bring an experiment up to date and record it (make reproduce)")
    run.add_argument("--experiment", help="instead of the one that params.yaml chooses")
    run.add_argument("--profile", help="a folder of profiles/, instead of default")
    run.add_argument(
        "--store",
        help="finished nodes that checkouts share: a folder, named with a slash (./nodes), or the name of a DVC remote",
    )
    run.set_defaults(do=_reproduce)

    plan = commands.add_parser("plan", help="what would run, why, and what sharing prefixes saves")
    plan.add_argument("--experiment", help="instead of the one that params.yaml chooses")
    plan.set_defaults(do=_plan)

    params = commands.add_parser("params", help="check params.yaml, or print its schema")
    params.add_argument("action", choices=["check", "schema"])
    params.set_defaults(do=_params)

    validate = commands.add_parser("validate", help="whether every artifact is what its code, settings and locks say")
    validate.add_argument("--experiment", help="instead of the one that params.yaml chooses")
    validate.add_argument("--json", action="store_true", help="the faults as JSON")
    validate.add_argument("--against", metavar="REVISION", help="compare with what a git revision holds, instead")
    validate.set_defaults(do=_validate)

    report = commands.add_parser("report", help="one HTML file: figures, captions, claims, what ran (make report)")
    report.add_argument("--experiment", help="instead of the one that params.yaml chooses")
    report.set_defaults(do=_report)

    tidy = commands.add_parser("tidy", help="remove the artifacts that no node of params.yaml owns (make tidy)")
    tidy.add_argument("--experiment", help="instead of the one that params.yaml chooses")
    tidy.set_defaults(do=_tidy)

    provenance = commands.add_parser("provenance", help="Snakemake's records as provenance.lock.json, and back")
    provenance.add_argument("action", choices=["export", "import"])
    provenance.add_argument("--experiment", help="for export, instead of the one that params.yaml chooses")
    provenance.set_defaults(do=_provenance)

    given = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _interrupt)
    try:
        given.do(given)
    except SculptError as error:
        sys.exit(str(error))
    except KeyboardInterrupt as stop:
        with suppress(OSError):  # the terminal may be gone
            print("interrupted; what is complete is kept, and the same command goes on from there", file=sys.stderr)
        sys.exit(128 + (stop.args[0] if stop.args else signal.SIGINT))


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt(number)


def _reproduce(given: argparse.Namespace) -> None:
    from sculpt.pipeline.run.reproduce import reproduce

    reproduce(given.experiment, given.profile, given.store)


def _plan(given: argparse.Namespace) -> None:
    from sculpt.pipeline.record.provenance import bring_records
    from sculpt.pipeline.run.plan import plan

    bring_records(given.experiment)
    print(plan(given.experiment))


def _params(given: argparse.Namespace) -> None:
    from sculpt.params.load import json_schema, load
    from sculpt.pipeline.run.console import counted
    from sculpt.recipe.tree import Recipe

    if given.action == "schema":
        print(json_schema(), end="")
        return
    params = load(Path("params.yaml"))
    for experiment in params.experiments.values():
        Recipe(experiment)
    print(f"params.yaml: {counted(len(params.experiments), 'experiment')}, no fault")


def _validate(given: argparse.Namespace) -> None:
    if given.against:
        from sculpt.pipeline.check.against import compare

        comparison = compare(given.against, given.experiment)
        print(json.dumps(asdict(comparison), indent=1) if given.json else comparison)
        sys.exit(bool(comparison.faults))
    from sculpt.pipeline.check.validate import validate
    from sculpt.pipeline.record.provenance import LOCK, import_

    with suppress(SculptError):  # what is wrong with the lock or the folder is among the faults
        if Path(LOCK).exists():
            import_()
    faults = validate(given.experiment)
    if given.json:
        print(json.dumps([fault._asdict() for fault in faults], indent=1))
    else:
        print("\n".join(f"{fault.file}: {fault.reason}" for fault in faults) or "no fault")
    sys.exit(bool(faults))


def _report(given: argparse.Namespace) -> None:
    from sculpt.pipeline.record.provenance import bring_records
    from sculpt.pipeline.run.report import write_report

    bring_records(given.experiment)
    print(write_report(given.experiment))


def _tidy(given: argparse.Namespace) -> None:
    from sculpt.params.load import load
    from sculpt.pipeline.check.validate import tidy
    from sculpt.pipeline.record.provenance import export
    from sculpt.pipeline.run.console import counted
    from sculpt.pipeline.run.reproduce import alone, record

    name, _ = load(Path("params.yaml")).select(given.experiment)
    with alone():
        gone = tidy(name)
        for file in gone:
            print(f"removed {file}")
        if gone:
            export(name)
            record(name)
    print(f"{counted(len(gone), 'file')} removed")


def _provenance(given: argparse.Namespace) -> None:
    from sculpt.pipeline.record.provenance import export, import_
    from sculpt.pipeline.run.console import counted

    if given.action == "export":
        export(given.experiment)
        return
    imported = import_(replace=True)
    for file, reason in imported.faults.items():
        print(f"{file}: {reason}")
    print(f"records taken up: {counted(len(imported.taken), 'job')}; left out: {len(imported.left_out)}")
    if imported.faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
