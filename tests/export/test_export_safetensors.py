"""Sparse weights as gaps and values: by hand, back again, and small."""

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from sculpt.core.files import ArtifactError
from sculpt.export.formats.safetensors import content, facts, gaps_of, places_of, read
from sculpt.export.network import Network
from sculpt.export.write import write


@pytest.mark.parametrize(
    ("places", "gaps"),
    [
        ([], []),
        ([0], [1]),
        ([0, 1, 4], [1, 1, 3]),
        ([253], [254]),
        ([254], [255, 0]),
        ([255], [255, 1]),
        ([3, 513], [4, 255, 255, 0]),
        ([1000], [255, 255, 255, 236]),
    ],
)
def test_gaps_by_hand(places, gaps):
    kept = np.zeros((2, 501), bool)
    kept.flat[places] = True
    found = gaps_of(kept)
    assert found.dtype == np.uint8 and found.tolist() == gaps
    assert places_of(found).tolist() == places


@pytest.mark.parametrize("density", [0.0005, 0.004, 0.05, 0.5, 1.0])
def test_gaps_lead_back_at_any_density(density):
    kept = np.random.default_rng(7).random(20_000) < density
    assert np.array_equal(places_of(gaps_of(kept)), np.flatnonzero(kept))


def test_the_state_is_read_back_exactly_and_loads_strictly(trained, tmp_path):
    path = write(trained, "safetensors", tmp_path / "a.safetensors").path
    state, theirs = read(path), trained.module.state_dict()
    assert state.keys() == {name for name in theirs if "num_batches" not in name}
    assert all(torch.equal(state[name], theirs[name]) for name in state)
    with torch.no_grad():
        for parameter in trained.module.parameters():
            parameter.zero_()
    trained.module.load_state_dict(state, strict=True)
    assert all(torch.equal(value, state[name]) for name, value in trained.module.state_dict().items() if name in state)


def test_the_mask_can_be_read_even_where_a_kept_weight_is_zero(tmp_path):
    mask = torch.zeros(40, 10, dtype=torch.bool)
    mask[3, 4] = mask[39, 9] = True
    layer = torch.nn.Linear(10, 40)
    layer.weight.data.zero_()
    (tmp_path / "a.safetensors").write_bytes(content(Network(layer, {"weight": mask}, {}), dense=False))
    stored = load_file(tmp_path / "a.safetensors")
    assert places_of(stored["weight.gaps"].numpy()).tolist() == [34, 399] and stored["weight.values"].tolist() == [0, 0]
    assert facts(tmp_path / "a.safetensors")["sparse"] == {"weight": [40, 10]}


def test_a_weight_is_stored_in_the_smaller_form(tmp_path):
    """Of 1000 weights 5 bytes each for 798 are 3990 with gaps of one byte, and those stored dense take 4000."""
    for kept, sparse in ((798, True), (800, False)):
        mask = (torch.arange(1000) < kept).view(1, 1000)
        layer = torch.nn.Linear(1000, 1)
        layer.weight.data *= mask
        (tmp_path / "a.safetensors").write_bytes(content(Network(layer, {"weight": mask}, {}), dense=False))
        assert ("weight.gaps" in load_file(tmp_path / "a.safetensors")) == sparse
        assert torch.equal(read(tmp_path / "a.safetensors")["weight"], layer.weight)


def test_a_dense_file_is_one_that_any_reader_of_safetensors_reads(trained, tmp_path):
    path = write(trained, "safetensors", tmp_path / "a.safetensors", dense=True).path
    trained.module.load_state_dict(load_file(path), strict=True)
    assert facts(path)["sparse"] == {} and read(path).keys() == load_file(path).keys()


def test_the_facts_are_in_the_file(trained, tmp_path):
    written = write(trained, "safetensors", tmp_path / "a.safetensors")
    with safe_open(written.path, "pt") as file:
        found = json.loads(file.metadata()["sculpt"])
    sparse = found.pop("sparse")
    assert found == written.facts and {*sparse} <= {*trained.mask}
    assert sparse["layer3.1.conv1.weight"] == [32, 32, 3, 3]
    assert written.size < 0.3 * write(trained, "safetensors", tmp_path / "b.safetensors", dense=True).size


def test_a_file_of_another_program_is_refused(tmp_path):
    save_file({"a": torch.zeros(1)}, tmp_path / "a.safetensors")
    (tmp_path / "b.safetensors").write_text("no")
    for name in ("a", "b"):
        with pytest.raises(ArtifactError, match=f"{name}.safetensors: is not an export of sculpt: "):
            read(tmp_path / f"{name}.safetensors")
    with pytest.raises(ArtifactError, match=r"c\.safetensors: no such file"):
        read(tmp_path / "c.safetensors")
