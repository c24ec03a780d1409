"""`sculpt.load` and the notebook on an experiment that has run: the kernels' numbers, computed by torch."""

import json
import os
from pathlib import Path

import pytest

import sculpt

NOTEBOOK = "docs/notebooks/first-look.ipynb"


def test_every_node_comes_to_what_the_run_has_recorded(finished):
    """The counts of right images of both splits, and the loss to the rounding of float32."""
    summary = sculpt.summary("tiny", finished.folder).drop_duplicates(["node", "seed"])
    assert len(summary) > 20
    for row in summary.itertuples():
        trained = sculpt.load("tiny", row.node, seed=row.seed, root=finished.folder)
        test, validation = trained.evaluate("test"), trained.evaluate("validation")
        assert (test["images"], validation["images"]) == (100, 60)
        assert round(test["accuracy"]) == round(row.test_accuracy), row.node
        assert test["loss"] == pytest.approx(row.test_loss, rel=1e-5)
        assert validation["accuracy"] == trained.record["validation"]["accuracy"] == row.val_accuracy
        assert trained.density == pytest.approx(row.density, rel=1e-6)


def test_list_and_show_tell_of_it(finished):
    listed = finished.sculpt("list")
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.splitlines()[1].startswith("tiny *")
    run = sculpt.runs("tiny", finished.folder)["run"].iloc[-1]
    shown = finished.sculpt("show", run)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith(f"Run {run} of tiny")
    lines = [*listed.stdout.splitlines(), *shown.stdout.splitlines()]
    assert max(map(len, lines)) <= 110


def test_the_notebook_runs(finished, monkeypatch):
    nbclient = pytest.importorskip("nbclient", reason="the notebook runs where the extra `extras` is installed")
    pytest.importorskip("ipykernel", reason="the notebook runs where the extra `extras` is installed")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("SCULPT_EXPERIMENT", "tiny")
    monkeypatch.setenv("PYTHONPATH", str(finished.folder / "src"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(finished.folder / NOTEBOOK, 4)
    where = {"metadata": {"path": str((finished.folder / NOTEBOOK).parent)}}
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 4
    said = next(output["text"] for output in outputs if output.get("name") == "stdout")
    here, recorded = said.split(", ")[:2]
    assert here.removeprefix("here ") == recorded.removeprefix("recorded ")


def test_the_notebook_is_committed_without_outputs():
    notebook = json.loads((Path(__file__).parents[2] / NOTEBOOK).read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) > 5
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert os.sep.join(("", "home", "")) not in json.dumps(notebook)
