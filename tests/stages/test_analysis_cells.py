"""What an analysis writes: a value that is not a number is an empty cell, which every reader takes for missing."""

import json
import math
from argparse import Namespace
from types import SimpleNamespace

import pytest
import torch

from sculpt.core.kinds import Kind
from sculpt.core.tables import read_table
from sculpt.stages import analyse


def test_a_value_that_is_not_a_number_is_an_empty_cell(tmp_path, monkeypatch):
    rows = [{"node": "NA", "seed": 0, "norm": math.nan}, {"node": "b", "seed": 1, "norm": 0.5}]
    monkeypatch.setattr(Kind, "load", lambda *_: lambda *_: rows)
    for name in ("place_model", "model_settings", "read_images", "_checkpoint"):
        monkeypatch.setattr(analyse, name, lambda *_: None)
    config = {
        "profile": {"device": "cpu", "precision": "float32"},
        "seeds": [0, 1],
        "model": {},
        "nodes": [["b", None]],
    }
    config["analysis"] = {"name": "overlap"}
    given = Namespace(config=json.loads(json.dumps(config)), data=tmp_path, results=tmp_path, out=tmp_path / "rows.csv")
    try:
        analyse.main(given, SimpleNamespace(log=str, tell=str))
    finally:
        torch.set_deterministic_debug_mode("default")
    assert (tmp_path / "rows.csv").read_text() == "node,seed,norm\nNA,0,\nb,1,0.5\n"
    found = read_table(tmp_path / "rows.csv")
    assert found["node"].tolist() == ["NA", "b"] and found["norm"].tolist() == pytest.approx(
        [math.nan, 0.5], nan_ok=True
    )
