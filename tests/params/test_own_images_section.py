"""An experiment on a folder of one's own images: asked of the disk when it is selected, and never before."""

import json
import re
from pathlib import Path

import pytest
from mistakes import TEXT

from sculpt.core import image_folder
from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.params.read import ParamsError
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.grid import Grid

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/own-images.md").read_text()
MINE = """
  mine:
    based_on: digits
    data: {name: folder, path: mine, size: 16}
    model: {name: resnet20, width: 8}
"""


@pytest.fixture(autouse=True)
def images(tmp_path, monkeypatch):
    """Files that nobody opens, in `mine` and `my-images` of the data folder."""
    image_folder.seen.cache_clear()
    monkeypatch.setenv("SCULPT_DATA", str(tmp_path))
    for folder in ("mine", "my-images"):
        for name, count in (("ants", 120), ("bees", 90)):
            (tmp_path / folder / name).mkdir(parents=True)
            for i in range(count):
                (tmp_path / folder / name / f"{i}.jpg").touch()
    yield tmp_path
    image_folder.seen.cache_clear()


def params(folder, more=MINE, *changes):
    text = TEXT + more
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "params.yaml").write_text(text)
    return load(folder / "params.yaml")


def refused(found, name="mine"):
    with pytest.raises(ParamsError) as caught:
        found.select(name)
    return str(caught.value).split("\n")


def test_the_lines_of_the_document_are_an_experiment(tmp_path):
    """As its reader adds them to the end of params.yaml."""
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    name, experiment = params(tmp_path, example).select("mine")
    data = Grid(name, described(experiment)).experiment["data"]
    assert {key: data[key] for key in ("train", "validation", "test", "classes")} == {
        "train": 151,
        "validation": 17,
        "test": 42,
        "classes": 2,
    }
    assert len(all_jobs(name, experiment)) > 100


def test_who_checks_params_needs_no_images(tmp_path):
    found = params(tmp_path, MINE, ("experiment: digits", "experiment: mine"))
    (tmp_path / "mine").rename(tmp_path / "mines")
    found = load(tmp_path / "params.yaml")
    for name, experiment in found.experiments.items():
        assert Grid(name, described(experiment)).tree.runs
    assert found.named() == "mine"
    assert [*found.here(["mine", "digits", "gone"])] == ["digits"]
    (line,) = refused(found, None)
    assert line.startswith('params.yaml: experiments.mine.data.path: "mine"; allowed: a folder of images; ')
    assert line.endswith("/mine: no such folder; nearest: 'mines'")


def test_other_data_sets_are_taken_as_they_are_written(tmp_path):
    found = params(tmp_path)
    assert found.select("digits")[1] is found.experiments["digits"]
    (job, *_) = all_jobs(*found.select("digits"))
    data = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}
    assert json.loads(job.config) == {"data": data} and job.images is None


def test_the_job_has_what_was_found(tmp_path):
    found = params(tmp_path)
    (job, *_) = all_jobs(*found.select("mine"))
    data = json.loads(job.config)["data"]
    assert data["listing"] == image_folder.look_into(tmp_path / "mine").listing
    assert (data["train"], data["validation"], data["test"], data["classes"]) == (151, 17, 42, 2)
    assert job.images == str(tmp_path / "mine")
    (tmp_path / "mine/bees/new.jpg").touch()
    (again, *_) = all_jobs(*found.select("mine"))
    assert again.config == job.config, "one process sees one state"
    image_folder.seen.cache_clear()
    (after, *_) = all_jobs(*found.select("mine"))
    assert after.config != job.config, "the next command sees the new image"


def test_what_is_trained_with_is_held_to_what_was_found(tmp_path):
    found = params(
        tmp_path,
        MINE + "    training: {batch_size: 152}\n    criteria: {snip: {samples_per_class: 66}}\n",
    )
    assert refused(found) == [
        "params.yaml: experiments.mine.training.batch_size: 152; allowed: at most data.train (151)",
        "params.yaml: experiments.mine.criteria.snip.samples_per_class: 66; allowed: at most 65, since data.train is "
        "151 images of 2 classes",
    ]


def test_a_fault_of_the_folder_is_one_line_with_its_key(tmp_path):
    (tmp_path / "mine/none").mkdir()
    (line,) = refused(params(tmp_path))
    assert line.startswith('params.yaml: experiments.mine.data.path: "mine"; ')
    assert "/mine: 1 of 3 classes without an image: none; allowed: " in line


def test_a_key_that_the_folder_cannot_have_is_refused_without_it(tmp_path):
    with pytest.raises(ParamsError, match=r"mine\.data\.listing: \"abc\"; allowed: "):
        params(tmp_path, MINE.replace("size: 16", "size: 16, listing: abc"))
