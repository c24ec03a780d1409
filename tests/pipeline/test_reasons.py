"""Snakemake's reasons, as it prints them, in the user's words."""

import json

import pytest

from sculpt.pipeline.run.reasons import in_words

OLD = {"learning_rate": 0.1, "model": {"name": "resnet20", "width": 8}, "profile": {"device": "cpu"}, "flip": False}


def words_of(reason: str, changes=lambda was, is_: []) -> str:
    return in_words(reason, changes)


def params(old: dict, new: dict, *sources: str) -> str:
    def printed(settings: dict, source: list[str]) -> str:
        return ", ".join(repr(text) for text in [*source, json.dumps(settings)])

    before, now = ([source] for source in sources) if sources else ([], [])
    union = "Params have changed since last execution: Union of exclusive params before and now across all output: "
    return f"{union}before: {printed(old, before)} now: {printed(new, now)} "


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({**OLD, "learning_rate": 0.2}, "training.learning_rate: 0.1 -> 0.2"),
        ({**OLD, "model": {"name": "resnet20", "width": 16}}, "model.width: 8 -> 16"),
        ({**OLD, "profile": {"device": "cuda"}}, 'profiles.default.device: "cpu" -> "cuda"'),
        (
            {**OLD, "flip": True, "learning_rate": 0.3},
            "training.flip: false -> true; training.learning_rate: 0.1 -> 0.3",
        ),
        ({**OLD, "method_settings": {"rounds": 5}}, 'masks: nothing -> {"rounds": 5}'),
    ],
)
def test_a_changed_key_is_named_with_both_values(new, words):
    assert words_of(params(OLD, new)) == words


def test_changed_code_is_told_apart_from_changed_settings():
    reason = "Params have changed since last execution: x: before: '0123456789abcdef' now: 'fedcba9876543210' "
    assert words_of(reason) == "its code or a library changed"
    both = words_of(params(OLD, {**OLD, "learning_rate": 0.2}, "0123456789abcdef", "fedcba9876543210"))
    assert both == "training.learning_rate: 0.1 -> 0.2; its code or a library changed"
    assert words_of(reason, lambda was, is_: [f"{was} to {is_}"]) == "0123456789abcdef to fedcba9876543210"


def test_files_are_named_and_long_lists_are_cut():
    assert words_of("Missing output files: a/x.csv") == "a/x.csv not there"
    assert words_of("Updated input files: a.csv, b.csv, c.csv") == "a.csv and 2 more altered"
    both = words_of("Missing output files: a.csv; Input files updated by another job: b.csv, c.csv")
    assert both == "a.csv not there; made from what runs before it (b.csv and 1 more)"


def test_an_unknown_reason_is_shown_as_it_is():
    assert words_of("Something new") == "Something new"
