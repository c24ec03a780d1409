"""`sculpt params`: what is wrong with plug-ins, and an experiment as it is after what it is based on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from sculpt.cli import main, params
from sculpt.cli import plugins as checks
from sculpt.core import plugins
from sculpt.core.kinds import ALL
from sculpt.core.plugins import Kind
from sculpt.params.complaints import complaint
from sculpt.params.load import load
from sculpt.params.profiles import ExecutionProfile

PLUGIN = "from sculpt.core.settings import Section\n\n\nclass Settings(Section):\n    pass\n"
SHARE = "\n\ndef share(progress, cycle, settings):\n    return 1.0\n"


@pytest.fixture
def kind(tmp_path, monkeypatch):
    """A kind whose register lies in a package of its own, and a function that writes a module there."""
    package = f"made_up_{tmp_path.name.replace('-', '_')}"
    root = tmp_path / package
    folder = root / "training" / "schedules"
    folder.mkdir(parents=True)
    for part in (root, folder.parent, folder):
        (part / "__init__.py").touch()
    monkeypatch.setattr(plugins, "PACKAGE_ROOT", root)
    monkeypatch.setattr(checks, "upward", lambda path: _upward(path, root))
    monkeypatch.syspath_prepend(str(tmp_path))
    found = Kind("schedule", "training/schedules", "share", ("progress", "cycle", "settings"))
    return found, lambda name, text: (folder / f"{name}.py").write_text(text)


def _upward(path, root):
    from sculpt.pipeline.identity.floors import upward

    return upward(path, root)


def test_the_plugins_of_the_house_have_no_fault():
    assert list(checks.plugin_faults(ALL)) == []


def test_each_fault_of_a_plugin_is_one_line_with_its_file(kind):
    schedule, write = kind
    write("good", PLUGIN + SHARE)
    write("formless", SHARE)
    write("without", PLUGIN)
    package = plugins.PACKAGE_ROOT.name
    write("climbing", f"{PLUGIN}{SHARE}\n\ndef late():\n    import {package}.stages.job\n")
    found = list(checks.plugin_faults([schedule]))
    named = {line.partition(": ")[0].rpartition("/")[2] for line in found}
    assert named == {"formless.py", "without.py", "climbing.py"} and len(found) == 3
    (climbing,) = [line for line in found if "climbing" in line]
    assert f"imports {package}.stages.job; allowed: training and what is below it: core, params, recipe" in climbing
    assert not any("\n" in line for line in found)


def test_an_experiment_is_shown_as_it_is(monkeypatch, capsys):
    name = load(params.PARAMS).experiment
    monkeypatch.setattr(sys, "argv", ["sculpt", "params", "show"])
    main.main()
    text = capsys.readouterr().out
    assert YAML(typ="safe").load(text) == {
        name: load(params.PARAMS).select()[1].model_dump(mode="json", exclude_none=True)
    }
    assert "based_on" not in text and "model: {name:" in text


def test_an_experiment_that_is_not_there_is_one_line(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["sculpt", "params", "show", "digit"])
    with pytest.raises(SystemExit, match=r"'digit' is not an experiment; .*nearest: 'digits'"):
        main.main()


ROOT = Path(__file__).parents[2]
EARLY = '"""."""\n\nfrom __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\n'
NAMES_EACH = "allowed: import statements that name each module"
METHOD = (ROOT / "src/sculpt/recipe/methods/dense.py").read_text()
PLAN = "def plan(tree, settings):\n    tree.experiment['nothing']\n"
STEP = "src/sculpt/training/schedules/step.py"
STEPS = (ROOT / STEP).read_text()
LOOK = "    from pydantic import model_validator\n\n    @model_validator(mode='after')\n    def _look(self):\n"
LOOK += "        {}['x']\n\n"
ONE = "src/sculpt/training/schedules/one.py"
BAD = {
    "a star": (
        {ONE: "from sculpt.core import *\n" + PLUGIN + SHARE},
        f"{ONE}: from sculpt.core import * in package sculpt.training.schedules: name what is imported; {NAMES_EACH}",
    ),
    "a type that only a type checker imports": (
        {
            ONE: f"{EARLY}if TYPE_CHECKING:\n    from torch import Tensor\n\n{PLUGIN}".replace("pass", "x: Tensor")
            + SHARE
        },
        f"{ONE}: Settings cannot be built: PydanticUndefinedAnnotation: name 'Tensor' is not defined; "
        "allowed: types that are imported at its top",
    ),
    "faults that raise": (
        {STEP: STEPS.replace("        yield from super()", "        around['x']\n        yield from super()")},
        f"{STEP}: Settings.faults fails: TypeError: 'Training' object is not subscriptable",
    ),
    "a plan that raises": (
        {"src/sculpt/recipe/methods/dense.py": METHOD[: METHOD.index("def plan")] + PLAN},
        "src/sculpt/recipe/methods/dense.py: plan fails: KeyError: 'nothing' (line {line})",
    ),
    "a validator that raises": (
        {STEP: STEPS.replace("    def faults", LOOK + "    def faults")},
        f"{STEP}: Settings._look fails: KeyError: 'x' (line ",
    ),
    "an exit at import": (
        {ONE: "import sys\n\nsys.exit()\n" + PLUGIN + SHARE},
        f"{ONE}: fails at import: SystemExit",
    ),
    "a late import of nothing": (
        {ONE: PLUGIN + SHARE.replace("return", "import sculpt.core.nothere\n\n    return")},
        f"{ONE}: imports sculpt.core.nothere, which is not there; allowed: a module of src/sculpt",
    ),
    "a library through another module": (
        {
            ONE: "from sculpt.training import beside\n" + PLUGIN + SHARE,
            "src/sculpt/training/beside.py": "import numpy\n",
        },
        f"{ONE}: imports numpy through a module at its top; allowed: inside a function, or below `if TYPE_CHECKING:`",
    ),
    "a shared module that climbs": (
        {"src/sculpt/studies/birds/shared.py": "def late():\n    import sculpt.stages.jobs\n"},
        "src/sculpt/studies/birds/shared.py: imports sculpt.stages.jobs; allowed: studies and what is below it: core, ",
    ),
    "a shared module that uses Settings": (
        {"src/sculpt/studies/birds/shared.py": PLUGIN + "\n\nSettings()\n"},
        "src/sculpt/studies/birds/shared.py: uses Settings in line 8; allowed: ",
    ),
    "a shared module that is no Python": (
        {"src/sculpt/studies/birds/shared.py": "def (:\n"},
        "src/sculpt/studies/birds/shared.py: SyntaxError: ",
    ),
    "a study with a hyphen": (
        {"src/sculpt/studies/my-birds/schedules/one.py": PLUGIN + SHARE},
        "src/sculpt/studies/my-birds: cannot be a study; allowed: a folder named with lower-case letters, digits and _",
    ),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    copy = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "params.yaml", copy)
    return copy


ALONE = [case for case, (files, _) in BAD.items() if not all("/one.py" in f or "/studies/" in f for f in files)]
"""Cases that edit a plug-in of the house, or that have more than a plug-in."""


def check(checkout, files: dict[str, str]) -> list[str]:
    """What the check says where these files are written.

    In a process of its own: this one has the plug-ins of the house, and the libraries that compute.
    """
    before = {file: (checkout / file).read_bytes() if (checkout / file).exists() else None for file in files}
    for file, text in files.items():
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        (checkout / file).write_text(text)
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "sculpt.cli.main", "params", "check"]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)
    for file, content in before.items():
        if content is None:
            (checkout / file).unlink()
        else:
            (checkout / file).write_bytes(content)
    shutil.rmtree(checkout / "src/sculpt/studies/my-birds", ignore_errors=True)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr.splitlines()


@pytest.mark.parametrize("case", ALONE)
def test_the_check_answers_in_one_line(checkout, case):
    files, line = BAD[case]
    for text in files.values():
        line = line.replace("{line}", str(text.count("\n")))
    (said,) = check(checkout, files)
    assert said.startswith(line)


def test_the_check_answers_in_one_line_for_each_of_many(checkout):
    """The other cases, each with file names of its own."""
    files, lines = {}, []
    for number, (case, (written, line)) in enumerate(BAD.items()):
        if case not in ALONE:
            own = {"/one.py": f"/one_{number}.py", "/birds/": f"/birds_{number}/"}
            for name, new in own.items():
                written = {file.replace(name, new): text for file, text in written.items()}
                line = line.replace(name, new)
            files |= written
            lines.append(line)
    said = check(checkout, files)
    assert len(said) == len(lines) > 5, said
    assert [line for line in lines if sum(each.startswith(line) for each in said) != 1] == []


@pytest.mark.parametrize("name", ["PYTHONHASHSEED", "SCULPT_PRELOADED", "OMP_NUM_THREADS"])
def test_a_profile_leaves_the_start_of_a_job_alone(name):
    given = {"device": "cpu", "precision": "float32", "environment": {"ONEDNN_MAX_CPU_ISA": "AVX2"}}
    assert ExecutionProfile.model_validate(given)
    with pytest.raises(ValidationError) as caught:
        ExecutionProfile.model_validate(given | {"environment": {name: "1"}})
    (fault,) = caught.value.errors()
    allowed = "any but PYTHON*, SCULPT_*, OMP_NUM_THREADS, which `threads` says"
    assert complaint(fault, ExecutionProfile) == f"environment.{name}: set by a run itself; allowed: {allowed}"
