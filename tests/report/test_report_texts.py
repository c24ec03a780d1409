"""The report as Markdown, as LaTeX and as CSV, and where its files lie."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from made_up_report import CLAIMS, claim, content

from sculpt.pipeline.record.lock import locked_files, read_lock
from sculpt.report import flat, latex, markdown
from sculpt.report.write import made_from, write, write_docs
from sculpt.statistics.judgement.untested import Untested

ROOT = Path(__file__).parents[2]
MOST = 900_000
"""Bytes: GitHub shows no larger Markdown file (its limit is 1 MB)."""
ODD = r"50 % of a_b & c#d $x$ {y} \z ~ ^ <i> | [q](r) *s*"


@pytest.fixture
def made_up(tmp_path):
    return content(tmp_path)


def test_the_markdown_says_what_the_report_holds(made_up):
    text = markdown.page(made_up, "../figures/made-up", "tree.svg")
    assert text.startswith("# made-up: what was asked and what was found\n\nThe experiment made-up trains")
    assert "| Does SCULPT reach LRR? | **no** | No" in text
    assert "![Accuracy of all](../figures/made-up/accuracy.png)\n\nWhat `long` is." in text
    assert "![Tree of recipes](tree.svg)" in text
    assert "- `z` RigL is best: no run of RigL.\n\n  ```yaml\n  - {method: dynamic}\n  ```" in text
    assert "| LRR |  | 94.0 ± 1.4 | 61.0 ± 1.4 |" in text
    assert text.count("<details>") == text.count("</details>") == 6


def test_every_row_of_a_table_has_as_many_cells(made_up):
    odd = claim("x", "y", question="a | b `c | d`?")
    text = markdown.page(content(made_up.figures[0].svg.parent, [*CLAIMS, odd]), "f", "t.svg")
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def test_words_mean_nothing_to_markdown():
    assert markdown.plain("<b> a_b *c* [d](e) | `f_g` # ~") == r"&lt;b&gt; a\_b \*c\* \[d\](e) \| `f_g` \# \~"


def test_a_fence_is_longer_than_what_it_holds(made_up):
    text = markdown.page(replace(made_up, settings="a: ```\n"), "f", "t.svg")
    assert "````yaml\na: ```\n````" in text


def test_words_mean_nothing_to_tex():
    assert latex.tex(ODD) == (
        r"50 \% of a\_b \& c\#d \$x\$ \{y\} \textbackslash{}z \textasciitilde{} \textasciicircum{} "
        r"\textless{}i\textgreater{} \textbar{} [q](r) *s*"
    )


def test_the_tables_in_tex_have_their_numbers(made_up):
    tables = latex.tables(made_up)
    assert r"SCULPT, ERK &  & 91.0 $\pm$ 1.4 &  \\" in tables["results.tex"]
    assert r"\begin{tabular}{lrrr}" in tables["results.tex"]
    assert r"b & SCULPT reaches LRR & $-3.00 [1.00, 4.00]$ & $0.002$ & contradicted \\" in tables["claims.tex"]
    assert r"\textbf{Does SCULPT reach LRR?}} & no \\" in tables["claims.tex"]
    for text in tables.values():
        assert text.count(r"\begin{") == text.count(r"\end{") == 1
        assert [text.count(rf"\{kind}rule") for kind in ("top", "mid", "bottom")] == [1, 1, 1]


def test_a_claim_in_a_table_has_its_unit_and_says_whether_it_decides(made_up):
    share = claim("s", "It closes the gap", unit="percent of the gap", question="Is it enough?", threshold=100.0)
    beside = claim("t", "It is as good", question="Is it enough?", decides=False)
    odd = content(made_up.figures[0].svg.parent, [share, beside])
    text = latex.tables(odd)["claims.tex"]
    assert r"s & It closes the gap (percent of the gap) & $2.50 [1.00, 4.00]$ & $0.002$ & supported \\" in text
    assert r"t & It is as good & $2.50 [1.00, 4.00]$ & $0.002$ & supported (beside) \\" in text
    table = flat.tables(odd)["claims.csv"]
    assert list(table["unit"]) == ["percent of the gap", "points of test accuracy"]
    assert list(table["decides"]) == [True, False] and list(table["threshold"]) == [100.0, 0.0]


def test_an_effect_without_interval_is_no_formula(made_up):
    one = claim("x", "y", ci_low=None, ci_high=None, p=None, p_holm=None)
    assert r"x & y & 2.50 [none] &  & supported \\" in latex.claims(
        content(made_up.figures[0].svg.parent, [one]).found.questions
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex")
def test_tex_compiles_the_tables(made_up, tmp_path):
    odd = content(tmp_path, [*CLAIMS, claim("x_1", ODD, question=ODD)])
    tables = "\n".join(latex.tables(odd).values())
    document = (
        f"\\documentclass{{article}}\\usepackage{{booktabs,longtable}}\\begin{{document}}{tables}\\end{{document}}"
    )
    (tmp_path / "a.tex").write_text(document)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_tables_in_csv_hold_every_claim_with_its_question(made_up):
    tables = flat.tables(made_up)
    assert list(tables["claims.csv"]["id"]) == ["a", "a2", "b"]
    assert list(tables["claims.csv"]["answer"]) == ["yes", "yes", "no"]
    assert list(tables["claims.csv"]["effect"]) == [2.5, 2.5, -3.0]


def test_all_files_are_written_below_the_logs(made_up, tmp_path):
    folder = tmp_path / "logs/made-up"
    paths = write(made_up, folder)
    assert [str(path.relative_to(folder)) for path in paths] == [
        *("report.html", "report.md", "report-tree.svg", "tables/claims.tex", "tables/results.tex"),
        *("tables/claims.csv", "tables/results.csv", "tables/runs.csv"),
    ]
    assert all(path.stat().st_size > 100 for path in paths)
    runs = pd.read_csv(folder / "tables/runs.csv")
    assert list(runs["test_accuracy_mean"]) == [97.0, 82.0, 91.0, 70.5, 94.0, 61.0]
    assert "](../../figures/made-up/accuracy.png)" in (folder / "report.md").read_text()


def test_a_page_to_commit_says_what_it_was_made_from(made_up, tmp_path):
    summary = tmp_path / "results/made-up/summary"
    summary.mkdir(parents=True)
    (summary / "claims.json").write_text("[]")
    (summary / "summary.csv").write_text("a\n")
    page, tree = write_docs(made_up, tmp_path / "docs/report-other.md", tmp_path)
    text = page.read_text()
    assert tree.name == "report-other-tree.svg" and f"]({tree.name})" in text
    assert "](../figures/made-up/accuracy.png)" in text and "abc1234" not in text
    assert made_from(text) == {
        "results/made-up/summary/claims.json": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
        "results/made-up/summary/summary.csv": "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7",
    }


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("report-*.md")), ids=lambda path: path.name)
def test_a_committed_page_is_of_the_recorded_results(page):
    text = page.read_text()
    files = made_from(text)
    assert len(files) == 2 and len(text.encode()) < MOST
    name = next(iter(files)).split("/")[1]
    locked = locked_files(read_lock(ROOT / "provenance.lock.json"), name)
    stale = [file for file, digest in files.items() if locked.get(file) != digest]
    assert stale == [], f"`.venv/bin/sculpt report --experiment {name} --docs {page.relative_to(ROOT)}` writes it anew"
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert pictures and [link for link in pictures if not (page.parent / link).exists()] == []


def test_an_odd_word_of_the_untested_is_text(made_up):
    odd = replace(made_up, found=replace(made_up.found, untested=[Untested("x", ODD, ODD, "", "")]))
    assert r"a\_b &amp; c\#d \$x\$" in markdown.page(odd, "f", "t.svg")
