"""The pages that are written from the schema, the parser and the docstrings."""

import argparse

import pytest

from sculpt.cli.documents.commands import commands
from sculpt.cli.documents.keys import keys
from sculpt.cli.documents.python import python, section
from sculpt.cli.main import parser
from sculpt.core.errors import SculptError


def test_every_command_and_option_is_told():
    page = commands(parser())
    (choices,) = (action.choices for action in parser()._actions if action.choices)
    for name, command in choices.items():
        told = page.partition(f"## sculpt {name}\n")[2].partition("\n## ")[0]
        assert told.strip(), name
        for option in command._option_string_actions:
            assert option in told or option in ("-h", "--help"), f"{name} {option}"


def test_a_command_is_told_as_one_types_it():
    root = argparse.ArgumentParser()
    one = root.add_subparsers().add_parser("fetch", help="get it")
    one.add_argument("what", choices=["all", "none"], help="how much")
    one.add_argument("where", nargs="?")
    one.add_argument("--seed", help="which")
    one.add_argument("--page", nargs="?", metavar="FILE", help="where to")
    one.add_argument("--quiet", action="store_true", help="say nothing")
    told = commands(root).partition("## sculpt fetch\n")[2]
    assert told.split("\n")[1:] == [
        "Get it.",
        "",
        "- `WHAT`: how much; one of `all`, `none`",
        "- `[WHERE]`",
        "- `--seed SEED`: which",
        "- `--page [FILE]`: where to",
        "- `--quiet`: say nothing",
        "",
    ]


def test_commands_of_a_command_are_refused():
    root = argparse.ArgumentParser()
    one = root.add_subparsers().add_parser("fetch", help="get it")
    one.add_subparsers(help="what").add_parser("all", help="all of it")
    with pytest.raises(SculptError, match="sculpt fetch: commands of a command"):
        commands(root)


def test_every_key_has_a_description():
    lines = [line for line in keys().splitlines() if line.startswith("- ")]
    told = {line.split("`")[1]: line.partition("`: ")[2] for line in lines}
    assert {"experiment", "seeds", "runs", "epochs", "long_tail", "margin", "machines", "mantissa"} <= told.keys()
    for key, words in told.items():
        assert len(words) > 8 and "Annotated" not in words and "sculpt." not in words, f"{key}: {words}"


def test_the_public_names_of_the_package_are_told():
    page = python()
    for called in ("load(experiment: str", "summary(experiment: str", "claims(experiment: str", "experiments("):
        assert f"\nsculpt.{called}" in page
    assert "### sculpt.Trained.evaluate" in page


EXAMPLE = '''
class Example:
    """What an example is."""

    size: int
    _own: int

    def half(self, of: "str | None"=None, where: str | Path=".") -> list[int]:
        """The half of it."""

    @property
    def twice(self) -> int:
        """The double of it."""

    def _other(self) -> None: ...


def bare() -> None: ...
'''


def test_a_class_is_told_with_its_fields_and_methods():
    assert section("Example", EXAMPLE) == (
        "\n## sculpt.Example\n\nWhat an example is.\n\n- `size`: `int`\n\n"
        "### sculpt.Example.half\n\n```text\nhalf(of: 'str | None'=None, where: str | Path='.') -> list[int]\n```\n\n"
        "The half of it.\n\n### sculpt.Example.twice\n\nThe double of it.\n"
    )


def test_a_public_name_without_a_docstring_is_refused():
    with pytest.raises(ValueError, match="bare is public, and has no docstring"):
        section("bare", EXAMPLE)
