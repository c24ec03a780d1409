"""A run that computes with kernels which cannot be used here ends before its first job, in one line."""

from argparse import Namespace
from pathlib import Path

import pytest

from sculpt.cli import reproduce
from sculpt.engine import build
from sculpt.engine.errors import EngineError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """Runs the command beside a params.yaml; what would run is noted instead."""
    names: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reproduce, "reproduce", lambda *given: names.append("ran") or ("digits", []))
    monkeypatch.setattr(reproduce, "read_json", lambda path: [])
    monkeypatch.setattr(reproduce, "table", lambda claims, untested: "")

    def run(engine: str) -> list[str]:
        text = (ROOT / "params.yaml").read_text().replace("engine: kernels", f"engine: {engine}")
        (tmp_path / "params.yaml").write_text(text)
        reproduce.run(Namespace(experiment=None, profile=None, store=None))
        return names

    return run


def test_a_variant_that_this_processor_lacks(ran, monkeypatch):
    assert ran("kernels") == ["ran"]
    monkeypatch.setenv("SCULPT_KERNELS", "neon2")
    with pytest.raises(EngineError, match=r"^SCULPT_KERNELS: neon2 is no variant of this machine's; there are generic"):
        ran("kernels")
    assert ran("torch") == ["ran", "ran"]


def test_a_machine_without_a_compiler(ran, monkeypatch, tmp_path):
    monkeypatch.setattr(build, "library_path", lambda variant: tmp_path / f"kernels_{variant}.so")
    monkeypatch.setattr(build, "compiler", lambda: None)
    monkeypatch.setenv("SCULPT_KERNELS", "")
    reproduce.library._load.cache_clear()
    with pytest.raises(
        EngineError, match=r"kernels_generic.so is not built: no C compiler was found: install gcc"
    ) as told:
        ran("kernels")
    assert "\n" not in str(told.value) and "engine: torch" in str(told.value)
    assert ran("torch") == ["ran"]
    reproduce.library._load.cache_clear()
