"""What changed from one source identity to another, in words."""

import pytest

from sculpt.pipeline.identity.history import changes, merged


def known(identity: str, digest: str, functions: dict[str, str], torch: str = "2.14.1") -> dict:
    modules = {"sculpt.stages.plot": digest}
    return {
        "identities": {identity: {"modules": modules, "libraries": {"torch": torch}}},
        "definitions": {digest: functions},
    }


@pytest.fixture
def now(monkeypatch):
    found = known("new", "d2", {"main": "2", "draw": "1", "": "0"}, "2.15.0")
    monkeypatch.setattr("sculpt.pipeline.identity.history.known_sources", lambda jobs: found)
    return found


def test_an_edited_function_and_a_library_are_named(now):
    before = known("old", "d1", {"main": "1", "draw": "1", "": "0"})
    assert list(changes("old", "new", before, [])) == [
        "torch 2.14.1 -> 2.15.0",
        "sculpt.stages.plot.main changed",
    ]


def test_an_identity_that_nobody_knows_says_nothing(now):
    assert list(changes("older", "new", known("old", "d1", {}), [])) == []


def test_only_what_is_needed_stays_and_the_lock_keeps_its_words():
    ours, theirs = known("new", "d2", {"main": "2"}), known("old", "d1", {"main": "1"})
    assert merged(ours, theirs, {"new"}) == ours
    assert merged(ours, theirs, {"new", "old"})["identities"].keys() == {"new", "old"}
    otherwise = known("new", "d2", {"main": "otherwise"})
    assert merged(otherwise, ours, {"new"}) == ours
