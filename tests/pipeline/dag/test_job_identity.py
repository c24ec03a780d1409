"""The code behind a job: the plug-ins that it names and what they import, and nothing that only checks settings."""

import json
import re
from pathlib import Path

import pytest
from full_experiment import ROOT, experiment, jobs

from sculpt.core.engines import ENGINES, engine_of
from sculpt.core.kinds import ALL, CLAIMS, FIGURES, LOSSES, METHODS, MODELS, UPDATES
from sculpt.pipeline.dag.hardware import PROBED
from sculpt.pipeline.identity import closure
from sculpt.pipeline.identity.source import module_digests, source_identity
from sculpt.training.device import probe

SOURCE = ROOT / "src/sculpt"


@pytest.fixture(scope="module")
def programs() -> dict[tuple, str]:
    """Each different pair of a program and its plug-ins -> the settings of a job that has it."""
    return {(job.program, job.chosen): job.config for job in jobs()}


def test_a_job_names_the_plug_ins_of_its_settings_and_no_others(programs):
    kinds = {kind.module(name): name for kind in ALL for name in kind.names}
    for (program, with_engine), config in programs.items():
        engine = engine_of(json.loads(config).get("profile", {}))
        chosen = [module for module in with_engine if module in kinds]
        computes = program in ("train_node", "evaluate", "look_at_hardware")
        assert {*with_engine} - {*chosen} == ({ENGINES.module(engine)} if computes else set()), program
        named = set(re.findall(r'"(?:name|method)":"(\w+)"', config)) | set(json.loads(config).get("claims", ()))
        if program == "look_at_hardware":
            named |= {kinds[module] for module in PROBED}
        assert {kinds[module] for module in chosen} <= named, program
        if program == "train_node":
            settings = json.loads(config)
            entries = [settings["model"], *(settings["training"][key] for key in ("schedule", "loss", "update"))]
            entries += [settings["prune"]["criterion"]] if "prune" in settings else []
            entries += [settings["change"]] if "change" in settings else []
            entries += [settings["transform"]] if "transform" in settings else []
            assert [kinds[module] for module in chosen] == [entry["name"] for entry in entries]


def test_no_job_has_the_module_of_a_plug_in_that_it_does_not_name(programs):
    every = {kind.module(name) for kind in ALL for name in kind.names}
    engines = {ENGINES.module(name) for name in ENGINES.names}
    for program, chosen in programs:
        found = module_digests(f"sculpt.stages.{program}", chosen).keys() & (every | engines)
        assert found == set(chosen), program


def test_what_a_machine_lacks_is_asked_by_jobs_of_the_engine_torch_alone(programs):
    computing = {(program, chosen) for program, chosen in programs if program in ("train_node", "evaluate")}
    asking = {
        (program, chosen)
        for program, chosen in computing
        if "sculpt.training.device.lacking" in module_digests(f"sculpt.stages.{program}", chosen)
    }
    assert asking == {key for key in computing if ENGINES.module("torch") in key[1]}
    assert set() != asking != computing


@pytest.fixture
def copy(tmp_path) -> Path:
    root = tmp_path / "sculpt"
    for path in (*SOURCE.rglob("*.py"), *SOURCE.rglob("*.[ch]")):
        target = root / path.relative_to(SOURCE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return root


def identities(programs: dict, root: Path = SOURCE) -> dict[tuple, str]:
    return {
        (program, chosen): source_identity(f"sculpt.stages.{program}", chosen, root=root)
        for program, chosen in programs
    }


def test_a_new_plug_in_of_each_kind_is_in_no_job_s_identity(programs, copy):
    before = identities(programs)
    for kind in ALL:
        name = kind.names[0]
        text = (SOURCE.parent / kind.module(name).replace(".", "/")).with_suffix(".py").read_text()
        (copy / kind.folder / "brand_new.py").write_text(text)
    assert identities(programs, copy) == before


def test_an_edited_description_or_range_is_in_no_job_s_identity(programs, copy):
    """Of every section that params.yaml has, wherever it is defined."""
    before, edits = identities(programs), 0
    for path in copy.rglob("*.py"):
        text = path.read_text()
        if "Field(" in text:
            edited = re.sub(r'description="', 'description="in other words, ', re.sub(r"ge=1\b", "ge=0", text))
            edits += edited != text
            path.write_text(edited)
    assert edits > 20
    assert identities(programs, copy) == before


def test_an_edit_of_a_plug_in_is_in_the_identity_of_the_jobs_that_name_it(programs, copy):
    before = identities(programs)
    schedule = copy / "training/schedules/cosine.py"
    schedule.write_text(schedule.read_text() + "\nEDITED = 1\n")
    changed = {key for key, identity in identities(programs, copy).items() if identity != before[key]}
    assert changed == {key for key in before if "sculpt.training.schedules.cosine" in key[1]} != set()


def test_what_the_probe_computes_with_is_in_the_identity_of_every_look_at_the_hardware():
    wanted = [MODELS.module(probe.MODEL["name"])]
    wanted += [kind.module(probe.TRAINING[key]["name"]) for key, kind in (("loss", LOSSES), ("update", UPDATES))]
    assert list(PROBED) == wanted
    found = [job.chosen for job in jobs() if job.rule == "hardware"]
    assert found and all(set(PROBED) <= set(chosen) for chosen in found)


def test_the_summary_has_the_run_methods_and_each_figure_its_own_module():
    found = {job.rule: job.chosen for job in jobs()}
    used = {run["method"] for run in experiment()["runs"]}
    assert set(found["summary"]) == {METHODS.module(name) for name in used}
    assert set(found["claims"]) == {CLAIMS.module(name) for name in CLAIMS.names}
    figures = [job.chosen for job in jobs() if job.rule == "figures"]
    assert figures == [(FIGURES.module(name),) for name in experiment()["figures"]]


def test_an_edited_kernel_runs_what_computes_with_the_kernels_and_a_comment_in_it_nothing(programs, copy):
    before = identities(programs, copy)
    kernel = copy / "engine/kernels/convolution.c"
    kernel.write_text("// A comment,\n/* and\nanother. */\n" + kernel.read_text().replace("    ", "\t"))
    closure.read.cache_clear()
    assert identities(programs, copy) == before
    kernel.write_text(kernel.read_text() + "static int more;\n")
    closure.read.cache_clear()
    after = identities(programs, copy)
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {key for key in programs if ENGINES.module("kernels") in key[1]} != set()
