"""The report: one file with every figure, its caption and the claims."""

import json
import re
from html import unescape

from sculpt.core.kinds import FIGURES


def test_the_report_holds_the_figures_their_captions_and_the_claims(finished):
    done = finished.sculpt("report")
    assert done.returncode == 0, done.stderr
    page = unescape((finished.folder / done.stdout.strip()).read_text().replace("\\n", " "))
    figures = finished.experiment.figures
    assert len(figures) == 6
    for label, figure in figures.items():
        assert f"{label}.svg" in page
        caption = FIGURES.constant(figure.name, "CAPTION")
        assert re.split(r"[.{]", caption)[0].strip().replace("\n", " ") in " ".join(page.split())
    claims = json.loads((finished.folder / "results/tiny/summary/claims.json").read_text())
    for claim in claims:
        assert claim["statement"] in page
        assert re.search(rf"{claim['id']}</.{{,200}}{claim['verdict']}.{{,200}}{claim['effect']:.2f}", page), claim[
            "id"
        ]
    assert not re.search(r'<(script|link)[^>]*(src|href)=.?"https?:', page)


def test_there_is_no_report_of_what_has_not_run(fresh):
    done = fresh.sculpt("report")
    assert done.returncode == 1
    assert " more files; `make reproduce` makes what is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_there_is_no_report_of_what_is_stale(copy):
    copy.edit("params.yaml", ("width: 5.5", "width: 6.0"))
    done = copy.sculpt("report")
    assert done.returncode == 1 and done.stderr.startswith("tiny: 6 jobs would run")


def test_damaged_claims_are_made_anew(copy):
    claims = copy.folder / "results/tiny/summary/claims.json"
    whole = claims.read_bytes()
    claims.write_bytes(b"{")
    assert copy.sculpt("reproduce").returncode == 1  # damage is a fault, though it is mended
    assert claims.read_bytes() == whole
