"""What `sculpt` can be asked for, from its parser."""

import argparse

from sculpt.core.errors import SculptError

_HEAD = """\
# Commands

Every command of `.venv/bin/sculpt`. Written by `make docs` from its parser. A command that is refused says why in one
line and ends with exit code 1; an option that does not exist ends with 2. `.venv/bin/sculpt --version`
tells the version, and the git revision of a checkout.
"""


def commands(root: argparse.ArgumentParser) -> str:
    """The page of all commands, as Markdown."""
    (choices,) = (action for action in root._actions if isinstance(action, argparse._SubParsersAction))
    said = {action.dest: action.help for action in choices._choices_actions}
    return _HEAD + "".join(_section(name, said[name], parser) for name, parser in choices.choices.items())


def _section(name: str, help_: str, parser: argparse.ArgumentParser) -> str:
    lines = [f"\n## sculpt {name}\n", f"{_sentence(help_)}\n"]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            raise SculptError(f"sculpt {name}: commands of a command; allowed: a positional argument with choices")
        if not isinstance(action, argparse._HelpAction):
            lines.append(f"- `{_called(action)}`{_told(action)}")
    return "\n".join(lines).rstrip() + "\n"


def _called(action: argparse.Action) -> str:
    """As one types it: `NAME`, `--option`, `--option VALUE`."""
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return f"[{value}]" if action.nargs in ("?", "*") else value
    taken = {0: "", "?": f" [{value}]"}
    return action.option_strings[-1] + taken.get(action.nargs, f" {value}")


def _told(action: argparse.Action) -> str:
    choices = "" if not action.choices else "one of " + ", ".join(f"`{choice}`" for choice in action.choices)
    said = "; ".join(words for words in (action.help, choices) if words)
    return f": {said}" if said else ""


def _sentence(help_: str) -> str:
    return f"{help_[0].upper()}{help_[1:]}."
