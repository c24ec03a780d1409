"""What the benchmarks of the engine are asked on the command line."""

import argparse
from collections.abc import Iterable
from pathlib import Path


def parsed(description: str, noun: str, choices: Iterable[str], result: Path) -> argparse.Namespace:
    """`chosen` of the choices (all of them without any), `rounds`, `smoke` and `out`, by default `result`."""
    known = list(choices)
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chosen", nargs="*", metavar=noun.upper(), help=f"of {', '.join(known)}; default: all")
    parser.add_argument("--rounds", type=int, help="of each measurement")
    parser.add_argument("--smoke", action="store_true", help="everything tiny; nothing worth keeping")
    parser.add_argument("--out", type=Path, default=result, help=f"default: benchmarks/results/{result.name}")
    given = parser.parse_args()
    if unknown := set(given.chosen) - set(known):
        parser.error(f"{', '.join(sorted(unknown))}: no {noun}; there are {', '.join(known)}")
    if given.smoke and given.out == result:
        parser.error("--smoke: measures nothing worth keeping; name another place with --out")
    given.chosen = given.chosen or known
    return given
