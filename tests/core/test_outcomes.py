"""What nodes predict, as a file, and what machine.json has to have."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from sculpt.core.files import ArtifactError, write_json
from sculpt.core.machines import KEYS, digest_of, read_machine
from sculpt.core.outcomes import Outcomes, joined, read_outcomes, write_outcomes

PLACE, OTHER = ("dense/cycle_1", "test"), ("iterative/lrr/0.5", "validation")


def made(seeds=(0, 1)) -> Outcomes:
    predictions = np.arange(3) + np.array(seeds)[:, None]
    losses = {PLACE: predictions / 3, OTHER: predictions / 7}
    return Outcomes([*seeds], {PLACE: predictions, OTHER: predictions + 1}, losses)


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "outcomes.safetensors"
    digest = write_outcomes(path, made())
    found = read_outcomes(path)
    assert digest == digest_of(path) and found.seeds == [0, 1] and found.places == {PLACE, OTHER}
    assert found.predictions[OTHER].dtype == np.int16 and found.predictions[OTHER].tolist() == [[1, 2, 3], [2, 3, 4]]
    assert found.losses[PLACE].dtype == np.float64 and np.array_equal(found.losses[PLACE], made().losses[PLACE])


def test_a_machine_that_lacks_the_profile_leaves_seeds_alone(tmp_path):
    write_outcomes(tmp_path / "a", Outcomes([3, 4]))
    found = read_outcomes(tmp_path / "a")
    assert found.seeds == [3, 4] and found.places == set()


def test_blocks_are_joined_in_their_order():
    found = joined([made(), made((7,))])
    assert found.seeds == [0, 1, 7] and found.predictions[PLACE].tolist() == [[0, 1, 2], [1, 2, 3], [7, 8, 9]]
    assert found.losses[OTHER].shape == (3, 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda stored: stored.pop("seeds"), "lacks seeds"),
        (lambda stored: stored.update(odd=np.zeros(1)), "odd is not <node>:<split>:predictions or losses"),
        (
            lambda stored: stored.update({"a/b:test:losses": np.zeros((2, 3), np.float32)}),
            r"a/b:test:losses is float32 \(2, 3\), expected float64 \(2, images\)",
        ),
        (
            lambda stored: stored.update({"a/b:test:predictions": np.zeros((1, 3), np.int16)}),
            r"a/b:test:predictions is int16 \(1, 3\), expected int16 \(2, images\)",
        ),
        (
            lambda stored: stored.pop("dense/cycle_1:test:losses"),
            r"dense/cycle_1:test has predictions and losses of \(2, 3\) and None",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_named(tmp_path, change, said):
    path = tmp_path / "outcomes.safetensors"
    write_outcomes(path, made())
    stored = load_file(path)
    change(stored)
    save_file(stored, path)
    with pytest.raises(ArtifactError, match=f"^{path}: {said}$"):
        read_outcomes(path)


def test_a_cut_file_is_named(tmp_path):
    path = tmp_path / "outcomes.safetensors"
    write_outcomes(path, made())
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ArtifactError, match=f"^{path}: unreadable tensors"):
        read_outcomes(path)


def test_what_machine_json_lacks_is_named(tmp_path):
    path = tmp_path / "machine.json"
    write_json(path, dict.fromkeys(KEYS))
    assert read_machine(path) == dict.fromkeys(KEYS)
    write_json(path, {key: None for key in KEYS if key not in ("probe", "why")})
    with pytest.raises(ArtifactError, match=f"^{path}: lacks probe, why$"):
        read_machine(path)
    write_json(path, [])
    with pytest.raises(ArtifactError, match=f"^{path}: lacks available, "):
        read_machine(path)
