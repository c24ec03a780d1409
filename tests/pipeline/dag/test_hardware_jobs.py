"""The jobs of the section `hardware`: which nodes each looks at, and what only it and they read."""

import json

from full_experiment import experiment, jobs, key

from sculpt.core.machines import MACHINE, OUTCOMES
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.report import CLAIMS_STAGE, FIGURES_STAGE
from sculpt.pipeline.record.fingerprint import fingerprint, of_job

LRR = ["iterative/lrr/0.5", "iterative/lrr/0.5/0.1"]
SLOW = ["iterative/slow/lrr/0.5", "iterative/slow/lrr/0.5/0.1"]


def looks(plain: dict | None = None) -> dict[tuple, dict]:
    """The settings of each look at the first block."""
    return {key(job)[2:]: json.loads(job.config) for job in jobs(plain) if key(job)[:2] == ("hardware", "seeds_0-1")}


def compare(plain: dict | None = None):
    (job,) = (job for job in jobs(plain) if job.rule == "compare")
    return job


def test_the_reference_looks_twice_and_each_other_profile_once():
    found = looks()
    assert {place: settings["nodes"] for place, settings in found.items()} == {
        ("other", "first"): [*LRR, *SLOW],
        ("other", "second"): LRR,
        ("default", "first"): LRR,
        ("wide", "first"): LRR,
    }
    first, second = found["other", "first"], found["other", "second"]
    assert first["profile"] == second["profile"] and first["take"] != second["take"], "a store tells the two apart"


def test_partition_and_name_of_a_profile_are_no_settings_and_the_scheduler_is_told():
    assert looks()["wide", "first"]["profile"] == {
        "device": "cuda",
        "precision": "bfloat16",
        "environment": {"MKL_CBWR": "AUTO"},
    }
    (job,) = (job for job in jobs() if key(job) == ("hardware", "seeds_0-1", "wide", "first"))
    assert (job.partition, job.device, job.environment) == ("wide", "cuda", {"MKL_CBWR": "AUTO"})
    assert {job.partition for job in jobs() if "wide" not in job.label} == {None}


def test_a_partition_of_the_default_profile_is_in_no_job_s_settings():
    plain = experiment()
    plain["profiles"]["default"]["partition"] = "wide"
    changed = [job for job, before in zip(jobs(plain), jobs(), strict=True) if job.config != before.config]
    assert changed == []
    told = {job.rule for job in jobs(plain) if job.partition == "wide"}
    assert told == {"masks", "dense", "cyclic", "sculpt", "iterative", "evaluate", "analyse", "hardware"}


def test_an_experiment_without_the_section_has_no_such_job_and_all_others_as_before():
    plain = experiment()
    del plain["hardware"]
    without = {job.label: (job.config, job.inputs) for job in jobs(plain)}
    wanted = {job.label: (job.config, job.inputs) for job in jobs() if job.rule not in ("hardware", "compare")}
    reading = {job.label for job in jobs() if any("summary/hardware.csv" in file for file in job.input_files)}
    assert without.keys() == wanted.keys()
    assert {label for label in wanted if wanted[label] != without[label]} == reading


def test_the_results_are_evaluated_under_the_default_profile_alone():
    assert {job.wildcards["profile"] for job in jobs() if job.rule == "evaluate"} == {"default"}


def test_the_comparison_knows_runs_by_their_labels_and_reads_every_look():
    job, grid = compare(), Grid("rich", experiment())
    settings = json.loads(job.config)
    assert settings["seeds"] == [[0, 1], [2]] and settings["reference"] == "other"
    assert [run["node"] for run in settings["frozen"]] == LRR and settings["plain"] == []
    assert settings["frozen"][1] == {
        **{"run": "lrr/0.5/0.1", "method": "lrr", "target_density": 0.1, "criterion": "magnitude"},
        **{"cycle": 3, "node": LRR[1]},
    }
    slow = {run["node"]: (run["effect"], run["profile"], run["against"], run["variant"]) for run in settings["trained"]}
    assert slow == {node: ("variant", "other", plain, "slow") for node, plain in zip(SLOW, LRR, strict=True)}
    made = {file for job in jobs() if job.rule == "hardware" for file in job.outputs}
    assert {*job.inputs["outcomes"], *job.inputs["machines"]} == made and len(made) == 2 * 4 * 2
    assert job.outputs == [f"{grid.results}/summary/hardware.csv", f"{grid.results}/summary/profiles.csv"]


def test_the_weight_of_a_run_s_loss_is_told_where_it_has_one():
    plain = experiment()
    plain["variants"]["slow"]["loss"] = {"name": "aligned", "smoothing": 0.0, "weight": 0.3}
    settings = json.loads(compare(plain).config)
    assert [run["weight"] for run in settings["trained"]] == [0.3, 0.3]
    assert not any("weight" in run for run in (*settings["frozen"], *settings["plain"]))


def test_what_another_machine_has_is_read_and_what_it_lacks_is_not(tmp_path):
    for block, profile, take in (("seeds_0-1", "wide", "first"), ("seeds_0-1", "nothing-of-ours", "first")):
        for file in (OUTCOMES, MACHINE):
            (tmp_path / block / profile / take).mkdir(parents=True, exist_ok=True)
            (tmp_path / block / profile / take / file).touch()
    plain = experiment()
    plain["hardware"]["machines"] = {"far": str(tmp_path)}
    there = f"{tmp_path}/seeds_0-1/wide/first"
    assert compare(plain).inputs["elsewhere"] == [f"{there}/{OUTCOMES}", f"{there}/{MACHINE}"]
    changed = [job for job, before in zip(jobs(plain), jobs(), strict=True) if job.config != before.config]
    assert changed == [compare(plain)]


def test_figures_and_claims_see_the_tables_where_the_section_is_there(monkeypatch):
    with_it, plain = Grid("rich", experiment()), experiment()
    del plain["hardware"]
    without = Grid("rich", plain)
    tables = ("summary", "hardware", "profiles")
    monkeypatch.setattr("sculpt.core.plugins.Kind.constant", lambda *_: tables)
    files = [f"results/rich/summary/{table}.csv" for table in tables]
    for stage in (CLAIMS_STAGE, FIGURES_STAGE):
        assert all(asked.inputs["tables"] == files for asked in stage.jobs(with_it))
        assert all(asked.inputs["tables"] == files[:1] for asked in stage.jobs(without))


def test_a_look_tells_of_its_machine_also_where_the_kernels_compute_the_same_bits_everywhere():
    here = fingerprint("cpu")
    by_rule = {job.rule: json.loads(job.config) for job in jobs() if job.wildcards.get("profile") == "default"}
    assert of_job(by_rule["hardware"], here) == here
    assert of_job(by_rule["evaluate"], here)["processor"] == "any"
