"""The page in a real browser, wide and narrow."""

import os
import shutil
from pathlib import Path

import pytest
from made_up_report import content, rows, summary

from sculpt.report.content.runs import results, runs
from sculpt.report.html.page import page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is an extra: make extras")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A page with a table of results that is wider than a telephone."""
    import pandas as pd

    folder = tmp_path_factory.mktemp("report")
    many = pd.concat(
        [summary(), pd.DataFrame(row for i in range(20) for row in rows("imp", [50.0, 50.0], 0.9 - i / 50))]
    )
    path = folder / "report.html"
    long = runs(many).assign(run=lambda table: "lrr/0.5/0.2/0.1/0.05/0.02/0.01/" + table["run"])
    path.write_text(page(content(folder, runs=long, results=results(runs(many)))))
    return path


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as run:
        own = run.chromium.executable_path  # what `playwright install` fetches
        chromium = os.environ.get("SCULPT_CHROMIUM") or (own if Path(own).exists() else shutil.which("chromium"))
        if chromium is None:
            pytest.skip("no Chromium: `.venv/bin/playwright install chromium`, or SCULPT_CHROMIUM names one")
        browser = run.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=[1400, 390])
def opened(browser, file, request):
    """The page at a width, with what it said and asked for; one page for all tests, since opening it takes longest."""
    tab = browser.new_page(viewport={"width": request.param, "height": 900})
    tab.said, tab.asked = [], []
    tab.on("console", lambda message: tab.said.append(message.text))
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.goto(file.as_uri())
    yield tab
    tab.close()


def test_the_page_never_scrolls_sideways(opened):
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    trapped = "e.scrollHeight > e.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(e).overflowY)"
    assert opened.evaluate(f"[...document.body.querySelectorAll('*')].filter((e) => {trapped}).length") == 0


def test_the_runs_are_whole_on_a_screen_and_keep_their_method_on_a_telephone(opened):
    cut = opened.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.runs'))")
    if opened.viewport_size["width"] == 1400:
        assert cut == 0
        return
    assert cut > 100
    place = "document.querySelector('.runs tbody td').getBoundingClientRect().left"
    before = opened.evaluate(place)
    opened.evaluate("document.querySelector('.runs').scrollLeft = 100")
    assert opened.evaluate(place) == before
    opened.evaluate("document.querySelector('.runs').scrollLeft = 0")


def test_the_first_heading_is_whole_and_images_are_loaded_at_full_width(opened):
    box = opened.locator("h1").bounding_box()
    assert box["y"] >= 0 and box["x"] >= 0 and box["height"] > 20
    shown = opened.evaluate(
        "[...document.images].map((i) => [i.complete, i.naturalWidth, i.clientWidth, i.parentElement.clientWidth])"
    )
    assert shown and all(complete and natural and width >= parent - 2 for complete, natural, width, parent in shown)


def test_no_heading_hides_below_the_contents(opened):
    for name in ("claims", "figures", "runs", "recipes"):
        opened.evaluate(f"location.hash = '{name}'")
        heading, bar = (opened.locator(place).bounding_box() for place in (f"#{name} h2", "nav"))
        assert bar["y"] == 0 or bar["y"] > heading["y"] - 200
        assert heading["y"] >= bar["y"] + bar["height"], name


def test_nothing_leaves_the_file_and_nothing_fails(opened):
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []


def cells(opened, column: str, read: str) -> list:
    """Of each row of the table of runs, what JavaScript reads of its cell in that column."""
    heads = opened.locator("table.sortable th").all_inner_texts()
    place = next(i for i, head in enumerate(heads) if head.startswith(column))
    rows = "[...document.querySelectorAll('table.sortable tbody tr')]"
    return opened.evaluate(f"{rows}.map((row) => row.cells[{place}].{read})")


def test_a_click_sorts_the_runs(opened):
    head = opened.locator("table.sortable th", has_text="test")
    before = cells(opened, "test", "dataset.value")
    head.get_by_role("button").click()
    ascending = cells(opened, "test", "dataset.value")
    assert ascending == sorted(before, key=float) != before and head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    descending = cells(opened, "test", "dataset.value")
    assert descending == sorted(before, key=float, reverse=True) and head.get_attribute("aria-sort") == "descending"


def test_empty_cells_stay_last(opened):
    start = opened.locator("table.sortable th", has_text="start").get_by_role("button")
    for first in ("0.2", "0.5 (chosen)"):
        start.click()
        found = cells(opened, "start", "innerText")
        assert found[0] == first and found[-1] == ""


def test_one_drawing_of_the_tree_is_shown_and_fits(opened):
    wide, narrow = (opened.locator(f"svg.tree.{kind}") for kind in ("wide", "narrow"))
    assert wide.is_visible() != narrow.is_visible()
    assert wide.is_visible() == (opened.viewport_size["width"] == 1400)


def test_a_reader_without_javascript_has_the_same_rows(browser, file):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.locator("table.sortable tbody tr").count() == 26
    assert tab.locator("th button").count() == 0
    context.close()
