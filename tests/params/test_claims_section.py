"""The section `claims` of params.yaml."""

import json
from pathlib import Path

import pytest

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.params.read import ParamsError
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.report import CLAIMS_STAGE, SUMMARY

PARAMS = Path(__file__).parents[2] / "params.yaml"
LINE = "    claims: {margin: 2.0}"


def written(folder: Path, line: str) -> Path:
    text = PARAMS.read_text()
    assert text.count(LINE) == 1
    (folder / "params.yaml").write_text(text.replace(LINE, line))
    return folder / "params.yaml"


def jobs(path: Path) -> dict[str, str]:
    return {job.label: job.config for job in all_jobs("digits", load(path).experiments["digits"])}


@pytest.mark.parametrize(
    ("line", "settings"), [("    claims: {margin: 0.5}", {"margin": 0.5}), ("    claims: {}", None), ("", None)]
)
def test_the_margin_reaches_the_claims_and_nothing_else(tmp_path, line, settings):
    before, after = jobs(PARAMS), jobs(written(tmp_path, line))
    assert [label for label in before if before[label] != after[label]] == ["claims"]
    assert json.loads(after["claims"]).get("settings") == settings
    assert json.loads(before["claims"])["settings"] == {"margin": 2.0}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("    claims: {margin: 0}", "claims.margin: 0"),
        ("    claims: {margin: two}", 'claims.margin: "two"'),
        ("    claims: {marge: 1.0}", "claims.marge: unknown key; allowed: margin; nearest: 'margin'"),
    ],
)
def test_what_cannot_be_a_margin_is_refused(tmp_path, line, said):
    with pytest.raises(ParamsError, match=rf"^params\.yaml: experiments\.digits\.{said}"):
        load(written(tmp_path, line))


def test_claims_read_the_bits_of_the_results_alone():
    experiment = described(load(PARAMS).experiments["digits"])
    experiment["seeds"], experiment["replicates"] = 10, 4
    experiment["profiles"] = {**experiment["profiles"], "other": experiment["profiles"]["default"]}
    grid = Grid("digits", experiment)
    (claims,), (summary,) = CLAIMS_STAGE.all_jobs(grid), SUMMARY.all_jobs(grid)
    assert {file.removesuffix(".hits.safetensors") for file in claims.inputs["hits"]} == {
        file.removesuffix(".csv") for file in summary.inputs["tests"]
    }
    assert {file.split("/")[3] for file in claims.inputs["hits"]} == {"seeds_0-3", "seeds_4-7", "seeds_8-9"}
    assert all("/default/" in file for file in claims.inputs["hits"])
