"""A new idea is one module and one entry of params.yaml: each kind of plug-in is added, and just what uses it runs."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from additions import ADDED, ADDITIONS, Addition, table
from conftest import TINY, Checkout
from prediction import predicted

from sculpt.core.kinds import ALL

ROOT = Path(__file__).parents[2]
BY_NAME = {addition.name: addition for addition in ADDITIONS}


def with_those_before(addition: Addition) -> list[Addition]:
    """An addition, and before it those that must be there."""
    return [*(with_those_before(BY_NAME[addition.after]) if addition.after else []), addition]


@pytest.mark.parametrize("name", BY_NAME)
def test_an_addition_runs_just_what_uses_it(copy, name):
    needed = with_those_before(BY_NAME[name])
    for addition in needed:
        addition.install(copy.folder)
    assert waiting(copy.folder) == set().union(*(addition.jobs for addition in needed))
    if addition.experiment:
        found = waiting(copy.folder, addition.experiment)
        assert {"prepare data", "judge the claims"} <= found
        assert {message for message in found if "train " in message} == addition.trains


def waiting(folder: Path, experiment: str | None = None) -> set[str]:
    return {message.removesuffix(", seeds_0-1") for message in predicted(folder, experiment)}


def together(checkout) -> None:
    """All additions in one checkout, and an experiment that uses what three of them bring with one of their own."""
    for addition in ADDITIONS:
        addition.install(checkout.folder)
    params = checkout.folder / "params.yaml"
    params.write_text(params.read_text() + TOGETHER)
    checkout.edit("params.yaml", ("recorded: [tiny]", "recorded: [tiny, together]"))


TOGETHER = """\
  together:
    based_on: sign-descent
    data: {name: gratings, train: 150, validation: 60, test: 100, size: 8}
    model: {name: all_cnn, channels: [8, 16, 16]}
    profiles: {plain: null}
    figures:
      accuracy_vs_density: null
      accuracy_vs_cost: null
      start_target_map: null
      training_loss: null
      layer_densities: null
      mask_overlap: null
"""


@pytest.fixture(scope="module")
def installed(finished, tmp_path_factory):
    """A checkout with all additions, documented, run and recorded."""
    copy = replace(finished, folder=tmp_path_factory.mktemp("installed"))
    shutil.copytree(finished.folder, copy.folder, symlinks=True, dirs_exist_ok=True)
    together(copy)
    shutil.rmtree(copy.folder / "logs/tiny")
    for command in (["docs"], ["reproduce"], ["reproduce", "--experiment", "together"]):
        done = copy.sculpt(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    return copy


def trained(folder: Path) -> set[str]:
    """The nodes that were trained, by the logs of their jobs."""
    logs = [log for stage in ("dense", "cyclic", "sculpt", "iterative") for log in (folder / stage).rglob("*.log")]
    return {log.relative_to(folder).with_suffix("").as_posix().partition("seeds_0-1/")[2] for log in logs}


def test_all_additions_run_together_and_nothing_else_trains(installed):
    nodes = {node for addition in ADDITIONS if not addition.experiment for node in addition.nodes}
    assert trained(installed.folder / "logs/tiny") == nodes


@pytest.mark.parametrize("experiment", ["tiny", "together"])
def test_what_additions_made_is_sound(installed, experiment):
    assert installed.sculpt("validate", "--experiment", experiment).stdout.endswith(f" of {experiment}: no fault\n")


def test_additions_show_in_tables_figures_and_claims(installed):
    tiny, joined = (installed.folder / "results" / name / "summary" for name in ("tiny", "together"))
    rows = pd.read_csv(tiny / "summary.csv")
    assert {"rewound/erk_0.5/0.1", "lrr/0.5+lamp", "cyclic/erk_0.1+rescale", "cyclic/lamp_0.1"} <= {*rows["run"]}
    for label, values in {
        "criterion": {"lamp"},
        "transform": {"rescale"},
        "variant": {"held", "focal", "ahead"},
    }.items():
        assert values == {*rows[label].dropna()} - {"magnitude"}
    flips = pd.read_csv(tiny / "flipped_signs.csv")
    assert flips.loc[flips["run"] == "cyclic/erk_0.1+rescale", "flipped"].notna().sum() == 2
    drawn = pd.read_csv(installed.folder / "figures/tiny/changed_signs.csv")
    assert len(drawn) and (installed.folder / "figures/tiny/changed_signs.png").stat().st_size
    assert [claim["n_seeds"] for claim in json.loads((tiny / "claims.json").read_text()) if claim["id"] == "wr"] == [2]

    rows = pd.read_csv(joined / "summary.csv")
    assert {*rows["model"]} == {"all_cnn"} and {*rows["dataset"]} == {"gratings"}
    assert {*rows["variant"].dropna()} == {"lion"}
    assert {*pd.read_csv(installed.folder / "figures/together/loss_of_variants.csv")["run"]} == {
        "cyclic/erk_0.1",
        "lion/cyclic/erk_0.1",
    }
    assert "lion" in {claim["id"] for claim in json.loads((joined / "claims.json").read_text())}


def test_additions_stand_in_the_generated_files(installed):
    reference = (installed.folder / "docs/reference.md").read_text()
    assert [addition.name for addition in ADDITIONS if addition.shows not in reference] == []
    assert "figures/tiny/changed_signs.png" in (installed.folder / "dvc.yaml").read_text()
    assert '"Schedule_trapezoid"' in (installed.folder / "docs/params.schema.json").read_text()


@pytest.mark.campaign
@pytest.mark.parametrize("name", BY_NAME)
def test_an_addition_really_runs_alone(copy, name):
    needed = with_those_before(BY_NAME[name])
    for addition in needed:
        addition.install(copy.folder)
    copy.edit("params.yaml", ("recorded: [tiny]", "recorded: []"))
    shutil.rmtree(copy.folder / "logs/tiny")
    jobs = set().union(*(addition.jobs for addition in needed))
    done = copy.sculpt("reproduce")
    assert done.returncode == 0, done.stderr
    assert len([*(copy.folder / "logs/tiny").rglob("*.log")]) == len(jobs)
    experiment = BY_NAME[name].experiment
    if experiment:
        done = copy.sculpt("reproduce", "--experiment", experiment)
        assert done.returncode == 0, done.stderr
    assert trained(copy.folder / f"logs/{experiment or 'tiny'}") == {*BY_NAME[name].nodes}


def test_the_table_is_the_documents():
    assert table() in (ROOT / "docs/extending.md").read_text(), "python tests/workflow/additions.py"


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.noun)
def test_the_document_has_each_kind(kind):
    signature = f"`{kind.function}({', '.join(kind.parameters)})`"
    heading = f"### {kind.noun.capitalize()}: `src/sculpt/{kind.folder}/`, {signature}\n"
    _, found, rest = (ROOT / "docs/extending.md").read_text().partition(heading)
    section = rest.partition("\n### ")[0]
    assert found and all(f"`{constant}`" in section for constant in kind.constants)
    assert f"`{Path(kind.folder).name}`" in rest.partition("### Study")[2]


def test_the_documents_example_is_the_one_that_runs():
    assert (ADDED / "training/losses/focal.py").read_text() in (ROOT / "docs/extending.md").read_text()


SECTION = "from sculpt.core.settings import Section\n\nclass Settings(Section):\n    "
BAD = {
    "training/losses/nameless.py": (f"{SECTION}pass\n", "has no function loss(logits, labels, settings)"),
    "training/schedules/other.py": (
        f"{SECTION}pass\n\ndef share(step, settings): pass\n",
        "share(step, settings); allowed: share(progress, cycle, settings)",
    ),
    "training/updates/free.py": ("def start(parameters, settings): pass\n", "has no class Settings(Section)"),
    "training/transforms/named.py": (
        f"{SECTION}name: str\n\ndef transform(weights, mask, seeds, settings): pass\n",
        "Settings.name; allowed: no such key, the register adds it",
    ),
    "recipe/methods/long/__init__.py": (
        f"{SECTION}pass\n\ndef plan(tree, settings): pass\n",
        ".py: has the name of src/sculpt/recipe/methods/long; allowed: one run method of each name",
    ),
    "figures/mask-overlap.py": ("", "cannot be a figure; allowed: a Python module named with lower-case letters,"),
    "claims/1st.py": ("", "cannot be a claim; allowed: a Python module named with lower-case letters,"),
    "claims/mute.py": ("TABLES = ()\n", "has no function judge(tables)"),
    "figures/plain.py": (
        f"CAPTION = str()\n\n{SECTION}pass\n\ndef draw(tables, settings): pass\n",
        "has no TABLES, CAPTION; allowed: TABLES, CAPTION, each a literal",
    ),
    "data/sets/reaching.py": (
        "TRAIN = 9\nTEST = 9\nSIZE = 9\nCLASSES = 9\n"
        f"{SECTION}pass\n\ndef read(root, settings):\n    from sculpt.stages import job\n",
        "imports sculpt.stages; allowed: data and what is below it: core, params, recipe",
    ),
    "models/architectures/broken.py": ("import nothing_of_this_name\n", "fails at import: ModuleNotFoundError: No "),
    "analyses/cut.py": ("def analyse(\n", "fails at import: SyntaxError: "),
    "studies/birds/update/wings.py": (
        "",
        "holds no kind of plug-in; allowed: analyses, architectures, between, changes, claims,",
    ),
}


@pytest.fixture
def source(tmp_path) -> Checkout:
    """The code and the tiny experiment alone; no command gets far in it."""
    shutil.copytree(ROOT / "src/sculpt", tmp_path / "src/sculpt", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "params.yaml").write_text(TINY)
    return Checkout(tmp_path)


def test_each_plug_in_that_cannot_be_used_is_one_line_and_nothing_starts(source):
    for file, (text, _) in BAD.items():
        path = source.folder / "src/sculpt" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    before = sorted(path for path in source.folder.iterdir())
    check, run = source.sculpt("params", "check"), source.sculpt("reproduce")
    assert (check.returncode, run.returncode) == (1, 1) and check.stdout + run.stdout == ""
    lines = check.stderr.splitlines()
    for file, (_, reason) in BAD.items():
        place = f"src/sculpt/{file.removesuffix('/__init__.py').removesuffix('/wings.py')}"
        assert len([line for line in lines if line.startswith(place) and reason in line]) == 1, check.stderr
    assert len(lines) == len(BAD), check.stderr
    assert run.stderr.splitlines() == [line for line in lines if "/claims/" not in line], "claims are judged last"
    assert sorted(path for path in source.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "      - {method: imp,",
            "      - {method: lrr, ladder: [0.5]}\n      - {method: imp,",
            "params.yaml: experiments.tiny.runs.8.ladder.0: lrr/0.5; allowed: each run once, and runs.7.ladder.0 asks "
            "for this one\n",
        ),
        (
            "    profiles:\n",
            "    variants:\n      noisy: {label_noise: 0.2}\n      noisy: {label_noise: 0.1}\n    profiles:\n",
            "params.yaml: line 24: key 'noisy' stands twice in one section; allowed: each key once\n",
        ),
    ],
)
def test_two_runs_or_variants_of_one_name_are_one_line(source, old, new, line):
    source.edit("params.yaml", (old, new))
    done = source.sculpt("params", "check")
    assert (done.returncode, done.stderr) == (1, line)


ASTRAY = """
from sculpt.recipe.cycles import cycle
from sculpt.recipe.node import INIT
from sculpt.recipe.settings import RunSettings


class Settings(RunSettings):
    pass


def plan(tree, settings):
    cycle(tree, "warm/cycle_1", INIT, INIT, None, density=1.0)
"""


def test_a_node_that_no_stage_would_train_is_one_line(source):
    (source.folder / "src/sculpt/recipe/methods/astray.py").write_text(ASTRAY)
    source.edit("params.yaml", ("    runs:\n", "    runs:\n      - {method: astray}\n"))
    done = source.sculpt("params", "check")
    allowed = "allowed: a key that begins with dense/, cyclic/, sculpt/, iterative/"
    line = f"params.yaml: experiments.tiny.runs.0: plans warm/cycle_1; {allowed}\n"
    assert (done.returncode, done.stderr) == (1, line)
