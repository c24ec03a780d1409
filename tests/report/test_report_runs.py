"""The tables of a report, from the summary table."""

import pandas as pd
from made_up_report import COST, rows, summary

from sculpt.report.content.runs import headline, results, runs
from sculpt.report.content.tables import cost_table, results_table, runs_table


def test_a_run_has_its_mean_and_its_sample_deviation_at_its_last_cycle():
    found = runs(summary()).set_index("run")
    cyclic = found.loc["cyclic/0.1"]
    assert (cyclic["test_accuracy_mean"], cyclic["val_accuracy_mean"], cyclic["n_seeds"]) == (82.0, 81.0, 2)
    assert cyclic["test_accuracy_sd"] == 2.82842712  # the root of 8, at nine digits
    assert (cyclic["epochs"], cyclic["train_flops"]) == (6.0, 1.5e9)


def test_runs_that_nobody_asked_for_are_left_out():
    assert "cyclic/0.01" not in set(runs(summary())["run"])
    assert len(runs(summary())) == 6


def test_results_hold_sculpt_from_the_chosen_start_alone():
    found = results(runs(summary()))
    assert list(found[found["method"] == "sculpt"]["test_accuracy_mean"]) == [91.0]


def test_the_density_of_the_headline_is_the_lowest_that_most_methods_share():
    assert headline(summary()) == (0.1, {"dense": 97.0, "cyclic": 82.0, "sculpt": 91.0, "lrr": 94.0})
    assert headline(summary()[lambda rows: rows["method"] == "dense"]) is None


def test_another_dense_method_is_not_told_of_at_a_low_density():
    more = pd.concat([summary(), pd.DataFrame(rows("dense_long", [99.0, 99.0], 1.0))])
    assert headline(more) == headline(summary())


def test_the_headline_averages_over_no_variant_and_no_second_mask():
    more = rows("cyclic", [0.0, 0.0], mask="snip") + rows("lrr", [0.0, 0.0], variant="noisy")
    assert headline(pd.concat([summary(), pd.DataFrame(more)]))[1]["cyclic"] == 82.0


def test_a_method_has_a_row_and_a_density_a_column():
    table = results_table(results(runs(summary())))
    assert table.columns == ["method", "1", "0.1", "0.05"]
    told = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert told == {
        "dense": ["97.0 ± 1.4", "", ""],
        "cyclic, ERK": ["", "82.0 ± 2.8", ""],
        "SCULPT, ERK": ["", "91.0 ± 1.4", ""],
        "LRR": ["", "94.0 ± 1.4", "61.0 ± 1.4"],
    }
    assert "over 2 seeds" in table.note


def test_one_seed_has_no_deviation():
    one = summary()[lambda rows: rows["seed"] == 0]
    assert results_table(results(runs(one))).rows[0][1].text == "96.0"


def test_runs_of_one_method_from_two_starts_stand_apart():
    twice = rows("sculpt_twice", [50.0, 50.0], start_density=0.5) + rows(
        "sculpt_twice", [60.0, 60.0], start_density=0.2, run="other"
    )
    table = results_table(results(runs(pd.DataFrame(twice))))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["sculpt_twice, from 0.5", "50.0 ± 0.0"],
        ["sculpt_twice, from 0.2", "60.0 ± 0.0"],
    ]


def test_the_table_of_runs_tells_the_chosen_start():
    table = runs_table(runs(summary()))
    start = table.columns.index("start")
    assert [row[start].text for row in table.rows] == ["", "", "0.5 (chosen)", "0.2", "", ""]
    assert [row[start].value for row in table.rows] == [None, None, 0.5, 0.2, None, None]
    assert table.rows[0][-1].text == "dense/1.0"


def test_a_stage_without_logs_has_no_peak():
    assert [[cell.text for cell in row] for row in cost_table(COST).rows] == [
        ["dense", "2", "1", "4", "300"],
        ["sculpt", "1", "0", "0", ""],
    ]
