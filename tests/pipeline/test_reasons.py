"""Snakemake's reasons, as it prints them, in the user's words."""

import json

import pytest

from sculpt.pipeline.plan.reasons import in_words

OLD = {
    "training": {"learning_rate": 0.1, "flip": False, "schedule": {"name": "triangular", "warmup": 1.0}},
    "model": {"name": "resnet20", "width": 8},
    "profile": {"device": "cpu"},
    "lineage": {"weights": "cyclic/erk_0.5/cycle_2", "mask": "cyclic/erk_0.5/cycle_2"},
}
ORIGINS = {"training": "training", "profile": "profiles.half", "criterion": "criteria.snip", "nodes": "runs"}


def words_of(reason: str, changes=lambda was, is_: [], origins=ORIGINS) -> str:
    return in_words(reason, changes, origins)


def changed(**sections: dict) -> dict:
    """The settings with some keys of some sections changed."""
    return {key: {**OLD.get(key, {}), **sections.get(key, {})} for key in OLD.keys() | sections.keys()}


def params(old: dict, new: dict, *sources: str) -> str:
    def printed(settings: dict, source: list[str]) -> str:
        return ", ".join(repr(text) for text in [*source, json.dumps(settings)])

    before, now = ([source] for source in sources) if sources else ([], [])
    union = "Params have changed since last execution: Union of exclusive params before and now across all output: "
    return f"{union}before: {printed(old, before)} now: {printed(new, now)} "


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (changed(training={"learning_rate": 0.2}), "training.learning_rate: 0.1 -> 0.2"),
        (
            changed(training={"schedule": {"name": "triangular", "warmup": 2.0}}),
            "training.schedule.warmup: 1.0 -> 2.0",
        ),
        (changed(model={"width": 16}), "model.width: 8 -> 16"),
        (changed(profile={"device": "cuda"}), 'profiles.half.device: "cpu" -> "cuda"'),
        (
            changed(profile={"environment": {"ONEDNN_MAX_CPU_ISA": "AVX2"}}),
            'profiles.half.environment: nothing -> {"ONEDNN_MAX_CPU_ISA": "AVX2"}',
        ),
        (
            changed(training={"flip": True, "learning_rate": 0.3}),
            "training.flip: false -> true; training.learning_rate: 0.1 -> 0.3",
        ),
        ({**OLD, "criterion": {"name": "snip"}}, 'criteria.snip: nothing -> {"name": "snip"}'),
        (
            changed(lineage={"weights": "cyclic/erk_0.5/cycle_3"}),
            "made from other nodes: weights cyclic/erk_0.5/cycle_2 -> cyclic/erk_0.5/cycle_3",
        ),
        (
            changed(lineage={"mask": "masks/erk_0.5", "scored": "dense/cycle_1"}, model={"width": 4}),
            "model.width: 8 -> 4; made from other nodes: mask cyclic/erk_0.5/cycle_2 -> masks/erk_0.5, "
            "scored nothing -> dense/cycle_1",
        ),
    ],
)
def test_a_changed_key_is_named_with_both_values(new, words):
    assert words_of(params(OLD, new)) == words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"nodes": ["a", "b"]}, {"nodes": ["a", "b", "c"]}, 'runs: + "c"'),
        ({"experiment": {"runs": [1]}}, {"experiment": {"runs": [1, 2]}}, "runs: + 2"),
    ],
)
def test_lists_say_what_came_and_went(old, new, words):
    assert words_of(params(old, new)) == words


def test_two_profiles_are_told_apart():
    reason = params(OLD, changed(profile={"device": "cuda"}))
    named = [words_of(reason, origins={"profile": f"profiles.{name}"}) for name in ("default", "half")]
    assert named == [f'profiles.{name}.device: "cpu" -> "cuda"' for name in ("default", "half")]


def test_changed_code_is_told_apart_from_changed_settings():
    reason = "Params have changed since last execution: x: before: '0123456789abcdef' now: 'fedcba9876543210' "
    assert words_of(reason) == "its code or a library changed"
    new = changed(training={"learning_rate": 0.2})
    both = words_of(params(OLD, new, "0123456789abcdef", "fedcba9876543210"))
    assert both == "training.learning_rate: 0.1 -> 0.2; its code or a library changed"
    assert words_of(reason, lambda was, is_: [f"{was} to {is_}"]) == "0123456789abcdef to fedcba9876543210"


def test_files_are_named_and_long_lists_are_cut():
    assert words_of("Missing output files: a/x.csv") == "a/x.csv not there"
    assert words_of("Updated input files: a.csv, b.csv, c.csv") == "a.csv and 2 more altered"
    both = words_of("Missing output files: a.csv; Input files updated by another job: b.csv, c.csv")
    assert both == "a.csv not there; made from what runs before it (b.csv and 1 more)"


def test_an_unknown_reason_is_shown_as_it_is():
    assert words_of("Something new") == "Something new"


def test_a_checksum_is_told_by_its_beginning():
    old, new = ({"data": {"listing": letter * 64, "train": count}} for letter, count in (("a", 8), ("b", 9)))
    said = words_of(params(old, new), origins={"data": "data"})
    assert said == "data.listing: aaaaaaaa -> bbbbbbbb; data.train: 8 -> 9"
