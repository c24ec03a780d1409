"""The command `sculpt`: what can be asked for, and which module answers."""

import argparse
import importlib
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from sculpt.core.errors import SculptError

_CHOSEN = "instead of the one that params.yaml chooses"


class _Version(argparse.Action):
    """Asks git only when it is asked for."""

    def __init__(self, **given: Any):
        super().__init__(**given, nargs=0, default=argparse.SUPPRESS)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from sculpt.cli.version import told

        print(told())
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """Each command has a module of its name in sculpt.cli, with a function run(given)."""
    root = argparse.ArgumentParser(prog="sculpt", description="Reproducible sparse training.")
    root.add_argument("--version", action=_Version, help="the version, and the git revision of a checkout")
    commands = root.add_subparsers(required=True, metavar="command", dest="command")

    reproduce = commands.add_parser("reproduce", help="bring an experiment up to date and record it (make reproduce)")
    reproduce.add_argument("--experiment", help=_CHOSEN)
    reproduce.add_argument("--profile", help="a folder of profiles/, instead of default")
    reproduce.add_argument(
        "--store",
        help="finished nodes that checkouts share: a folder, named with a slash (./nodes), or the name of a DVC remote",
    )

    plan = commands.add_parser("plan", help="what would run, why, and what sharing prefixes saves")
    plan.add_argument("--experiment", help=_CHOSEN)
    plan.add_argument("--verbose", action="store_true", help="every job with its reason, in the order of the recipe")

    why = commands.add_parser("why", help="which settings, code, inputs and machine made a file, to the raw data")
    why.add_argument("file", help="a file that a job made, its log, or a folder of such files")
    why.add_argument("--verbose", action="store_true", help="every setting, module, input and job behind it")

    params = commands.add_parser("params", help="check params.yaml and the plug-ins, show an experiment, the schema")
    params.add_argument("action", choices=["check", "show", "schema"])
    params.add_argument("experiment", nargs="?", help=f"for show, {_CHOSEN}")

    validate = commands.add_parser("validate", help="whether every artifact is what its code, settings and locks say")
    validate.add_argument("--experiment", help=_CHOSEN)
    validate.add_argument("--json", action="store_true", help="the faults as JSON")
    validate.add_argument("--against", metavar="REVISION", help="compare with what a git revision holds, instead")

    report = commands.add_parser("report", help="what was asked and found, as pages and tables (make report)")
    report.add_argument("--experiment", help=_CHOSEN)
    instead = report.add_mutually_exclusive_group()
    instead.add_argument("--snakemake", action="store_true", help="Snakemake's own report, with what made each file")
    instead.add_argument(
        "--docs", nargs="?", const="", metavar="FILE", help="a page to commit, docs/report-<experiment>.md"
    )

    tidy = commands.add_parser("tidy", help="show what no job makes any more; --yes removes it (make tidy)")
    tidy.add_argument("--experiment", help=f"{_CHOSEN}; one that params.yaml has no more is removed whole")
    tidy.add_argument("--all", action="store_true", help="all that is there of the experiment, also what its jobs make")
    tidy.add_argument("--quiet", action="store_true", help="say nothing of what is removed")
    tidy.add_argument("--yes", action="store_true", help="remove what is shown")

    provenance = commands.add_parser("provenance", help="Snakemake's records as provenance.lock.json, and back")
    provenance.add_argument("action", choices=["export", "import"])
    provenance.add_argument("--experiment", help=f"for export, {_CHOSEN}")

    export = commands.add_parser("export", help="one trained network as a file: torchvision, safetensors or ONNX")
    export.add_argument("node", metavar="NODE", help="a node or a run: `node` or `run` in summary.csv")
    export.add_argument("--seed", default="0", help="which of its networks (0)")
    export.add_argument("--format", default="torchvision", help="torchvision (default), safetensors or onnx")
    export.add_argument("--out", help="the file; exports/<experiment>-<node>-seed_<seed> with its ending if left out")
    export.add_argument("--dense", action="store_true", help="store zeros too, as other readers of safetensors expect")
    export.add_argument("--experiment", help=_CHOSEN)

    listed = commands.add_parser("list", help="the experiments with what is there of them, or the runs of one")
    listed.add_argument("experiment", nargs="?", help="whose runs are listed; absent: all experiments")

    show = commands.add_parser("show", help="one run or node: labels, lineage, accuracy, cost, layers, files")
    show.add_argument(
        "name", metavar="RUN", help="a run, or a node: `run` or `node` in summary.csv, `run` in `sculpt list`"
    )
    show.add_argument("--experiment", help=_CHOSEN)

    commands.add_parser("docs", help="write what is generated and committed (make docs)")

    stage = commands.add_parser("stage", help="one folder of artifacts with what it needs, as dvc.yaml asks for it")
    stage.add_argument("folder", help="of results/<experiment>, or figures")
    stage.add_argument("--experiment", help=_CHOSEN)

    completion = commands.add_parser("completion", help="a script that completes these commands in a shell")
    completion.add_argument("shell", choices=["bash", "zsh"], help="which shell")
    return root


def main() -> None:
    given = parser().parse_args()
    from sculpt.cli.plugins import fault_of_plugin, refuse_faulty  # not before: it takes a while

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _interrupt)
    try:
        # Before a module that reads params.yaml is imported: that takes the settings of all plug-ins.
        refuse_faulty(whole=(given.command, getattr(given, "action", None)) == ("params", "check"))
        importlib.import_module(f"sculpt.cli.{given.command}").run(given)
        sys.stdout.flush()
    except SculptError as error:
        sys.exit(str(error))
    except KeyboardInterrupt as stop:
        with suppress(OSError):  # the terminal may be gone
            print("interrupted; what is complete is kept, and the same command goes on from there", file=sys.stderr)
        sys.exit(128 + (stop.args[0] if stop.args else signal.SIGINT))
    except BrokenPipeError:  # whoever reads the output has enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except (Exception, SystemExit) as error:
        if fault := fault_of_plugin(error):
            sys.exit(fault)
        raise


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    main()
