"""The figures on signs show the right numbers, tell what the run shows, and say where there is nothing."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from signs_tables import NOISE, one_neuron, run, signs, summary, tables

from sculpt.core.kinds import FIGURES
from sculpt.plotting.drawn import Drawn
from sculpt.statistics.two_way import estimate

SETTINGS = {"signs_suffice": {}, "sign_flips": {"densities": [0.1, 0.05]}, "sign_perturbation": {}, "one_neuron": {}}


def draw(name: str, **frames: pd.DataFrame) -> Drawn:
    return FIGURES.load(name)(tables(**frames), {"name": name, "width": 5.5, **SETTINGS[name]})


def said(figure: Figure) -> str:
    """All texts, each in one line."""
    return " | ".join(" ".join(text.get_text().split()) for text in figure.findobj(Text) if text.get_text().strip())


@pytest.fixture(scope="module")
def drawn() -> dict[str, Drawn]:
    return {name: draw(name) for name in SETTINGS}


def test_every_arm_stands_at_each_of_its_cycles_beside_lrr(drawn):
    table = drawn["signs_suffice"].table
    assert list(table[["mask", "target_density"]].drop_duplicates().itertuples(index=False, name=None)) == [
        ("lrr", 0.1),
        ("lrr", 0.05),
        ("wr", 0.05),
    ]
    points = table.set_index(["mask", "target_density", "arm", "cycle"])["test_accuracy_mean"].sort_index()
    assert points.loc["lrr", 0.1, "signs"].tolist() == [87, 88, 89, 90]
    assert points.loc["lrr", 0.1, "random_signs"].to_dict() == {1: 81, 2: 82}
    assert points.loc["lrr", 0.1, "lrr"].to_dict() == {3: 91} and points.loc["wr", 0.05, "lrr"].to_dict() == {4: 86}
    assert points.loc["lrr", 0.05, "both_random"].max() == 82 and "both_random" not in points.loc["lrr", 0.1].index
    assert table["test_accuracy_sd"].max() == pytest.approx(np.std(NOISE, ddof=1))


def test_a_density_that_only_the_figure_on_coupling_is_about_has_no_panel():
    rows = summary()
    more = rows[rows["transform"].eq("fresh")].assign(run="another", target_density=0.02)
    table = draw("signs_suffice", summary=pd.concat([rows, more], ignore_index=True)).table
    assert set(table["target_density"]) == {0.1, 0.05}


def test_a_longer_run_of_an_arm_has_its_first_cycles_once(drawn):
    twice = summary()
    arm = twice["transform"].isin(["random_signs"]) & (twice["mask"] == "wr")
    longer = twice[arm].assign(run="again", cycles=4, length=None)
    table = draw("signs_suffice", summary=pd.concat([twice, longer], ignore_index=True)).table
    assert len(table) == len(drawn["signs_suffice"].table)


def test_the_finding_compares_with_lrr_by_seed(drawn):
    low, high = estimate(np.array([-1 + noise for noise in NOISE])).interval()
    text = said(drawn["signs_suffice"].figure)
    assert f"at 0.1 -1.0 [{low:.1f}, {high:.1f}] points against LRR (after 4 cycles)" in text
    assert "against random signs with warm-up magnitudes (after 2 cycles)" in text


def test_flips_of_each_cycle(drawn):
    table = drawn["sign_flips"].table
    shares = table[table["target_density"] == 0.05].set_index(["method", "cycle"])["percent_mean"]
    assert shares.loc["lrr"].to_dict() == pytest.approx({1: 31, 2: 20, 3: 15, 4: 10})
    assert shares.loc["imp"].to_dict() == pytest.approx({1: 31, 2: 29, 3: 28, 4: 27})
    assert set(table["method"]) == {"lrr", "imp", "cyclic"} and table["percent_sd"].max() == pytest.approx(1)
    assert "at 0.05 LRR flips 31.0 % in cycle 1, 10.0 % in cycle 4: 21.0 [" in said(drawn["sign_flips"].figure)


def test_a_run_is_shown_where_all_of_its_cycles_are_counted():
    """One schedule is one node of four cycles, which is no point at the first; nor is another criterion a line."""
    long = run("long", 90, mask="erk", target_density=0.05, length=None)
    pruned = run("sculpt", 90, mask="erk", target_density=0.05, start_density=0.2, criterion="snip")
    counted = [
        {"run": part["run"].iloc[0], "cycle": cycle, "node": f"{cycle}", "seed": seed, "before": "x", "layer": "all"}
        | {"kept": 10, "flipped": 4, "share": 0.4}
        for part, cycles in ((long, (1,)), (pruned, (1, 2, 3, 4)))
        for cycle in cycles
        for seed in range(3)
    ]
    rows = pd.concat([summary(), long, pruned], ignore_index=True)
    table = draw("sign_flips", summary=rows, signs=pd.concat([signs(), pd.DataFrame(counted)])).table
    assert set(table["method"]) == {"lrr", "imp", "cyclic"}
    whole = pd.DataFrame(counted[:3] * 4).assign(cycle=[1] * 3 + [2] * 3 + [3] * 3 + [4] * 3)
    table = draw("sign_flips", summary=rows, signs=pd.concat([signs(), whole])).table
    assert table.loc[table["method"] == "long", "cycle"].tolist() == [1, 2, 3, 4]


def test_what_the_perturbation_costs(drawn):
    table = drawn["sign_perturbation"].table
    costs = table[table["perturbed"]].set_index(["method", "target_density"])
    assert costs["cost_mean"].to_dict() == pytest.approx(
        {("lrr", 0.5): 0, ("lrr", 0.1): 0.5, ("imp", 0.5): 4, ("imp", 0.1): 8}
    )
    assert table.loc[~table["perturbed"], "cost_mean"].isna().all()
    assert "costs IMP 8.0 [7.5, 8.5] points at 0.1" in said(drawn["sign_perturbation"].figure)


def test_the_neuron_shows_each_start_once_per_method(drawn):
    table = drawn["one_neuron"].table
    assert len(table) == 3 * 3 * 8 and table.groupby("method")["learned"].sum().to_dict() == {
        "dense": 12,
        "lrr": 12,
        "imp": 6,
    }
    text = said(drawn["one_neuron"].figure)
    assert "of 24 starts, dense 12, LRR 12, IMP 6 learn, each as its signs say; LRR - IMP: 25.0 [25.0, 25.0]" in text
    assert "6 otherwise than their signs say" in said(draw("one_neuron", one_neuron=one_neuron(lucky=1)).figure)


def test_where_there_is_nothing_the_figure_says_so():
    rows = summary()
    bare = rows[rows["method"].isin(["dense", "lrr"])]
    assert "no coupled run that takes signs and magnitudes apart: an entry {method: coupled," in said(
        draw("signs_suffice", summary=bare).figure
    )
    plain = rows[rows["variant"].isna()]
    assert "variant: signs-flipped} in runs adds one" in said(draw("sign_perturbation", summary=plain).figure)
    other = signs().assign(run="another " + signs()["run"])
    assert "no sign flips at the densities of this figure" in said(draw("sign_flips", signs=other).figure)


def test_one_seed_has_no_interval_and_is_drawn():
    frames = {"summary": summary(), "signs": signs(), "one_neuron": one_neuron()}
    frames = {name: frame[frame["seed"] == 1] for name, frame in frames.items()}
    for name in SETTINGS:
        assert "[one seed]" in said(draw(name, **frames).figure)
