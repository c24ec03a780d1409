"""Tables by name."""

import copy
import pickle

import pandas as pd
import pytest

from sculpt.statistics.tables import NoTable, Tables

SUMMARY = pd.DataFrame(
    {
        "run": ["single", "trunk", "cyclic", "cyclic", "start", "chosen"],
        "cycle": [1, 2, 1, 3, 3, 3],
        "cycles": [1, 2, 3, 3, 3, 3],
        "result": [True, False, True, True, True, True],
        "selected": [True, True, True, True, False, True],
        "weights": None,
        "length": None,
    }
)


def test_a_table_is_an_attribute():
    overlap = pd.DataFrame({"kept": [1]})
    tables = Tables({"summary": SUMMARY, "overlap": overlap})
    assert tables.summary is SUMMARY and tables.overlap is overlap
    assert "overlap" in tables and "history" not in tables


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(NoTable, match=r"^there is no table history; there are overlap, summary$"):
        _ = Tables({"summary": SUMMARY, "overlap": SUMMARY}).history
    assert not hasattr(Tables({}), "summary")


def test_what_is_compared_ends_and_is_a_result():
    tables = Tables({"summary": SUMMARY})
    assert [*tables.compared.index] == [0, 2, 3, 4, 5]
    assert [*tables.ends.index] == [0, 3, 4, 5]
    assert [*tables.results.index] == [0, 3, 5]


def test_tables_can_be_copied_and_sent_to_a_process():
    tables = Tables({"summary": SUMMARY})
    assert copy.copy(tables).summary is SUMMARY
    assert pickle.loads(pickle.dumps(tables)).summary.equals(SUMMARY)


def test_results_are_of_the_length_that_the_experiment_has_and_of_weights_of_their_own():
    for label, value in (("weights", "warm_up"), ("length", 7)):
        other = SUMMARY.assign(**{label: [None, None, None, value, None, None]})
        assert [*Tables({"summary": other}).results.index] == [0, 5]
        assert [*Tables({"summary": other}).ends.index] == [0, 3, 4, 5]
