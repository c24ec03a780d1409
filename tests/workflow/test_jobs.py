"""Every job as Snakemake resolves it beside its description: a rule that forgets a line would take its parent's."""

import json
import os
import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from forked import forked

from sculpt.core.files import WEIGHTS
from sculpt.pipeline.record.fingerprint import fingerprint
from sculpt.pipeline.record.store_key import job_key

ODD = [
    # Every line of a rule then says something of its own: two profiles, threads, a device, both kinds of criterion.
    ("default: {device: cpu, precision: float32}", "default: {device: auto, precision: float32, threads: 3}"),
    (
        "    criteria:\n",
        "      plain:\n        {device: cpu, precision: float32, partition: wide,"
        " environment: {ATEN_CPU_CAPABILITY: default}}\n"
        "    variants:\n      noisy: {label_noise: 0.2, profile: plain}\n    criteria:\n",
    ),
    (
        "{method: imp, ladder: [0.5]}",
        "{method: imp, ladder: [0.5, 0.1], criterion: snip, transform: shuffle_signs, variant: noisy}\n"
        "      - {method: imp, ladder: [0.5, 0.1], criterion: snip, transform: shuffle_signs}",
    ),
    ("seeds: 2\n    replicates: 2", "seeds: 3\n    replicates: 2"),
    ("[contiguous, idle], methods: [dense]", "[contiguous, plain], methods: [dense, cyclic]"),
]


@pytest.fixture(scope="module")
def odd(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd") / "copy"
    shutil.copytree(finished.folder, folder, symlinks=True)
    replace(finished, folder=folder).edit("params.yaml", *ODD)
    return replace(finished, folder=folder)


def resolve() -> None:
    """Print all jobs of the DAG as Snakemake has them."""
    from snakemake.api import SnakemakeApi
    from snakemake.settings.types import DAGSettings, OutputSettings, ResourceSettings

    def listed(names: Any) -> dict[str, list[str]]:
        found = {key: getattr(names, key) for key in names.keys()}  # noqa: SIM118 (not a mapping)
        return {key: [value] if isinstance(value, str) else list(value) for key, value in found.items()}

    with SnakemakeApi(OutputSettings(dryrun=True)) as api:
        workflow = api.workflow(resource_settings=ResourceSettings(cores=64), snakefile=Path("Snakefile"))
        workflow.dag(DAGSettings(forceall=True)).execute_workflow(executor="dryrun")
        jobs = [
            {
                "rule": job.rule.name,
                "wildcards": dict(job.wildcards_dict),
                "inputs": listed(job.input),
                "all_inputs": sorted(job.input),
                "files": dict(job.output.items()),
                "params": dict(job.params.items()),
                "log": list(job.log),
                "benchmark": str(job.benchmark),
                "message": job.message,
                "threads": job.threads,
                "resources": dict(job.resources.items()),
                "command": job.shellcmd,
            }
            for job in workflow._workflow.dag.jobs
            if job.rule.name != "all"
        ]
    Path("resolved.json").write_text(json.dumps(jobs, default=str))


@pytest.fixture(scope="module")
def resolved(odd) -> dict[str, dict[str, Any]]:
    """By message."""
    done = forked(odd.folder, resolve)
    assert done.returncode == 0, done.stderr
    return {job["message"]: job for job in json.loads((odd.folder / "resolved.json").read_text())}


def test_every_job_is_what_its_description_says(odd, resolved):
    assert resolved.keys() == {job.message for job in odd.jobs}
    assert len(resolved) == len(odd.jobs)
    for job in odd.jobs:
        found = resolved[job.message]
        assert found["rule"] == job.rule and found["wildcards"] == job.wildcards
        assert found["inputs"] == job.inputs, job.label
        assert found["all_inputs"] == sorted(job.input_files), job.label
        assert found["files"] == job.files, job.label
        assert found["params"] == {"config": job.config, "source": job.source}, job.label
        assert found["log"] == [job.log] and found["benchmark"] == f"{job.log.removesuffix('.log')}.benchmark.tsv"
        assert found["threads"] == job.threads, job.label
        assert found["resources"]["runtime"] == job.minutes
        assert found["resources"].get("gpu", 0) == int(job.device in ("auto", "cuda")), job.label
        assert found["resources"].get("slurm_partition") == job.partition, job.label


def test_jobs_on_a_device_ask_for_its_libraries_memory_too(odd, resolved):
    known = [job for job in odd.jobs if all((odd.folder / file).exists() for file in job.input_files)]
    needing_all = {"summary", "claims", "compare", "hardware"}
    assert {job.rule for job in odd.jobs} - {job.rule for job in known} <= needing_all
    for job in known:
        resources = resolved[job.message]["resources"]
        gpu = resources.get("gpu", 0)
        expected = 2000 * (1 + gpu) if job.device else 4000 if job.rule in ("data", "compare") else 2000
        assert expected <= resources["mem_mb"] < expected + 10, job.label


def test_the_odd_experiment_has_something_of_its_own_in_every_line(odd):
    assert {job.threads for job in odd.jobs} == {1, 3} and {job.device for job in odd.jobs} == {None, "auto", "cpu"}
    assert any(job.environment for job in odd.jobs) and len({job.minutes for job in odd.jobs}) > 2
    partitions = {(job.rule, job.partition) for job in odd.jobs}
    assert partitions >= {("hardware", "wide"), ("hardware", None), ("iterative", "wide"), ("iterative", None)}


def test_every_command_names_its_program_settings_and_files(odd, resolved):
    for job in odd.jobs:
        command = resolved[job.message]["command"]
        assert f"--log {job.log} " in command and f"--label {job.label} " in command, command
        words = shlex.split(re.sub(r"\$\(dirname (\S+)\)", lambda found: os.path.dirname(found[1]), command))
        assert words[:4] == ["python", "-m", "sculpt.stages", job.program]
        given = {word: words[at + 1] for at, word in enumerate(words) if word.startswith("--") and at + 1 < len(words)}
        assert given["--config"] == job.config
        for role in ("weights", "mask", "scored"):
            if f"--{role}" in given:
                expected = job.inputs.get(role) or ["--out"]  # a flag without a value: nothing is scored
                assert given[f"--{role}"] == expected[0], command
        for file in job.inputs.get("tables", []):
            assert file in words, command
        places = tuple(given[option] for option in ("--out", "--hits", "--untested") if option in given)
        assert all(output.startswith(places) for output in job.outputs), command
        if job.program in ("train_node", "evaluate", "look_at_hardware"):
            assert given["--threads"] == str(job.threads), command


def test_weights_and_scored_weights_are_told_apart(odd):
    """Snakemake compares a job's inputs as one set of names, so the settings say which file is which."""
    digests = {file: file for job in odd.jobs for file in [*job.outputs, *job.input_files]}
    swapped = 0
    for job in odd.jobs:
        if not job.inputs.get("scored"):
            continue
        lineage, block = json.loads(job.config)["lineage"], job.wildcards["block"]
        for role in ("weights", "scored"):
            stage, _, node = lineage[role].partition("/")
            folder = f"results/tiny/{stage}/{block}" + ("" if stage == "init" else f"/{node}")
            assert job.inputs[role] == [f"{folder}/{WEIGHTS}"], job.label
        if job.inputs["weights"] != job.inputs["scored"]:
            swapped += 1
            inputs = {**job.inputs, "weights": job.inputs["scored"], "scored": job.inputs["weights"]}
            keys = [job_key(each, digests, fingerprint("cpu")) for each in (job, replace(job, inputs=inputs))]
            assert keys[0] != keys[1], job.label
    assert swapped >= 4


READ_TEST = ("compare_hardware", "evaluate", "look_at_hardware")
"""Programs that open the test split; the first of them its labels and groups alone."""


def test_only_evaluation_and_the_look_at_the_hardware_read_the_test_split(odd):
    for job in odd.jobs:
        opens = any("/data/test." in file for file in job.input_files)
        assert opens == (job.program in READ_TEST), job.label
    for path in sorted((odd.folder / "src/sculpt/stages").glob("*.py")):
        names = any(word in path.read_text() for word in ('"test"', "test.safetensors", "SPLITS,", "read_splits"))
        assert names == (path.stem in READ_TEST), path.name
