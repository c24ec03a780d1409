"""A figure takes the rows of the runs that it chooses."""

import pandas as pd

from sculpt.statistics.chosen_rows import chosen_rows

FRAMES = {
    "summary": pd.DataFrame(
        {
            "run": ["a", "b", "c", "d"],
            "method": ["lrr", "lrr", "dense", "sculpt"],
            "variant": [None, "noisy", None, None],
            "criterion": ["magnitude", "magnitude", None, "snip"],
        }
    ),
    "history": pd.DataFrame({"run": ["a", "a", "b", "c"]}),
    "profiles": pd.DataFrame({"profile": ["torch"]}),
}


def runs(**figure):
    return {name: [*frame.iloc[:, 0]] for name, frame in chosen_rows(FRAMES, figure).items()}


def test_all_rows_without_a_choice():
    assert chosen_rows(FRAMES, {"name": "accuracy", "width": 5.0}) is FRAMES


def test_methods_and_variants_choose_the_rows_of_every_table_of_runs():
    assert runs(methods=["lrr"]) == {"summary": ["a", "b"], "history": ["a", "a", "b"], "profiles": ["torch"]}
    assert runs(variants=False) == {"summary": ["a", "c", "d"], "history": ["a", "a", "c"], "profiles": ["torch"]}
    assert runs(methods=["lrr"], variants=False)["summary"] == ["a"]
    assert runs(methods=["dense"], variants=True)["history"] == ["c"]


def test_only_magnitude_prunes_where_criteria_are_left_out():
    assert runs(criteria=False)["summary"] == ["a", "b", "c"]
    assert runs(criteria=True)["summary"] == ["a", "b", "c", "d"]


def test_without_the_summary_nothing_is_chosen():
    frames = {"profiles": FRAMES["profiles"]}
    assert chosen_rows(frames, {"methods": ["lrr"]}) is frames
