"""Every link of a document to another file of the repository, or to a heading, leads there."""

import pytest
from pages import PAGES, ROOT, anchors, broken

PAGE = ROOT / "docs/made-up.md"
TEXT = """\
# First: `sculpt why`, and *more*

## Again
## Again

```sh
# no heading, [no link](nowhere.md)
```

`[code](nowhere.md)` <!-- [told](nowhere.md) -->
"""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    assert broken(page, page.read_text()) == []


def test_anchors_are_github_s():
    assert anchors(TEXT) == {"first-sculpt-why-and-more", "again", "again-1"}


def test_a_good_link_passes():
    good = (
        "[a](paper.md) [b](#again-1) [c](paper.md#costs) [d](../params.yaml) [e](../benchmarks) [f](https://arxiv.org)"
    )
    assert broken(PAGE, TEXT + good) == []


@pytest.mark.parametrize(
    "link", ["papr.md", "#agian", "paper.md#cost", "../params.yml", "../params.yaml#runs", "../../x"]
)
def test_a_link_that_leads_nowhere_is_found(link):
    assert broken(PAGE, f"{TEXT}[text]({link})\n![picture]({link})") == [link, link]
