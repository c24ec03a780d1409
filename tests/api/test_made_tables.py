"""`sculpt.summary`, `runs`, `claims` and `experiments`, against numbers worked out by hand."""

import shutil

import pandas as pd
import pytest
from made_results import PRUNED, RUN, TRUNK, made_results

import sculpt
from sculpt.statistics.run_table import COLUMNS, run_table


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return made_results(tmp_path_factory.mktemp("made"))


def test_the_experiments_that_have_results(made, tmp_path):
    (made.root / "results/begun").mkdir(exist_ok=True)
    assert sculpt.experiments(made.root) == ["made"]
    assert sculpt.experiments(str(tmp_path)) == []


def test_the_summary_has_types(made):
    table = sculpt.summary("made", made.root)
    assert table["selected"].dtype == bool and table["result"].dtype == bool
    assert table["length"].isna().all() and table["length"].dtype == "Int64"
    assert table["variant"].isna().all() and isinstance(table["variant"].dtype, pd.StringDtype)
    assert table["start_density"].dtype == float
    mine = table[(table["node"] == PRUNED) & (table["seed"] == 2)]
    assert mine["test_accuracy"].item() == made.accuracy[PRUNED, 2, "test"]


def test_one_row_per_run_at_its_last_cycle(made):
    table = sculpt.runs("made", made.root)
    assert list(table.columns) == list(COLUMNS)
    assert table["run"].tolist() == ["cyclic/erk_0.5", RUN]
    assert table["node"].tolist() == [TRUNK, PRUNED]
    assert table["result"].tolist() == [False, True]
    assert table["epochs"].tolist() == [2, 4]
    assert table["train_flops"].tolist() == [1000, 2000]
    assert table["n_seeds"].tolist() == [3, 3]
    assert table["criterion"].isna().tolist() == [True, False]
    ours = pd.Series([made.accuracy[PRUNED, seed, "test"] for seed in (0, 1, 2)])
    assert table["test_accuracy_mean"][1] == pytest.approx(ours.mean(), rel=1e-12)
    assert table["test_accuracy_sd"][1] == pytest.approx(ours.std(), rel=1e-12)


def test_the_mean_and_the_sample_deviation_by_hand():
    summary = pd.DataFrame({"run": ["x"] * 4, "cycle": [1, 2, 2, 2], "seed": [0, 0, 1, 2]})
    same = dict.fromkeys(
        [c for c in COLUMNS if c not in summary and not c.endswith(("_mean", "_sd")) and c != "n_seeds"]
    )
    rows = summary.assign(**same, val_accuracy=[0.0, 1.0, 2.0, 6.0], test_accuracy=[0.0, 10.0, 10.0, 13.0])
    rows = rows.assign(train_flops=[1, 2, 3, 7], train_flops_dense=10, density=0.5)
    found = run_table(rows).iloc[0]
    assert (found["val_accuracy_mean"], found["test_accuracy_mean"], found["train_flops"]) == (3, 11, 4)
    assert found["val_accuracy_sd"] ** 2 == pytest.approx(7)  # (4 + 1 + 9) / 2
    assert found["test_accuracy_sd"] ** 2 == pytest.approx(3)  # (1 + 1 + 4) / 2


def test_one_seed_has_no_deviation(made):
    summary = sculpt.summary("made", made.root)
    assert run_table(summary[summary["seed"] == 0])["test_accuracy_sd"].isna().all()


def test_one_row_per_claim(made):
    table = sculpt.claims("made", made.root)
    assert list(table.columns[:3]) == ["id", "statement", "verdict"]
    assert table["verdict"].tolist() == ["supported", "inconclusive"]
    assert table["effect"].isna().tolist() == [False, True]
    assert table["caveats"][1] == ["short"]


@pytest.mark.parametrize("name", ["summary", "runs", "claims"])
def test_an_experiment_that_is_not_there(made, name):
    with pytest.raises(sculpt.SculptError, match=r"experiment: 'maid' is not there; allowed: made; nearest: 'made'$"):
        getattr(sculpt, name)("maid", made.root)


def test_a_table_that_is_cut_is_named(made, tmp_path):
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "results/made/summary/summary.csv"
    file.write_text(file.read_text()[:-5])
    with pytest.raises(sculpt.SculptError, match=r"summary\.csv: unreadable table: its last line is cut"):
        sculpt.runs("made", tmp_path)
