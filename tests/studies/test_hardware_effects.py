"""Which rows are results, which are controls, and which profiles are left out and named."""

import io

import pandas as pd
import pytest
from hardware_tables import FRAMES, NETWORKS, REFERENCE, comparison, hardware, profiles, tables

from sculpt.studies.hardware.effects import NOTHING_HERE, NOTHING_THERE, at_ends, evaluated, reference_of, trained
from sculpt.studies.hardware.measures import with_changes


def test_a_profile_that_changes_no_bit_is_no_result():
    effect = evaluated(tables())
    assert set(effect.rows["profile"]) == {"kernels", "bfloat16"}
    assert set(effect.left_out) == {
        ("reversed", NOTHING_HERE),
        ("two_threads", NOTHING_HERE),
        ("tf32", "this machine has no CUDA device"),
    }
    effect = trained(tables())
    assert set(effect.rows["profile"]) == {"bfloat16", "reversed"}
    assert effect.left_out == [("two_threads", NOTHING_HERE)]


def test_a_profile_without_a_probe_is_told_and_left_out():
    table = profiles()
    effect = trained(tables(profiles=table[table["profile"] != "reversed"]))
    assert set(effect.rows["profile"]) == {"bfloat16"} and ("reversed", "not probed") in effect.left_out


def test_training_under_a_profile_that_is_not_there_says_why():
    table = FRAMES["hardware"]
    elsewhere = table[table["variant"] == "reversed"].assign(variant="tf32", profile="tf32")
    elsewhere["run"] = "tf32/" + elsewhere["run"]
    effect = trained(tables(hardware=pd.concat([table, elsewhere])))
    assert "tf32" not in set(effect.rows["profile"])
    assert ("tf32", "this machine has no CUDA device") in effect.left_out


def test_a_repeat_of_training_is_told_by_its_effect_and_not_by_its_profile():
    """Plain runs train under another profile here: a variant under the reference is a result like any other."""
    table = FRAMES["hardware"]
    again = table["effect"] == "training_repeat"
    renamed = table.assign(profile=table["profile"].where(~again, "again"))
    effect = trained(tables(hardware=renamed))
    assert set(effect.floor["variant"]) == {"repeat"} and "again" not in {name for name, _ in effect.left_out}
    other = table.assign(effect=table["effect"].where(~again, "training"))
    effect = trained(tables(hardware=other))
    assert effect.floor.empty and (REFERENCE, NOTHING_HERE) in effect.left_out, "it is the same as the plain run"
    effect = trained(tables(hardware=other.assign(loss=other["loss"].where(~again, 0.6))))
    assert REFERENCE in set(effect.rows["profile"]) and REFERENCE not in {name for name, _ in effect.left_out}


def test_the_controls_are_those_of_the_reference():
    effect = trained(tables())
    assert set(effect.floor["variant"]) == {"repeat"} and set(effect.floor["profile"]) == {REFERENCE}
    assert set(effect.seed["effect"]) == {"seed"} and effect.seed["variant"].isna().all()
    frozen = evaluated(tables())
    assert set(frozen.floor["effect"]) == {"repeat"} and frozen.floor["flips"].eq(0).all()


def test_the_aligned_loss_tells_nothing_of_profiles():
    assert trained(tables()).rows["weight"].isna().all()


def test_only_ends_of_runs_count():
    table = FRAMES["hardware"]
    earlier = table[table["run"] == NETWORKS[1].run].assign(cycle=1, flips=50)
    assert len(at_ends(tables(hardware=table))) == len(
        at_ends(tables(**{**FRAMES, "hardware": pd.concat([table, earlier]), "summary": FRAMES["summary"]}))
    )


def test_networks_of_a_run_and_of_its_variants_are_the_same():
    rows = at_ends(tables())
    of = rows[rows["method"] == "lrr"].groupby("target_density")["network"].unique()
    assert [list(names) for names in of] == [["lrr/0.05/magnitude/3"], ["lrr/0.1/magnitude/2"]]


def test_tables_read_the_same_from_csv():
    stored = {name: pd.read_csv(io.StringIO(table.to_csv(index=False))) for name, table in FRAMES.items()}
    for effect in (evaluated, trained):
        ours, theirs = effect(tables()), effect(tables(**stored))
        assert ours.left_out == theirs.left_out and len(ours.rows) == len(theirs.rows)
        assert ours.rows["error_change"].tolist() == theirs.rows["error_change"].tolist()


@pytest.fixture
def two_machines():
    """Another machine looked at the same networks: under its own reference, and as trained."""
    table = hardware()
    there = table.assign(machine="other")
    own = pd.DataFrame([row for of in NETWORKS for row in comparison("evaluation", REFERENCE, None, of)])
    known = profiles()
    differs = known.assign(machine="other", inference_differs=True, training_differs=True, available=True)
    return tables(hardware=pd.concat([table, there, own.assign(machine="other")]), profiles=pd.concat([known, differs]))


def test_another_machine_is_named_and_its_reference_is_a_profile(two_machines):
    names = set(evaluated(two_machines).rows["name"])
    assert {"kernels", "other: kernels", f"other: {REFERENCE}"} <= names and REFERENCE not in names


def test_a_profile_without_effect_on_another_machine_is_said_to_be_so_there(two_machines):
    known = two_machines.profiles
    there = (known["machine"] == "other") & (known["profile"] == "bfloat16")
    still = known.assign(inference_differs=known["inference_differs"].where(~there, False))
    found = evaluated(tables(hardware=two_machines.hardware, profiles=still)).left_out
    assert ("other: bfloat16", NOTHING_THERE) in found and ("reversed", NOTHING_HERE) in found


def test_training_and_seeds_count_once_whatever_machines_look_at_them(two_machines):
    once, twice = trained(tables()), trained(two_machines)
    assert len(once.rows) == len(twice.rows) and len(once.seed) == len(twice.seed)
    assert len(evaluated(two_machines).seed) == len(evaluated(tables()).seed)


def test_two_variants_of_one_profile_are_told_apart():
    table = FRAMES["hardware"]
    again = table[table["variant"] == "reversed"].assign(variant="reversed-twice", run=lambda of: "again/" + of["run"])
    effect = trained(tables(hardware=pd.concat([table, again])))
    assert set(effect.rows["name"]) == {"bfloat16", "reversed, reversed", "reversed, reversed-twice"}


def test_a_variant_that_changes_more_than_its_profile_is_no_floor_and_no_result():
    table = FRAMES["hardware"]
    noisy = table[table["variant"] == "repeat"].assign(variant="noisy", run=lambda of: "noisy/" + of["run"])
    effect = trained(tables(hardware=pd.concat([table, noisy.assign(effect="variant")])))
    assert set(effect.floor["variant"]) == {"repeat"} and set(effect.rows["variant"]) == {"bfloat16", "reversed"}


def test_without_controls_there_is_no_reference():
    rows = with_changes(FRAMES["hardware"])
    assert reference_of(rows) == REFERENCE and reference_of(rows[rows["effect"] == "training"]) is None
