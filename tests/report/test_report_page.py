"""The page of a report: one HTML file, whose words are text."""

import re
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from made_up_report import CLAIMS, SVG, claim, content

from sculpt.report.html import pictures
from sculpt.report.html.page import page
from sculpt.report.html.text import anchor, prose
from sculpt.statistics.judgement.untested import Untested

EVIL = "<script>alert(1)</script>"
VOID = {"meta", "link", "img", "br", "path", "circle", "rect"}


class Tags(HTMLParser):
    """Every element with its attributes; fails where one is closed that is not open."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop() == tag, tag


def test_the_page_is_well_formed_and_its_links_lead_somewhere(tmp_path):
    tags = Tags(page(content(tmp_path))).found
    ids = [given["id"] for _, given in tags if "id" in given]
    assert len(ids) == len(set(ids))
    links = [given["href"] for tag, given in tags if tag == "a"]
    assert len(links) == 10 and {link.removeprefix("#") for link in links} <= set(ids)
    assert [tag for tag, _ in tags if tag in ("h1", "main", "nav", "header", "footer")] == [
        *("header", "h1", "nav", "main", "footer")
    ]
    assert {given["aria-labelledby"] for tag, given in tags if tag == "section"} <= set(ids)


def test_the_page_needs_nothing_beside_it(tmp_path):
    text = page(content(tmp_path))
    outside = [value for _, given in Tags(text).found for key, value in given.items() if key in ("src", "href")]
    assert all(value.startswith(("#", "data:")) for value in outside)
    assert "url(" not in text and "@import" not in text
    (image,) = [given for tag, given in Tags(text).found if tag == "img"]
    assert image["alt"] == "Accuracy of all"
    assert b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")).decode() == SVG


def test_the_page_says_what_the_report_holds(tmp_path):
    text = page(content(tmp_path))
    for words in (
        "made-up: what was asked and what was found",
        'Does SCULPT reach LRR? <span class="chip no">no</span>',
        "2 claims behind this",
        "supported, 2.50 [1.00, 4.00] points of test accuracy, p 0.002",
        "RigL is best: no run of RigL.",
        "- {method: dynamic}",
        "What <code>long</code> is.",
        "SCULPT, ERK",
        "4 CPU seconds, by the logs of 1 of 3 jobs",
        "seeds: 2",
        "abc1234",
    ):
        assert words in text, words


@pytest.mark.parametrize("place", ["statement", "question", "scope", "id", "untested", "settings", "figure", "name"])
def test_no_word_becomes_markup(tmp_path, place):
    given = content(tmp_path)
    harmless = page(given).count("<script>")
    if place in ("statement", "question", "scope", "id"):
        given = content(tmp_path, [*CLAIMS, claim(**{"id": "x", "statement": "y", place: EVIL})])
    elif place == "untested":
        given = replace(given, found=replace(given.found, untested=[Untested(EVIL, EVIL, EVIL, EVIL, EVIL)]))
    elif place == "figure":
        figure = replace(given.figures[0], title=EVIL, caption=EVIL, label=EVIL)
        given = replace(given, figures=[figure])
    else:
        given = replace(given, **{"settings": {"settings": EVIL}, "name": {"experiment": EVIL}}[place])
    text = page(given)
    assert text.count("<script>") == harmless == 1
    assert "&lt;script&gt;alert(1)" in text


def test_an_experiment_without_claims_and_figures_has_a_page(tmp_path):
    text = page(content(tmp_path, [], figures=[]))
    assert "No claim could be tested." in text and "This experiment draws no figure." in text


def test_what_decides_nothing_stands_beside_what_decides(tmp_path):
    control = claim("k", "A control", question="Does cyclic beat single?", decides=False)
    text = page(content(tmp_path, [control, *CLAIMS]))
    assert text.index("<b>a2</b>") < text.index("Beside it, deciding nothing:") < text.index("<b>k</b>")
    assert "Beside it" not in page(content(tmp_path))


def test_a_large_drawing_is_a_picture(tmp_path, monkeypatch):
    given = content(tmp_path)
    (tmp_path / "accuracy.png").write_bytes(b"png")
    monkeypatch.setattr(pictures, "MOST", len(SVG))
    assert 'src="data:image/svg+xml;base64,' in page(given)
    monkeypatch.setattr(pictures, "MOST", len(SVG) - 1)
    assert 'src="data:image/png;base64,' in page(given)


def test_cells_carry_what_they_are_sorted_by(tmp_path):
    found = re.findall(r'<td class="number" data-value="([^"]+)">([^<]+)</td>', page(content(tmp_path)))
    assert ("1500000000.0", "1.5e+09") in found and ("0.05", "0.05") in found


def test_anchors_and_code_in_words():
    assert anchor("Accuracy_vs (cost)") == "accuracy-vs-cost"
    assert prose("a ``b<c`` `d` 5 %") == "a <code>b&lt;c</code> <code>d</code> 5&nbsp;%"
