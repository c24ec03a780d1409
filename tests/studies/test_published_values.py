"""Published values beside ours: what is on file, what is compared with what, and what is not."""

from pathlib import Path

import pandas as pd
import pytest
from coupling_tables import run

from sculpt.core.kinds import CLAIMS, FIGURES
from sculpt.core.tables import read_table
from sculpt.params.experiment import REFERENCE_TABLES
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.tables import Tables
from sculpt.studies.published.beside import beside

ROOT = Path(__file__).parents[2]
(NAME,) = [name for name in CLAIMS.names if ".studies.published." in CLAIMS.module(name)]
LEVEL = {1.0: 75.0, 0.10737: 76.0, 0.011529: 70.0}
T2 = 4.302653


@pytest.fixture(scope="module")
def file():
    return read_table(ROOT / REFERENCE_TABLES["published"])


def ours(dataset="cifar100", model="resnet18_w64", per_cycle=150, **levels):
    """LRR, WR and the dense network, three seeds with 0, 1 and 2 points more (WR: 1, 1, 1)."""
    runs = []
    for density, level in LEVEL.items():
        for method in ("dense",) if density == 1 else ("lrr", "wr"):
            rows = run("lrr" if method == "dense" else method, "warm_up", density, level, method=method, mask=None)
            rows = rows.assign(weights=None, run=f"{method}/{density}", criterion=None)
            runs.append(rows if method == "dense" else rows[rows["cycle"] == 4])
    rows = pd.concat(runs, ignore_index=True)
    return rows.assign(dataset=dataset, model=model, epochs=per_cycle * rows["cycle"])


def tables(file, **changes):
    return Tables({"summary": ours(**changes), "published": file})


def told(file, **changes):
    return FIGURES.load("published")(tables(file, **changes), {"name": "published", "width": 5.5})


def test_every_value_says_where_it_is_from_and_how_it_was_read(file):
    for column in ("figure_or_table", "dataset", "method", "published_as", "metric", "value", "how_read", "source"):
        assert file[column].notna().all(), column
    assert set(file["how_read"].str.split(",").str[0]) == {"plot", "text", "table", "log"}
    assert not file.duplicated(["source", "dataset", "method", "published_as", "sparsity", "metric"]).any()
    stated = file["density"].notna()
    assert (file["density"][stated] - (1 - file["sparsity"][stated] / 100)).abs().max() < 1e-6
    assert "run" not in file  # a figure that chooses its runs leaves the table whole


def test_the_curves_of_the_readme_are_whole(file):
    """25 levels for CIFAR, 18 for ImageNet, LRR and WR; a level 0 is the dense network."""
    curves = file[file["figure_or_table"] == "README, baseline curves"]
    assert curves.groupby("dataset").size().to_dict() == {"cifar10": 50, "cifar100": 50, "imagenet": 36}
    assert curves.groupby("method").size().to_dict() == {"dense": 6, "lrr": 65, "wr": 65}
    assert (curves["uncertainty"] == curves["dataset"].map({"cifar10": 0.03, "cifar100": 0.03, "imagenet": 0.05})).all()
    found = curves.set_index(["dataset", "method", "sparsity"])["value"]
    assert found["cifar100", "lrr", 89.26] == 75.71 and found["cifar10", "wr", 99.53] == 91.57
    assert found["imagenet", "wr", 97.75] == 61.1 and curves["value"].between(61.1, 95.41).all()


def test_only_the_same_network_data_and_schedule_are_compared(file):
    table = beside(tables(file)).set_index(["dataset", "published_as", "sparsity"]).sort_index()
    row = table.loc[("cifar100", "LRR", 89.26)]
    assert (row["run"], row["ours_mean"], row["seeds"], row["difference_mean"]) == ("lrr/0.10737", 77, 3, 1.29)
    assert row["difference_low"] == pytest.approx(1.29 - T2 / 3**0.5, abs=1e-5)
    assert row["comparable"].startswith("in part: maximum over the epochs") and row["comparable"].endswith("3 seeds")
    assert table.loc[("cifar100", "LRR, level 0", 0)]["run"] == "dense/1.0"
    assert table.loc[("cifar100", "LRR, level 0", 0)]["cycle"] == 1
    assert table.loc[("cifar100", "LRR", 20)]["comparable"] == "no: no run of lrr at density 0.8 here"
    assert table.loc[("cifar10", "LRR", 20)]["comparable"] == "no: another data set (cifar10, here cifar100)"
    compared = table[table["ours_mean"].notna()]
    assert len(compared) == 6 and set(compared["method"]) == {"dense", "lrr", "wr"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"model": "resnet50_w64"}, "no: another network (resnet18_w64, here resnet50_w64)"),
        ({"per_cycle": 5}, "no: 150 epochs per cycle, 5 here"),
        ({"dataset": "digits"}, "no: another data set (cifar100, here digits)"),
    ],
)
def test_what_is_not_comparable_says_why_and_has_no_value_of_ours(file, changes, reason):
    table = beside(tables(file, **changes))
    rows = table[(table["dataset"] == "cifar100") & (table["sparsity"] == 89.26)]
    assert set(rows["comparable"]) == {reason} and table["ours_mean"].isna().all()


def test_losses_limits_and_unknown_networks_are_never_compared(file):
    table = beside(tables(file, dataset="imagenet", per_cycle=90))
    others = table[(table["metric"] != "test_accuracy") | table["model"].isna()]
    assert others["ours_mean"].isna().all() and others["comparable"].str.startswith("no: ").all()
    log = table[(table["value"] == 71.792)]
    assert log["comparable"].item() == "no: its network is not recorded"


def test_a_mask_and_a_start_are_compared_where_they_are_named(file):
    published = file[(file["method"] == "sculpt") & (file["value"] == 75.5)]
    sculpt = run("erk", "initial", 0.1, 74.0, method="sculpt", weights=None)
    sculpt = sculpt[sculpt["cycle"] == 4].assign(dataset="imagenet", model="resnet50_w64")
    for start, compared in ((0.8, True), (0.5, False)):
        given = Tables({"summary": sculpt.assign(start_density=start), "published": published})
        assert beside(given)["ours_mean"].notna().item() == compared


def test_the_claim_is_the_difference_against_the_margin(file):
    """LRR: 77 - 75.71 and 71 - 72.88 in the mean, so -0.295; WR: 77 - 75.53 and 71 - 72.17, so 0.15 for each seed."""
    claims, untested = judge([NAME], tables(file))
    lrr, wr = claims
    assert untested == [] and [lrr["id"], wr["id"]] == ["p_published_lrr", "p_published_wr"]
    assert (lrr["effect"], lrr["threshold"], lrr["n_seeds"]) == (-0.295, -1.0, 3)
    assert lrr["ci_low"] == pytest.approx(-0.295 - T2 / 3**0.5, abs=1e-4) and lrr["verdict"] == "inconclusive"
    assert (wr["effect"], wr["ci_low"], wr["verdict"]) == (0.15, 0.15, "supported")
    assert [(cell["density"], cell["effect"]) for cell in lrr["cells"]] == [(0.10737, 1.29), (0.011529, -1.88)]
    assert lrr["family"] == "published values" and "best test epoch" in lrr["caveats"][-1]


def test_the_claim_is_not_tested_where_nothing_matches(file):
    claims, untested = judge([NAME], tables(file, dataset="digits"))
    assert claims == [] and len(untested) == 2
    assert "another data set (imagenet, here digits); it needs the data and model" in untested[0]
    assert untested[0].endswith("and a ladder of LRR") and "epochs is not" not in untested[0]


def test_the_figure_has_ours_in_the_panel_of_the_same(file):
    drawn = told(file)
    titles = [axes.get_title() for axes in drawn.figure.axes]
    assert titles[:2] == ["cifar10\nresnet18_w64\nnot comparable", "cifar100\nresnet18_w64\nthis run"]
    assert len(titles) == 5
    mine = drawn.table[drawn.table["figure_or_table"] == "this run"]
    assert set(zip(mine["method"], mine["density"], strict=True)) == {
        ("dense", 1.0),
        *((method, density) for method in ("lrr", "wr") for density in (0.10737, 0.011529)),
    }
    points = sorted(float(y) for line in drawn.figure.axes[1].containers for y in line[0].get_ydata())
    assert points == sorted(mine["ours_mean"])
    text = " ".join(drawn.figure._supxlabel.get_text().split())
    assert "LRR -0.3 over 2 values, furthest -1.9 [-4.4, 0.6] at 0.0115" in text


def test_a_panel_of_other_epochs_says_that_it_is_not_comparable(file):
    titles = [axes.get_title() for axes in told(file, per_cycle=5).figure.axes]
    assert titles[1] == "cifar100\nresnet18_w64\nthis run, not comparable"


def test_without_any_run_the_figure_says_so(file):
    drawn = FIGURES.load("published")(Tables({"summary": ours().iloc[:0], "published": file}), {"width": 5.5})
    assert len(drawn.table) == len(file) and "None of the runs" in drawn.figure.axes[0].texts[0].get_text()


def test_the_figure_says_where_nothing_is_comparable(file):
    drawn = told(file, dataset="digits", model="resnet20_w8")
    assert [axes.get_title() for axes in drawn.figure.axes][-1] == "digits\nresnet20_w8\nthis run"
    assert "no published value is of digits and resnet20_w8" in " ".join(drawn.figure._supxlabel.get_text().split())
    undrawn = drawn.table[~drawn.table["drawn"]]
    assert (undrawn["model"].isna() | undrawn["density"].isna() | (undrawn["metric"] != "test_accuracy")).all()
