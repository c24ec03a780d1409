"""Each task that docs/how-to shows is done as it stands there, on the tiny experiment."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from instructions import KINDS, NAMES, Section, follow, in_tiny, sections
from PIL import Image

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/how-to").glob("*.md"))
ALL = [section for page in PAGES for section in sections(page)]
NODE = NAMES["sculpt/erk_0.05/cycle_3/0.01"]


def images(folder: Path) -> None:
    """Two classes that a network can tell apart: dark and bright noise."""
    lots = np.random.default_rng(0)
    for name, least in (("dark", 0), ("bright", 100)):
        (folder / "data/raw/my-images" / name).mkdir(parents=True)
        for number in range(60):
            pixels = lots.integers(least, least + 120, (12, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"data/raw/my-images/{name}/{number}.png")


def revisions(checkout) -> None:
    """Two commits with what the run recorded; the second differs in a document."""
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "what ran")
    checkout.edit("docs/index.md", ("# SCULPT", "# SCULPT!"))
    checkout.git("commit", "--quiet", "--all", "--message", "a document")


def loaded(folder: Path, said: str) -> None:
    table = pd.read_csv(folder / "results/tiny/summary/summary.csv")
    (row,) = table[(table["node"] == NODE) & (table["seed"] == 0)].to_dict("records")
    accuracy = float(re.search(r"'accuracy': ([\d.]+)", said)[1])
    assert accuracy == pytest.approx(row["test_accuracy"], abs=1.0)  # an image near a tie, of 100


def drawn(folder: Path, said: str) -> None:
    with Image.open(folder / "layer_densities.png") as picture:
        assert min(picture.size) > 300


def exported(folder: Path, said: str) -> None:
    (file,) = (path for path in (folder / "exports").rglob("*") if path.is_file())
    assert file.name in said
    state = torch.load(file)
    kept = pd.read_csv(folder / "results/tiny/summary/summary.csv").set_index("node").loc[NODE, "density"].iloc[0]
    weights = [value for value in state.values() if value.dim() > 1]
    assert sum(int(w.count_nonzero()) for w in weights) / sum(w.numel() for w in weights) == pytest.approx(kept)


def trained_on_images(folder: Path, said: str) -> None:
    (data,) = (folder / "results/mine").rglob("data.json")
    assert json.loads(data.read_text())["classes"] == 2
    assert (folder / "figures/mine/accuracy_vs_density.png").exists()


def trained_with_noise(folder: Path, said: str) -> None:
    assert set(pd.read_csv(folder / "results/noisy/summary/summary.csv")["variant"].dropna()) == {"noisy"}
    assert (folder / "figures/noisy/accuracy_vs_density.png").exists()


def explained(folder: Path, said: str) -> None:
    assert "accuracy_vs_density" in said and "summary.csv" in said


def compared(folder: Path, said: str) -> None:
    assert re.search(r"^Against \w{7,}, level bytes: .*: 0 faults$", said, re.MULTILINE)


PREPARED = {
    "Train on a folder of images": lambda checkout: images(checkout.folder),
    "Compare two revisions": revisions,
    "Go back": revisions,
    "Move artifacts between machines": revisions,
    "Compare in DVC's own way": revisions,
}
HELD = {
    "Load and evaluate a network": loaded,
    "Plot its layer densities": drawn,
    "Export a network": exported,
    "Train on a folder of images": trained_on_images,
    "Add an experiment based on another": trained_with_noise,
    "Compare two revisions": compared,
    "Find out why a file is as it is": explained,
}
"""The seven tasks that docs/how-to/index.md promises, and what must be there after each."""


@pytest.mark.parametrize(
    "section",
    # The rest is what other tests hold too: `make campaign` does it as it is written.
    [pytest.param(one, marks=() if one.heading in HELD else pytest.mark.campaign) for one in ALL],
    ids=lambda section: f"{section.page}-{section.heading}",
)
def test_a_section_does_what_it_says(section, copy):
    PREPARED.get(section.heading, lambda checkout: None)(copy)
    said = follow(section, copy.folder)
    HELD.get(section.heading, lambda folder, said: None)(copy.folder, said)


@pytest.mark.campaign
def test_the_tutorial_can_be_followed(copy):
    for section in sections(ROOT / "docs/tutorial.md"):
        if section.heading == "5. Change it":
            copy.edit("params.yaml", ("mask: erk, densities: [0.1, 0.05]}", "mask: erk, densities: [0.1, 0.05, 0.02]}"))
        follow(section, copy.folder)
    table = pd.read_csv(copy.folder / "results/my-question/summary/summary.csv")
    assert set(table["target_density"]) == {0.5, 0.2, 0.1, 0.05, 0.02}


def test_every_task_is_shown_and_every_block_is_of_a_known_kind():
    assert HELD.keys() <= {section.heading for section in ALL}
    assert PREPARED.keys() <= {section.heading for section in ALL}
    assert {kind for section in ALL for kind, _ in section.blocks} <= KINDS


@pytest.mark.parametrize("section", [s for s in ALL if s.heading in HELD], ids=lambda section: section.heading)
def test_a_task_takes_one_command_or_at_most_three_lines(section):
    programs = [text.split("\n") for kind, text in section.blocks if kind == "python"]
    assert all(len([line for line in lines if line]) <= 3 for lines in programs)


def test_names_of_the_default_experiment_become_those_of_the_tiny_one():
    told = "show sculpt/erk_0.05/0.01 --experiment digits; figures/digits/a.png digits-full my-digits a/digits.csv"
    assert in_tiny(told) == (
        "show sculpt/erk_0.1/0.02 --experiment tiny; figures/tiny/a.png digits-full my-digits a/digits.csv"
    )


def test_a_command_that_fails_is_no_success(copy):
    with pytest.raises(AssertionError, match="nothing-such"):
        follow(Section("page", "made up", (("sh", ".venv/bin/sculpt show nothing-such\n"),)), copy.folder)
