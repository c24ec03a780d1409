"""Where an export goes, what it says of the network, and what is refused."""

import hashlib
from dataclasses import replace

import pytest
import torch

from sculpt.core.errors import SculptError
from sculpt.core.files import ArtifactError
from sculpt.export.network import network_of
from sculpt.export.register import FORMATS, ExportError, must_be_format
from sculpt.export.write import write


def test_the_formats_are_what_their_register_asks_for():
    assert list(FORMATS.faults()) == []
    assert FORMATS.names == ("onnx", "safetensors", "torchvision")


def test_the_default_file_names_experiment_node_and_seed(trained, made):
    written = write(trained, "torchvision")
    assert written.path == made.root / "exports/made-cyclic-erk_0.5-cycle_1-seed_1.pth"
    assert written.size == written.path.stat().st_size and not written.replaced
    assert write(trained, "torchvision").replaced


@pytest.mark.parametrize("format", ["torchvision", "safetensors"])
def test_the_same_network_gives_the_same_bytes_under_any_name(trained, tmp_path, format):
    suffix = FORMATS.constant(format, "SUFFIX")
    paths = [write(trained, format, tmp_path / f"{name}{suffix}").path for name in ("a", "other")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_facts_are_those_of_the_seed(trained, made):
    facts = network_of(trained).facts
    weights = made.results / "cyclic/seeds_0-1/erk_0.5/cycle_1/weights.safetensors"
    kept = sum(int(mask.sum()) for mask in trained.mask.values())
    assert facts == {
        "experiment": "made",
        "node": "cyclic/erk_0.5/cycle_1",
        "seed": 1,
        "density": kept / 67_848,
        "kept": kept,
        "model": {"name": "resnet20", "width": 8},
        "classes": 10,
        "image": [1, 8, 8],  # the middle of 10 x 10
        "mean": [120.0],
        "scale": [60.0],
        "weights_sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
    }


@pytest.mark.parametrize(
    ("format", "out", "said"),
    [
        ("torchvision", "", r"is a folder; allowed: a file, such as .*/made-cyclic-.*-seed_1\.pth"),
        ("onnx", "network.pth", r"network\.pth; allowed: a name that ends with \.onnx, such as .*-seed_1\.onnx"),
        ("torchvision", "results/made/more.pth", "lies in results/, where jobs alone write; allowed: such as"),
        ("onx", "a.onnx", r'^--format: "onx"; allowed: onnx, safetensors, torchvision; nearest: \'onnx\'$'),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(trained, made, format, out, said):
    before = sorted(made.root.rglob("*"))
    with pytest.raises(ExportError, match=said) as fault:
        write(trained, format, made.root / out)
    assert "\n" not in str(fault.value) and sorted(made.root.rglob("*")) == before


def test_a_full_disk_leaves_the_file_that_was_there(trained, tmp_path, monkeypatch):
    path = write(trained, "torchvision", tmp_path / "a.pth").path
    before = path.read_bytes()

    def full(self, content):
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(ArtifactError, match="cannot be written: No space left on device"):
        write(trained, "torchvision", path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.pth"] and path.read_bytes() == before


def test_weights_outside_the_mask_are_refused(trained):
    name, kept = next((name, kept) for name, kept in trained.mask.items() if int((~kept).sum()) >= 2)
    with torch.no_grad():
        weight = dict(trained.module.named_parameters())[name]
        weight[~kept] = torch.tensor([0.5, 0.25] + [0.0] * (int((~kept).sum()) - 2))
    with pytest.raises(SculptError, match=f"^{name}: 2 weights outside the mask are not zero; allowed: zeros there$"):
        network_of(trained)


def test_a_network_in_training_is_exported_as_evaluated_and_left_as_it_is(trained):
    found = network_of(replace(trained, module=trained.module.train())).module
    assert not found.training and not found.bn1.training and trained.module.training
    assert found.conv1.weight is not trained.module.conv1.weight


def test_results_that_are_gone_are_named(trained, tmp_path):
    with pytest.raises(ArtifactError, match=r"elsewhere/results/made/data/test\.safetensors: no such file"):
        network_of(replace(trained, root=tmp_path / "elsewhere"))
    with pytest.raises(ArtifactError, match=r"elsewhere/weights\.safetensors: no such file"):
        network_of(replace(trained, folder=tmp_path / "elsewhere"))


def test_a_known_format_passes():
    assert [must_be_format(name) for name in FORMATS.names] == [None] * 3
