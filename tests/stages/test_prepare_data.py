"""The data stage: files that do not depend on how many threads made them, and what enters the network."""

from argparse import Namespace

import pytest
import torch

from sculpt.core.files import read_json
from sculpt.core.tensors import read_tensors
from sculpt.data.long_tail import tail_sizes
from sculpt.stages import prepare_data
from sculpt.stages.artifacts.inputs import read_images
from sculpt.stages.jobs import job, lines

DIGITS = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}


def prepare(folder, threads=1, **settings):
    given = Namespace(config={"data": {**DIGITS, **settings}}, out=folder, threads=threads)
    prepare_data.main(given, job.Job("data", folder / "data.log"))
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".log"}


def test_threads_change_no_byte(tmp_path):
    assert prepare(tmp_path / "one") == prepare(tmp_path / "three", threads=3)


def test_a_crop_is_what_enters_the_network_and_changes_no_tensor(tmp_path):
    whole, cropped = prepare(tmp_path / "whole"), prepare(tmp_path / "cropped", crop=6)
    assert "crop" not in read_json(tmp_path / "whole" / "data.json")
    differing = [name for name in whole if whole[name] != cropped[name]]
    assert differing == ["data.json"]
    cpu = torch.device("cpu")
    large, small = (read_images(tmp_path / name, "test", [0, 1], cpu) for name in ("whole", "cropped"))
    assert (large.shape, small.shape) == ((1, 8, 8), (1, 6, 6))
    index = torch.arange(3)
    assert torch.equal(small.plain(index, 2)[0], large.plain(index, 2)[0][:, :, 1:7, 1:7])


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """A table of two groups of the digits, odd and even by their number."""
    rows = [
        f"{split},{i},{'odd' if i % 2 else 'even'}" for split, n in (("train", 1297), ("test", 500)) for i in range(n)
    ]
    (tmp_path / "groups.csv").write_text("\n".join(["split,image,group", *rows]))
    monkeypatch.setenv("SCULPT_DATA", str(tmp_path))
    return "groups.csv"


def test_groups_are_stored_and_read_where_there_are_any(tmp_path, groups):
    plain, grouped = prepare(tmp_path / "plain"), prepare(tmp_path / "grouped", groups=groups)
    assert plain != grouped
    facts = read_json(tmp_path / "grouped" / "data.json")
    assert facts.pop("groups") == ["even", "odd"]
    assert facts == read_json(tmp_path / "plain" / "data.json")
    for split in ("train", "validation", "test"):
        without, tensors = (read_tensors(tmp_path / name / f"{split}.safetensors") for name in ("plain", "grouped"))
        found = tensors.pop("groups")
        assert (found.dtype, found.shape, sorted(set(found.tolist()))) == (torch.int64, without["labels"].shape, [0, 1])
        assert without.keys() == tensors.keys() == {"images", "labels"}
        assert all(torch.equal(without[name], tensors[name]) for name in without)
        placed = read_images(tmp_path / "grouped", split, [0, 1], torch.device("cpu"))
        assert torch.equal(placed.groups, found)
    assert read_images(tmp_path / "plain", "test", [0], torch.device("cpu")).groups is None
    # Every test image of the data set is taken, in its order.
    assert read_tensors(tmp_path / "grouped" / "test.safetensors")["groups"].tolist() == [0, 1] * 250


def test_a_long_tail_shortens_the_training_images_alone(tmp_path, capfd):
    whole, tail = prepare(tmp_path / "whole"), prepare(tmp_path / "tail", long_tail=0.1)
    assert sorted(name for name in whole if whole[name] == tail[name]) == ["test.safetensors", "validation.safetensors"]
    labels = {name: read_tensors(tmp_path / name / "train.safetensors")["labels"] for name in ("whole", "tail")}
    smallest = int(labels["whole"].bincount().min())
    assert labels["tail"].bincount().tolist() == tail_sizes(smallest, 10, 0.1)
    sizes = read_json(tmp_path / "tail" / "data.json")["sizes"]
    assert sizes == {"train": len(labels["tail"]), "validation": 297, "test": 500}
    assert f"{sizes['train']} train images (97 to 10 of a class), 297 val" in capfd.readouterr().err


def test_progress_is_told(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(lines, "SECONDS_BETWEEN_LINES", 0.0)
    prepare(tmp_path)
    told = capfd.readouterr().err.strip().split("\n\n")
    assert told[0].startswith("data: decoded 512 of 1,797, ") and told[0].endswith(" s left")
    assert told[-1] == "data: 1000 train images, 297 validation images, 500 test images"
