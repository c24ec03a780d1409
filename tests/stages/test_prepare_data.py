"""The data stage: files that do not depend on how many threads made them, and what enters the network."""

from argparse import Namespace

import torch

from sculpt.core.files import read_json
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


def test_progress_is_told(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(lines, "SECONDS_BETWEEN_LINES", 0.0)
    prepare(tmp_path)
    told = capfd.readouterr().err.strip().split("\n\n")
    assert told[0].startswith("data: decoded 512 of 1,797, ") and told[0].endswith(" s left")
    assert told[-1] == "data: 1000 train images, 297 validation images, 500 test images"
