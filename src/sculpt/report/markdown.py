"""The report as Markdown, as GitHub shows it: figures are links, and what is long is folded."""

import re
from html import escape
from typing import Any

from sculpt.pipeline.run.console import counted
from sculpt.report.content import Content
from sculpt.report.content.figures import Figure
from sculpt.report.content.found import Found, lacking
from sculpt.report.content.tables import Table, cost_table, results_table, runs_table
from sculpt.report.drawing import KEY
from sculpt.statistics.judgement import words
from sculpt.statistics.judgement.questions import Question
from sculpt.statistics.judgement.untested import Untested

_CODE = re.compile(r"(``[^`]+``|`[^`]+`)")
_SPECIAL = re.compile(r"([\\*_\[\]#|~$])")


def page(content: Content, figures: str, tree: str) -> str:
    """The report. figures: folder of the pictures; tree: file of the drawing; both as links from the page."""
    found = content.found
    parts = [
        f"# {plain(content.title)}",
        *map(plain, found.sentences),
        "## Claims",
        *_claims(found),
        "## Not tested",
        *_untested(found.untested),
        "## Results",
        *_table(results_table(content.results)),
        "## Figures",
        *(part for figure in content.figures for part in _figure(figure, figures)),
        "## Runs",
        *_folded("All runs", _table(runs_table(content.runs))),
        "## Recipes",
        plain(KEY),
        f"![Tree of recipes]({tree})",
        "## Cost",
        "\n".join(f"- {plain(line)}" for line in content.cost.lines),
        *_folded("By stage", _table(cost_table(content.cost))),
        "## Settings",
        *_folded("All settings, as YAML", [_block(content.settings, "yaml")]),
        "## Environment",
        "\n".join(f"- {plain(what)}: {plain(which)}" for what, which in content.environment),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def plain(text: str) -> str:
    """Text that means nothing to Markdown or HTML, apart from code between backticks."""
    return "".join(
        _code(part) if i % 2 else _SPECIAL.sub(r"\\\1", escape(part, quote=False))
        for i, part in enumerate(_CODE.split(text))
    )


def _code(part: str) -> str:
    return "`" + part.strip("`").replace("|", "\\|") + "`"


def _claims(found: Found) -> list[str]:
    if not found.questions:
        return ["No claim could be tested."]
    rows = [f"| {plain(one.text)} | **{one.verdict}** | {plain(one.answer)} |" for one in found.questions]
    behind = [part for question in found.questions for part in _behind(question)]
    notes = [plain(line) for line in found.reading] + ["\n".join(f"- {plain(caveat)}." for caveat in found.caveats)]
    return [
        "\n".join(["| question | answer | in numbers |", "|---|---|---|", *rows]),
        *_folded("How to read the claims, and what they do not say", notes),
        *_folded("The claims behind each answer", behind),
    ]


def _behind(question: Question) -> list[str]:
    parts = [f"**{plain(question.text)}**", "\n".join(map(_claim, question.deciding))]
    beside = ["Beside it, deciding nothing:", "\n".join(map(_claim, question.beside))]
    return [*parts, *(beside if question.beside else [])]


def _claim(claim: dict[str, Any]) -> str:
    more = [claim["scope"], words.cells_in_words(claim), words.margin_in_words(claim), claim["source"]]
    told = "; ".join(text for text in more if text)
    return f"- `{claim['id']}` {plain(claim['statement'])}: **{plain(words.row(claim))}**. {plain(told)}"


def _untested(found: list[Untested]) -> list[str]:
    if not found:
        return ["Every claim could be tested."]
    parts = []
    for one in found:
        parts.append(f"- `{one.id}` {plain(lacking(one))}")
        if one.entry:
            parts.append("\n".join(f"  {line}" for line in _block(one.entry, "yaml").splitlines()))
    return _folded(f"{counted(len(found), 'claim')} that other runs would test", parts)


def _figure(figure: Figure, folder: str) -> list[str]:
    return [
        f"### {plain(figure.title)}",
        f"![{plain(figure.title)}]({folder}/{figure.png.name})",
        plain(figure.caption),
    ]


def _table(table: Table) -> list[str]:
    if not table.rows:
        return ["There is none."]
    rule = "|".join("---:" if numeric else "---" for numeric in table.numeric)
    rows = [" | ".join(plain(cell.text) for cell in row) for row in table.rows]
    head = " | ".join(plain(column) for column in table.columns)
    return [plain(table.note), "\n".join([f"| {head} |", f"|{rule}|", *(f"| {row} |" for row in rows)])]


def _folded(summary: str, parts: list[str]) -> list[str]:
    return [f"<details><summary>{escape(summary)}</summary>", *parts, "</details>"]


def _block(text: str, language: str) -> str:
    """A block of code, fenced by more backticks than there are in it."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
