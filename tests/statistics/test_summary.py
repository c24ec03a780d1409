"""The summary table: its rows, what they cost, and where SCULPT starts."""

from types import SimpleNamespace

import pandas as pd
import pytest
import trees

from sculpt.statistics.pooling import PoolingError
from sculpt.statistics.summary import COLUMNS, headline, scores_of_nodes, select_starts, summarise

CYCLIC = {"method": "cyclic", "mask": "erk", "densities": [0.1]}
SCULPT = {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1]}


def summary(*runs):
    made = trees.tree(*runs)
    return summarise("small", made, trees.records(made), trees.tests(made))


def costs(table, run):
    """Epochs and FLOPs of a run's first seed, cycle by cycle."""
    rows = table[(table["run"] == run) & (table["seed"] == 0)]
    return rows[["epochs", "train_flops", "train_flops_dense"]].to_numpy().tolist()


def test_every_run_has_a_row_per_cycle_and_seed():
    table = summary(
        CYCLIC, {"method": "long", "mask": "erk", "densities": [0.1]}, SCULPT, {"method": "lrr", "ladder": [0.5]}
    )
    assert [*table] == COLUMNS
    assert table.groupby("run", sort=False)["cycle"].unique().map(list).to_dict() == {
        "single/erk_0.1": [1],
        "cyclic/erk_0.1": [1, 2, 3],
        "long/erk_0.1": [3],
        "cyclic/erk_0.5": [1, 2],
        "sculpt/erk_0.5/0.1": [3],
        "lrr/0.5": [2],
    }
    assert (table.groupby(["run", "cycle"])["seed"].agg(list).map(tuple) == (0, 1)).all()
    (row,) = table[(table["run"] == "sculpt/erk_0.5/0.1") & (table["seed"] == 1)].to_dict("records")
    expected = {"experiment": "small", "dataset": "digits", "model": "resnet20_w8", "method": "sculpt", "mask": "erk"}
    expected |= {"start_density": 0.5, "target_density": 0.1, "criterion": "magnitude", "density": 0.125}
    expected |= {"cycle": 3, "cycles": 3, "test_accuracy": 81.0, "test_loss": 0.25, "train_loss": 0.5}
    expected |= {"node": "sculpt/erk_0.5/cycle_2/0.1", "result": True, "selected": True}
    assert expected.items() <= row.items()
    assert table.loc[~table["result"], "run"].unique() == ["cyclic/erk_0.5"]


def test_costs_are_those_of_the_whole_path_with_the_scoring_of_its_mask():
    table = summary(CYCLIC, SCULPT)
    assert costs(table, "cyclic/erk_0.1") == [[5, 11, 22], [10, 21, 42], [15, 31, 62]]
    assert costs(table, "single/erk_0.1") == [[5, 11, 22]]
    assert costs(table, "sculpt/erk_0.5/0.1") == [[15, 31, 62]]


def test_epochs_of_the_dense_cycle_that_weights_go_back_to_count_once():
    ladder = [0.5, 0.2]
    table = summary(
        *({"method": name, "ladder": ladder} for name in ("lrr", "imp")),
        {"method": "wr", "ladder": ladder, "rewind_epoch": 2},
    )
    for run in ("lrr", "imp", "wr_2"):
        assert costs(table, f"{run}/0.5") == [[10, 110, 220]]
        assert costs(table, f"{run}/0.5/0.2") == [[15, 120, 240]]


def test_a_second_variant_has_runs_of_its_own():
    table = summary(CYCLIC, CYCLIC | {"variant": "noisy"})
    assert sorted(table["run"].unique()) == [
        "cyclic/erk_0.1",
        "noisy/cyclic/erk_0.1",
        "noisy/single/erk_0.1",
        "single/erk_0.1",
    ]
    assert table["variant"].isna().sum() == (table["variant"] == "noisy").sum() == 8
    means = headline(table.assign(test_accuracy=table["variant"].map({"noisy": 10.0}).fillna(90.0)))
    assert means["cyclic_erk"]["0.1"]["mean"] == 90 and means["cyclic_erk_variant_noisy"]["0.1"]["mean"] == 10


def test_two_rows_of_one_run_cycle_and_seed_are_refused():
    made = trees.tree(CYCLIC)
    records, tests = trees.records(made), trees.tests(made)
    twice = {"experiment": made.experiment, "runs": made.runs * 2, "cumulative": made.cumulative}
    with pytest.raises(PoolingError, match=r"^summary.csv: 2 rows for run single/erk_0.1, cycle 1, seed 0$"):
        summarise("small", SimpleNamespace(**twice), records, tests)


def test_an_experiment_that_only_compares_masks_has_a_summary_without_rows():
    made = trees.tree({"method": "masks", "masks": ["erk"], "densities": [0.1]})
    table = summarise("small", made, trees.records(made), scores_of_nodes([]))
    assert table.empty and [*table] == COLUMNS
    assert headline(table) == {}


def starts(**means):
    """SCULPT's rows from starts like a05 = 0.5; each value is the validation accuracies of the seeds."""
    rows = [
        (f"sculpt/{start}", float(start[1:]) / 10, accuracy, seed)
        for start, accuracies in means.items()
        for seed, accuracy in enumerate(accuracies)
    ]
    table = pd.DataFrame(rows, columns=["run", "start_density", "val_accuracy", "seed"])
    labels = {"method": "sculpt", "mask": "erk", "target_density": 0.1, "criterion": "magnitude"}
    return table.assign(**labels, transform=None, weights=None, length=None, variant=None, cycle=3, cycles=3)


def chosen(table):
    found = select_starts(table)
    return sorted(found.loc[found["selected"], "run"].unique())


def test_a_start_is_chosen_on_the_validation_mean_over_all_seeds():
    assert chosen(starts(a5=[80, 80, 80], a2=[99, 99, 10])) == ["sculpt/a5"]
    assert chosen(starts(a5=[80, 80, 80], a2=[99, 99, 50])) == ["sculpt/a2"]


def test_a_tie_goes_to_the_denser_start_whatever_the_last_bit():
    assert chosen(starts(a5=[0.3], a2=[0.1 + 0.2])) == ["sculpt/a5"]
    assert chosen(starts(a2=[0.3], a5=[0.1 + 0.2])) == ["sculpt/a5"]


@pytest.mark.parametrize("label", ["variant", "length", "weights", "transform", "criterion", "mask"])
def test_every_other_label_has_a_choice_of_its_own(label):
    plain = starts(a5=[80, 80], a2=[70, 70])
    other = starts(a5=[10, 10], a2=[60, 60]).assign(**{label: "other"})
    both = pd.concat([plain, other.assign(run="other/" + other["run"])], ignore_index=True)
    assert chosen(both) == ["other/sculpt/a2", "sculpt/a5"]


def test_rows_that_are_not_of_sculpt_are_all_selected():
    assert summary(CYCLIC, {"method": "lrr", "ladder": [0.5]})["selected"].all()


def test_scores_weight_each_class_by_its_images():
    table = pd.DataFrame(
        {
            "node": ["dense/cycle_1"] * 2,
            "seed": [0, 0],
            "class": [0, 1],
            "images": [1, 3],
            "accuracy": [100.0, 60.0],
            "loss": [4.0, 0.0],
        }
    )
    (row,) = scores_of_nodes([table]).to_dict("records")
    assert row == {"node": "dense/cycle_1", "seed": 0, "images": 4, "accuracy": 70.0, "loss": 1.0}


def test_a_row_has_what_is_left_right_after_its_prune_and_nothing_without_one():
    made = trees.tree(CYCLIC, SCULPT)
    records = trees.records(made)
    for record in records["sculpt/erk_0.5/cycle_2/0.1"]:
        kept = {"carried": 10.0 + record["seed"], "reestimated": 40.0}
        record["after_prune"] = {kind: {"accuracy": accuracy, "loss": 2.0} for kind, accuracy in kept.items()}
    table = summarise("small", made, records, trees.tests(made))
    pruned = table[table["run"] == "sculpt/erk_0.5/0.1"]
    assert pruned["pruned_carried"].tolist() == [10.0, 11.0] and pruned["pruned_reestimated"].tolist() == [40.0, 40.0]
    others = table[table["run"] != "sculpt/erk_0.5/0.1"]
    assert others[["pruned_carried", "pruned_reestimated"]].isna().all(axis=None)


def test_columns_that_are_empty_throughout_are_columns_of_numbers():
    table = summary(CYCLIC)
    empty = table[["start_density", "pruned_carried", "pruned_reestimated"]]
    assert empty.isna().all(axis=None) and {*map(str, empty.dtypes)} == {"float64"}


def test_the_length_of_a_run_is_a_whole_number_in_its_name():
    table = summary(CYCLIC)
    longer = table.assign(length=7.0, run="7/" + table["run"], test_accuracy=90.0)
    assert headline(pd.concat([table, longer]))["cyclic_erk_length_7"] == {"0.1": {"mean": 90.0, "sd": 0.0}}


def test_sculpt_of_another_length_or_criterion_has_a_start_of_its_own():
    """As run methods label them: a number for the length, and none where a run has C cycles."""
    plain = starts(a5=[80, 80], a2=[70, 70])
    raised = starts(a5=[60, 60], a2=[75, 75]).assign(length=7, cycle=7, cycles=7)
    other = starts(a5=[10, 10], a2=[60, 60]).assign(criterion="snip")
    tables = {"plain": plain, "raised": raised, "snip": other}
    both = pd.concat([rows.assign(run=f"{name}/" + rows["run"]) for name, rows in tables.items()], ignore_index=True)
    assert chosen(both) == ["plain/sculpt/a5", "raised/sculpt/a2", "snip/sculpt/a2"]
