"""The jobs of an experiment: their files, their settings, and what an edit of params.yaml changes in them."""

import copy
import json
from typing import Any

import pytest
from full_experiment import experiment, jobs, key

from sculpt.core.engines import ENGINES
from sculpt.core.settings import Section, values
from sculpt.pipeline.dag.experiment import STAGES
from sculpt.pipeline.dag.job import canonical
from sculpt.pipeline.plan.reasons import origin_of


@pytest.fixture(scope="module")
def rich() -> list:
    return jobs()


def test_every_input_is_an_output_of_an_earlier_job(rich):
    beside = {stage.name: {*stage.beside} for stage in STAGES}
    made: set[str] = set()
    for job in rich:
        assert set(job.input_files) <= made | beside[job.rule], job.label
        made |= set(job.outputs)


def test_no_two_jobs_share_a_file_a_name_or_a_log(rich):
    for of in (lambda job: job.outputs, lambda job: [job.label], lambda job: [job.message], lambda job: [job.log]):
        found = [name for job in rich for name in of(job)]
        assert len(found) == len(set(found))


def test_every_output_lies_in_its_stage_s_folder_and_every_stage_has_a_job(rich):
    folders = {stage.name: stage.folder for stage in STAGES}
    for job in rich:
        place = "figures/rich/" if job.rule == "figures" else f"results/rich/{folders[job.rule]}/"
        assert all(file.startswith(place) for file in job.outputs)
    assert {job.rule for job in rich} == set(folders)


def test_stages_stand_after_those_whose_files_they_read(rich):
    """What a stage says of its inputs is what its jobs have."""
    maker = {file: job.rule for job in rich for file in job.outputs}
    for stage in STAGES:
        read = {file for job in rich if job.rule == stage.name for file in job.input_files} - {*stage.beside}
        assert {maker[file] for file in read} <= {*stage.after, stage.name}


def test_one_string_for_equal_settings():
    assert canonical({"b": 1, "a": [1.0, "é"]}) == canonical({"a": [1.0, "é"], "b": 1})
    assert json.loads(canonical({"a": {"b": 0.1}})) == {"a": {"b": 0.1}}
    assert canonical({"a": [1, 2]}) != canonical({"a": [2, 1]}) and canonical({"a": 1}) != canonical({"a": 1.0})
    with pytest.raises(ValueError):
        canonical({"a": float("nan")})


def test_swapped_roles_are_other_settings(rich):
    """Snakemake compares input files as a set."""
    (job,) = (job for job in rich if key(job)[1:] == ("seeds_0-1", "iterative/imp+mixed/0.5/0.1"[10:]))
    config = json.loads(job.config)
    lineage = config["lineage"]
    swapped = config | {"lineage": lineage | {"weights": lineage["scored"], "scored": lineage["weights"]}}
    assert lineage["weights"] != lineage["scored"] and canonical(swapped) != job.config


def test_no_setting_is_null_and_none_speaks_of_a_run(rich):
    """An analysis is told of a node with nothing before it; everything else leaves out what there is not."""
    for job in rich:
        config = json.loads(job.config)
        assert not any(value is None for _, value in leaves(config)), job.label
        if job.program in ("train_node", "generate_mask", "initialize"):
            assert not {"method", "run", "runs", "variant", "variants"} & config.keys(), job.label


def test_a_key_that_is_added_with_the_default_none_changes_no_settings():
    class Before(Section):
        size: int = 1

    class After(Before):
        added: int | None = None

    assert canonical(values(After())) == canonical(values(Before())) == '{"size":1}'


SCHEDULE = {"name": "constant", "warmup": 0.5}
EDITS = {
    "data": {"name": "digits", "train": 900, "validation": 297, "test": 500, "size": 8},
    "model": {"name": "resnet20", "width": 4},
    "seeds": 4,
    "replicates": 1,
    "cycles": 3,
    "training": {"schedule": SCHEDULE},
    "variants": {"noisy": {"label_noise": 0.3}},
    "profiles": {"default": {"precision": "bfloat16"}},
    "criteria": {"snip": {"samples_per_class": 3}},
    "transforms": {"mixed": {"strength": 2}},
    "analyses": {"other": {"strength": 2}},
    "hardware": {"profiles": ["default"]},
    "figures": {"mask_overlap": {"width": 4.0}},
    "runs": [{"method": "lrr", "ladder": [0.4]}],
}


def merged(base: Any, edit: Any) -> Any:
    if not isinstance(edit, dict) or not isinstance(base, dict):
        return edit
    return base | {name: merged(base.get(name), inner) for name, inner in edit.items()}


@pytest.mark.parametrize("edit", EDITS)
def test_a_stage_reads_each_key_that_changes_its_jobs(rich, edit):
    """By itself, or through a stage before it; so DVC sees every edit that Snakemake does."""
    plain = experiment()
    plain[edit] = merged(plain[edit], EDITS[edit])
    then = {key(job): (job.config, job.inputs, job.files) for job in jobs(plain)}
    now = {key(job): (job.config, job.inputs, job.files) for job in rich}
    changed = {name[0] for name in then.keys() | now.keys() if then.get(name) != now.get(name)}
    assert changed, "the edit has an effect"
    seen: set[str] = set()
    for stage in STAGES:
        if edit in stage.reads or seen & set(stage.after):
            seen.add(stage.name)
    assert changed <= seen


def test_the_content_of_a_table_of_groups_decides_the_data_and_its_place_does_not(tmp_path, monkeypatch):
    monkeypatch.setenv("SCULPT_DATA", str(tmp_path))
    plain = experiment()
    plain["data"] |= {"groups": "table.csv"}

    def settings() -> dict:
        return json.loads(next(job.config for job in jobs(plain) if job.rule == "data"))

    assert settings() == {"data": plain["data"]}, "the job says that the table is not there"
    (tmp_path / "table.csv").write_text("one")
    one = settings()
    (tmp_path / "table.csv").write_text("other")
    assert one["data"] == settings()["data"] and one["groups_sha256"] != settings()["groups_sha256"]
    (tmp_path / "moved").mkdir()
    (tmp_path / "table.csv").rename(tmp_path / "moved/table.csv")
    monkeypatch.setenv("SCULPT_DATA", str(tmp_path / "moved"))
    (tmp_path / "moved/table.csv").write_text("one")
    assert settings() == one


TRAINS = {"dense", "cyclic", "sculpt", "iterative"}


def changed(rich: list, plain: dict) -> set[tuple]:
    then = {key(job): job.config for job in jobs(plain)}
    return {key(job) for job in rich if then.get(key(job)) != job.config}


def test_an_edit_of_a_variant_changes_the_settings_of_its_own_nodes_and_masks_alone(rich):
    plain = experiment()
    plain["variants"]["noisy"]["label_noise"] = 0.3
    found = {name for name in changed(rich, plain) if name[0] != "summary"}
    assert {name[0] for name in found} == {"masks", "cyclic"} and all("noisy/" in name[2] for name in found)


def test_an_edit_of_a_criterion_changes_the_masks_and_prunes_by_it_alone(rich):
    plain = experiment()
    plain["criteria"]["snip"]["samples_per_class"] = 3
    found = {name[2] for name in changed(rich, plain) if name[0] != "summary"}
    assert found == {"snip_0.05", "noisy/snip_0.3", "erk_0.5/cycle_3/0.1+snip"}


def test_an_edit_of_an_execution_profile_reaches_the_jobs_that_run_under_it(rich):
    plain = experiment()
    plain["profiles"]["other"]["threads"] = 1
    found = changed(rich, plain)
    assert {name[0] for name in found} == {"dense", "iterative", "hardware"}
    assert all("slow/" in name[2] or name[2] == "other" for name in found)


def test_the_kernels_threads_are_no_setting_and_torchs_are(rich):
    """Their bits do not depend on them. The scheduler is told of them all the same."""
    plain = experiment()
    plain["profiles"]["default"]["threads"] = 2
    assert plain["profiles"]["default"]["engine"] == "kernels"
    found = changed(rich, plain)
    assert {name[0] for name in found} == {"analyse"}, "analyses compute with torch"
    threads = {job.rule: job.threads for job in jobs(plain) if "slow" not in job.label and "other" not in job.label}
    assert {rule for rule, count in threads.items() if count == 2} == {*TRAINS, "masks", "evaluate", "analyse"}


def test_a_variant_that_asks_for_torch_trains_with_it_and_is_evaluated_as_all_others(rich):
    plain = experiment()
    plain["variants"]["noisy"]["engine"] = "torch"
    found = {name for name in changed(rich, plain) if name[0] != "summary"}
    assert {name[0] for name in found} == {"cyclic"} and all("noisy/" in name[2] for name in found)
    trained = [job for job in jobs(plain) if key(job) in found]
    assert {json.loads(job.config)["profile"]["engine"] for job in trained} == {"torch"}
    assert all("engine" not in json.loads(job.config)["training"] for job in trained)
    assert all(ENGINES.module("torch") in job.chosen for job in trained)


def test_a_density_more_changes_the_settings_of_no_node_mask_or_branch(rich):
    plain = experiment()
    plain["runs"][2]["densities"].append(0.2)
    assert {name[0] for name in changed(rich, plain)} == {"summary"}
    assert len(jobs(plain)) > len(rich)


def test_the_name_of_a_profile_or_variant_is_no_setting(rich):
    """Nodes that are trained alike have equal settings, whatever the user calls it."""
    plain = experiment()
    plain["profiles"]["renamed"] = plain["profiles"].pop("other")
    plain["variants"]["slow"]["profile"] = plain["hardware"]["reference"] = "renamed"
    assert not any(name[0] in TRAINS for name in changed(rich, plain))


def test_a_longer_branch_keeps_its_name(rich):
    """So one more cycle, or one more rung, writes the table of its branch anew and leaves no orphan."""
    names = {key(job) for job in rich if job.rule in ("evaluate", "analyse")}
    plain = experiment(cycles=5)
    plain["runs"] = [run | ({"ladder": [0.5, 0.1, 0.05]} if "ladder" in run else {}) for run in plain["runs"]]
    longer = {key(job) for job in jobs(plain)}
    assert {name for name in names - longer if "long_4" not in name[-1] and "/cycle_3/" not in name[-1]} == set()


def test_the_origin_of_a_setting_is_a_key_of_the_experiment(rich):
    """What `sculpt plan` names as the cause of a job."""
    plain = experiment()
    for job in rich:
        config = json.loads(job.config)
        ignored = {"lineage", "nodes", "claims", "name", "evaluations"}
        for path, _ in leaves({name: value for name, value in config.items() if name not in ignored}):
            here: Any = copy.copy(plain)
            for part in origin_of(path, {"experiment": "", **job.origins}).split("."):
                assert part in here, (job.label, path)
                here = here[part]


def leaves(value: dict, path: tuple = ()):
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name), inner
