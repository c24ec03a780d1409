"""The bits of an evaluation: as they are stored, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from sculpt.core.files import ArtifactError
from sculpt.core.hits import merged, read_hits, write_hits

NODE = "cyclic/erk_0.1/cycle_1"


@given(images=st.integers(1, 40), seeds=st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True))
def test_hits_read_back_as_they_were_written(tmp_path_factory, images, seeds):
    path = tmp_path_factory.mktemp("hits") / "some.hits.safetensors"
    random = np.random.default_rng(images)
    correct = {node: random.random((len(seeds), images)) < 0.7 for node in (NODE, "dense/cycle_1")}
    write_hits(path, seeds, correct)
    found = read_hits(path)
    assert found.keys() == {(node, seed) for node in correct for seed in seeds}
    for node, hits in correct.items():
        for seed, hit in zip(seeds, hits, strict=True):
            assert found[node, seed].dtype == bool and np.array_equal(found[node, seed], hit)
    first = path.read_bytes()
    write_hits(path, seeds, correct)
    assert path.read_bytes() == first


def test_an_image_takes_one_bit(tmp_path):
    write_hits(tmp_path / "hits", [3], {NODE: np.array([[True, False, False, False, False, False, False, True, True]])})
    stored = load_file(tmp_path / "hits")
    assert {name: (array.dtype.name, array.tolist()) for name, array in stored.items()} == {
        "seeds": ("int64", [3]),
        "images": ("int64", [9]),
        NODE: ("uint8", [[0b10000001, 0b10000000]]),
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({NODE: np.zeros((1, 3), np.uint8)}, r"cycle_1 is uint8 \(1, 3\), expected uint8 \(1, 2\)"),
        ({NODE: np.zeros((1, 2), np.int8)}, r"cycle_1 is int8 \(1, 2\), expected"),
        ({NODE: np.array([[0, 1]], np.uint8)}, "cycle_1 has bits after its last image"),
        ({"seeds": None}, "lacks seeds"),
        ({"seeds": None, "images": None}, "lacks seeds, images"),
    ],
)
def test_a_file_that_is_not_of_hits_is_refused(tmp_path, change, reason):
    path = tmp_path / "hits"
    whole = {"seeds": np.array([0]), "images": np.array([9]), NODE: np.zeros((1, 2), np.uint8)} | change
    save_file({name: array for name, array in whole.items() if array is not None}, path)
    with pytest.raises(ArtifactError, match=rf"hits: .*{reason}"):
        read_hits(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ArtifactError, match="hits: unreadable tensors"):
        read_hits(path)


def test_several_files_are_one():
    parts = [{(NODE, seed): np.array([True])} for seed in (0, 1)]
    assert list(merged(parts)) == [(NODE, 0), (NODE, 1)]
    assert merged([]) is None
