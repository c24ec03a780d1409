"""The page: one file, without a request to anywhere."""

from html import escape

from sculpt.report.content import Content
from sculpt.report.content.tables import results_table, runs_table
from sculpt.report.drawing import KEY, drawing
from sculpt.report.html import facts, pictures, questions
from sculpt.report.html.script import SCRIPT
from sculpt.report.html.style import STYLE
from sculpt.report.html.tables import table
from sculpt.report.html.text import prose, section

WIDE, NARROW = 1060, 360
"""Pixels for which the tree is drawn: once for a screen, once for a telephone."""


def page(content: Content) -> str:
    """The whole report as HTML. Raises OSError where a figure cannot be read."""
    sections = _sections(content)
    links = "".join(f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading, _ in sections)
    lead = "".join(f"<p>{prose(sentence)}</p>" for sentence in content.found.sentences)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(content.title)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header><h1>{escape(content.title)}</h1><div class="lead">{lead}</div></header>
<nav aria-label="contents"><ul>{links}</ul></nav>
<main id="main">{"".join(section(*one) for one in sections)}</main>
<footer><p>Written by <code>sculpt report</code> from results/{escape(content.experiment)}/summary.</p></footer>
<script>{SCRIPT}</script>
</body>
</html>
"""


def _sections(content: Content) -> list[tuple[str, str, str]]:
    """Id, heading and HTML of each."""
    return [
        ("claims", "Claims", questions.claims(content.found)),
        ("untested", "Not tested", questions.untested(content.found.untested)),
        ("results", "Results", table(results_table(content.results))),
        ("figures", "Figures", pictures.figures(content.figures)),
        ("runs", "Runs", table(runs_table(content.runs), sortable=True)),
        ("recipes", "Recipes", _tree(content)),
        ("cost", "Cost", facts.cost(content.cost)),
        ("settings", "Settings", _settings(content.settings)),
        ("environment", "Environment", facts.environment(content.environment)),
    ]


def _settings(text: str) -> str:
    return f'<details><summary>All settings, as YAML</summary><pre tabindex="0">{escape(text)}</pre></details>'


def _tree(content: Content) -> str:
    drawn = [
        drawing(content.recipes, width).replace('class="tree"', f'class="tree {kind}"', 1)
        for width, kind in ((WIDE, "wide"), (NARROW, "narrow"))
    ]
    return f"<p>{escape(KEY)}</p>{''.join(drawn)}"
