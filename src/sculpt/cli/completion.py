"""`sculpt completion`: a script that completes commands and options in a shell."""

from argparse import Namespace


def run(given: Namespace) -> None:
    print(script(given.shell), end="")


def script(shell: str) -> str:
    """The script for bash or zsh, from the commands as they are."""
    import shtab

    from sculpt.cli.main import parser

    return shtab.complete(parser(), shell)
