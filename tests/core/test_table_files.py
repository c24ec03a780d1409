"""Tables as files: what is text stays text, and only an empty cell is a missing value."""

import pandas as pd

from sculpt.core.tables import read_table, write_table

NAMES = ["NA", "None", "null", "nan", "N/A", "n/a", "-NaN", "#N/A"]


def test_a_name_that_could_be_a_missing_value_is_read_as_it_was_written(tmp_path):
    write_table(tmp_path / "table.csv", pd.DataFrame({"group": NAMES, "number": range(len(NAMES))}))
    assert read_table(tmp_path / "table.csv")["group"].tolist() == NAMES


def test_an_empty_cell_is_missing_among_names_numbers_and_truths(tmp_path):
    cells = {"name": ["a", None], "count": [1.5, None], "there": [True, None], "infinite": [float("inf"), None]}
    write_table(tmp_path / "table.csv", pd.DataFrame(cells))
    found = read_table(tmp_path / "table.csv")
    assert found.isna().to_dict("list") == {column: [False, True] for column in cells}
    assert found["count"].dtype == found["infinite"].dtype == float and found["there"][0] is True
