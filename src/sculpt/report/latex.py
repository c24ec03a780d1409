"""Tables of claims and results for a paper, in LaTeX."""

from typing import Any

from sculpt.report.content import Content
from sculpt.report.content.tables import Table, results_table
from sculpt.statistics.judgement import words
from sculpt.statistics.judgement.answers import unit
from sculpt.statistics.judgement.questions import Question
from sculpt.statistics.judgement.units import POINTS

_ESCAPED = {
    "\\": r"\textbackslash{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    "“": "``",
    "”": "''",
}


def tables(content: Content) -> dict[str, str]:
    """LaTeX by file name: `results.tex` needs booktabs, `claims.tex` booktabs and longtable."""
    return {"claims.tex": claims(content.found.questions), "results.tex": results(results_table(content.results))}


def tex(text: str) -> str:
    """Text that means nothing to TeX."""
    return "".join(_ESCAPED.get(letter, letter) for letter in text.replace("`", ""))


def results(table: Table) -> str:
    """Mean ± standard deviation of test accuracy in percent; one row per method, one column per density."""
    head, *body = [[tex(column) for column in table.columns], *([tex(cell.text) for cell in row] for row in table.rows)]
    lines = [
        f"% {table.note}",
        "% \\usepackage{booktabs}",
        f"\\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
        "\\toprule",
        _row(head),
        "\\midrule",
        *map(_row, body),
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def claims(questions: list[Question]) -> str:
    """Each question with its verdict, and below it its claims with effect, interval and corrected p.

    Claims that stand beside, and decide nothing, say so. An effect is in points of test accuracy unless its claim says
    in what.
    """
    lines = [
        f"% Effects in {POINTS}, unless the claim names another unit in parentheses.",
        "% \\usepackage{booktabs,longtable}",
        "\\begin{longtable}{lp{0.5\\linewidth}rrl}",
        "\\toprule",
        _row(["", "Claim", "Effect [95\\,\\%]", "$p$ (Holm)", "Verdict"]),
        "\\midrule",
        "\\endhead",
    ]
    for question in questions:
        asked = f"\\multicolumn{{4}}{{p{{0.8\\linewidth}}}}{{\\textbf{{{tex(question.text)}}}}}"
        lines.append(_row([asked, tex(question.verdict)]))
        lines += [_row(_cells(claim)) for claim in question.deciding]
        lines += [_row(_cells(claim, " (beside)")) for claim in question.beside]
        lines.append("\\addlinespace")
    return "\n".join([*lines, "\\bottomrule", "\\end{longtable}"]) + "\n"


def _cells(claim: dict[str, Any], beside: str = "") -> list[str]:
    effect, p = words.effect(claim).strip(), words.corrected(claim).removeprefix("p ")
    # In mathematics a hyphen is a minus, and < is what it says.
    return [
        tex(claim["id"]),
        tex(claim["statement"] + (f" ({unit(claim)})" if unit(claim) != POINTS else "")),
        tex(effect) if "none" in effect else f"${effect}$",
        f"${p}$" if p else "",
        tex(words.verdict(claim) + beside),
    ]


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + " \\\\"
