"""The command `sculpt`."""

import argparse
import sys
from pathlib import Path

from sculpt.errors import SculptError


def main() -> None:
    parser = argparse.ArgumentParser(prog="sculpt", description="Reproducible sparse training.")
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("reproduce", help="bring an experiment up to date and record it (make reproduce)")
    run.add_argument("--experiment", help="instead of the one that params.yaml chooses")
    run.add_argument("--profile", help="a folder of profiles/, instead of default")
    run.set_defaults(do=_reproduce)

    plan = commands.add_parser("plan", help="what would run, why, and what sharing prefixes saves")
    plan.add_argument("--experiment", help="instead of the one that params.yaml chooses")
    plan.set_defaults(do=_plan)

    params = commands.add_parser("params", help="check params.yaml, or print its schema")
    params.add_argument("action", choices=["check", "schema"])
    params.set_defaults(do=_params)

    given = parser.parse_args()
    try:
        given.do(given)
    except SculptError as error:
        sys.exit(str(error))


def _reproduce(given: argparse.Namespace) -> None:
    from sculpt.workflow.reproduce import reproduce

    reproduce(given.experiment, given.profile)


def _plan(given: argparse.Namespace) -> None:
    from sculpt.workflow.plan import plan

    print(plan(given.experiment))


def _params(given: argparse.Namespace) -> None:
    from sculpt.params import json_schema, load
    from sculpt.recipe import Recipe

    if given.action == "schema":
        print(json_schema(), end="")
        return
    params = load(Path("params.yaml"))
    for experiment in params.experiments.values():
        Recipe(experiment)
    print(f"params.yaml: {len(params.experiments)} experiments, no fault")


if __name__ == "__main__":
    main()
