"""The report: one file with every figure, its caption and the claims; and the same for GitHub and for a paper."""

import json
import os
import re
from html import unescape
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from sculpt.core.kinds import FIGURES
from sculpt.params.experiment import described
from sculpt.pipeline.record.lock import locked_files, read_lock
from sculpt.recipe.tree import Tree
from sculpt.report.write import made_from
from sculpt.statistics.judgement import words


@pytest.fixture(scope="module")
def written(finished) -> dict[str, str]:
    """What `sculpt report` prints and writes, by the name of each file."""
    done = finished.sculpt("report")
    assert done.returncode == 0, done.stderr
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert paths[0] == Path("logs/tiny/report.html")
    return {path.name: (finished.folder / path).read_text() for path in paths}


def test_the_report_holds_the_figures_their_captions_and_the_claims(finished, written):
    page = " ".join(unescape(written["report.html"]).split())
    figures = finished.experiment.figures
    assert len(figures) == 6 and page.count('src="data:image/') == 6
    for label, figure in figures.items():
        caption = FIGURES.constant(figure.name, "CAPTION")
        first = re.split(r"[.{`]", caption)[0].strip()
        assert " ".join(first.split()) in page
        assert f"](../../figures/tiny/{label}.png)" in written["report.md"]
    claims = json.loads((finished.folder / "results/tiny/summary/claims.json").read_text())
    for claim in claims:
        told = f'<b>{claim["id"]}</b> {claim["statement"]}</p><p class="facts">{words.row(claim)}'
        assert told in page, claim["id"]
    assert not re.search(r'<(script|link|img)[^>]*(src|href)=.?"https?:', page)


def test_the_report_says_what_the_run_was(finished, written):
    page = written["report.html"]
    experiment = finished.experiment
    assert f"{len(Tree(described(experiment)).nodes) * experiment.seeds:,} networks, " in page
    logs = re.search(r"by the logs of (\d+) of (\d+) jobs", page)
    assert logs and logs[1] == logs[2] and int(logs[1]) > 30
    untested = json.loads((finished.folder / "results/tiny/summary/untested.json").read_text())
    assert untested and all(one["id"] in page for one in untested)
    assert os.uname().nodename not in page


def test_the_table_of_runs_holds_every_run_that_was_asked_for(finished, written):
    runs = pd.read_csv(StringIO(written["runs.csv"]))
    tree = Tree(described(finished.experiment))
    assert set(runs["run"]) == {run.id for run in tree.runs if run.result and run.reported}
    summary = pd.read_csv(finished.folder / "results/tiny/summary/summary.csv")
    last = summary[(summary["run"] == "lrr/0.5/0.1/0.02") & (summary["cycle"] == summary["cycles"])]
    told = runs.set_index("run").loc["lrr/0.5/0.1/0.02"]
    assert told["test_accuracy_mean"] == pytest.approx(last["test_accuracy"].mean())
    assert told["test_accuracy_sd"] == pytest.approx(last["test_accuracy"].std())


def test_a_page_to_commit_is_of_the_locked_results(copy):
    done = copy.sculpt("report", "--docs")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["docs/report-tiny.md", "docs/report-tiny-tree.svg"]
    files = made_from((copy.folder / "docs/report-tiny.md").read_text())
    locked = locked_files(read_lock(copy.folder / "provenance.lock.json"), "tiny")
    assert len(files) == 2 and all(locked[file] == digest for file, digest in files.items())


def test_a_page_to_commit_lies_below_this_folder(copy):
    done = copy.sculpt("report", "--docs", "../report.md")
    assert done.returncode == 1
    assert done.stderr == "--docs: ../report.md; allowed: a file below this folder whose name ends in .md\n"


def test_snakemakes_own_report_can_be_written_too(finished):
    done = finished.sculpt("report", "--snakemake")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "logs/tiny/snakemake.html"
    page = unescape((finished.folder / done.stdout.strip()).read_text().replace("\\n", " "))
    assert all(f"{label}.svg" in page for label in finished.experiment.figures)
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
