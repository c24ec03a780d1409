"""Files: what is written reads back, twice the same bytes, and what cannot be used is named."""

import json
import math
import os
import resource
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from sculpt.core.files import ArtifactError, read_json, replacing, write_json, write_rows
from sculpt.core.tables import read_table, write_table
from sculpt.core.tensors import read_mask, read_tensors, read_weights, write_streamed, write_tensors
from sculpt.data.split import DataError

torch.set_num_threads(1)


def weights():
    random = torch.Generator().manual_seed(0)
    return {
        "conv.weight": torch.randn(2, 4, 3, 3, 3, generator=random),
        "bn.running_var": torch.rand(2, 4, generator=random),
        "head.weight": torch.randn(2, 5, 4, generator=random),
    }


def mask():
    return {name: tensor > 0 for name, tensor in weights().items() if "bn" not in name}


ROWS = [
    {"seed": 0, "loss": 0.1, "name": "a"},
    {"seed": 1, "loss": 1 / 3, "name": "with, comma"},
    {"seed": 2, "loss": 1e-320, "name": 'with "quotes"'},
]
RECORD = [{"seed": 1, "density": 0.1, "flops": 2**70, "none": None, "nested": {"b": [1.5], "a": True}, "é": "ü"}]


# Round trips.


@pytest.mark.parametrize("count", [1, 7, 1000])
def test_a_streamed_file_is_the_one_that_is_written_whole(tmp_path, count):
    images = torch.randint(256, (count, 3, 5, 5), dtype=torch.uint8)
    labels = {"labels": torch.arange(count)}
    write_tensors(tmp_path / "whole", {**labels, "images": images})
    write_streamed(tmp_path / "streamed", labels, "images", images.shape, (part.numpy() for part in images.split(4)))
    assert (tmp_path / "streamed").read_bytes() == (tmp_path / "whole").read_bytes()


def test_pieces_that_end_early_leave_no_file(tmp_path):
    def pieces():
        yield np.zeros((1, 2), dtype=np.uint8)
        raise DataError("the image is damaged")

    with pytest.raises(DataError, match=r"^the image is damaged"):
        write_streamed(tmp_path / "t", {}, "images", (9, 2), pieces())
    assert list(tmp_path.iterdir()) == []


def test_tensors_round_trip(tmp_path):
    given = {**weights(), **{f"mask {n}": m for n, m in mask().items()}, "images": torch.arange(6, dtype=torch.uint8)}
    given["double"] = torch.tensor([1 / 3, -0.0, 1e-310], dtype=torch.float64)
    write_tensors(tmp_path / "new" / "folder" / "t", given)
    found = read_tensors(tmp_path / "new" / "folder" / "t")
    assert found.keys() == given.keys()
    for name, tensor in given.items():
        assert (found[name].dtype, found[name].shape) == (tensor.dtype, tensor.shape)
        assert found[name].numpy().tobytes() == tensor.numpy().tobytes()


def test_tensors_of_any_layout_round_trip(tmp_path):
    """Transposed, sliced, expanded, channels_last, requiring gradients, and several views of one storage."""
    base = torch.arange(48.0)
    given = {
        "transposed": base.view(6, 8).T,
        "sliced": base[1::3],
        "expanded": base[:1].expand(7),
        "channels_last": base.view(2, 4, 3, 2).contiguous(memory_format=torch.channels_last),
        "parameter": torch.nn.Parameter(base[20:24]),
        "first": base[:10],
        "second": base[10:20],
    }
    write_tensors(tmp_path / "t", given)
    found = read_tensors(tmp_path / "t")
    assert all(torch.equal(found[name], tensor.detach()) for name, tensor in given.items())


def test_weights_and_mask_round_trip(tmp_path):
    write_tensors(tmp_path / "w", weights())
    write_tensors(tmp_path / "m", mask())
    read = read_weights(tmp_path / "w")
    assert all(torch.equal(read[name], tensor) for name, tensor in weights().items())
    found = read_mask(tmp_path / "m", read)
    assert found.keys() == mask().keys()
    assert all(torch.equal(found[name], kept) for name, kept in mask().items())


def test_json_round_trip(tmp_path):
    write_json(tmp_path / "r.json", RECORD)
    assert read_json(tmp_path / "r.json") == RECORD
    text = (tmp_path / "r.json").read_text()
    assert text.endswith("]\n") and text.isascii()


def test_rows_and_tables_round_trip(tmp_path):
    """Numbers as the shortest decimals that read back the same."""
    write_rows(tmp_path / "rows.csv", ROWS)
    text = (tmp_path / "rows.csv").read_text()
    assert text.splitlines()[:2] == ["seed,loss,name", "0,0.1,a"]
    table = read_table(tmp_path / "rows.csv")
    assert table.to_dict("records") == ROWS
    write_table(tmp_path / "table.csv", table)
    assert (tmp_path / "table.csv").read_text() == text


def test_any_float_survives_a_table(tmp_path):
    random = np.random.default_rng(0)
    values = np.concatenate([random.standard_normal(2000) * 10.0 ** random.integers(-300, 300, 2000), [0.1 + 0.2]])
    write_table(tmp_path / "a.csv", pd.DataFrame({"v": values}))
    write_rows(tmp_path / "b.csv", [{"v": value} for value in values.tolist()])
    for name in ("a.csv", "b.csv"):
        np.testing.assert_array_equal(read_table(tmp_path / name)["v"], values)


# The same bytes.

WRITE = """
import sys, pathlib, torch
from sculpt.core.files import write_json, write_rows
from sculpt.core.tensors import write_tensors

def write(folder, reverse):
    names = sorted({f"layer{i}" for i in range(20)}, reverse=reverse)
    write_tensors(folder / "t", {name: torch.full((3,), float(name[5:])) for name in names})
    write_json(folder / "j", {name: {"b": 0.1, "a": [1]} for name in names})
    write_rows(folder / "r", [{"x": 1 / 3, "y": "z"}])
"""


def test_writes_are_byte_identical_between_processes_and_orders(tmp_path):
    """Whatever the hash seed and the order of the names."""
    code = WRITE + "write(pathlib.Path(sys.argv[1]), reverse=True)"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], env=environment, check=True)
    here = {}
    exec(WRITE, here)
    here["write"](tmp_path / "b", reverse=False)
    for name in ("t", "j", "r"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_files_hold_nothing_of_where_and_when_they_were_written(tmp_path):
    for name in ("one", "two"):
        write_tensors(tmp_path / name / "t", weights())
    written = (tmp_path / "one" / "t").read_bytes()
    os.utime(tmp_path / "one" / "t", (0, 0))
    assert written == (tmp_path / "two" / "t").read_bytes()
    header = json.loads(written[8 : 8 + int.from_bytes(written[:8], "little")])
    assert header.keys() == weights().keys()


# Files that cannot be used.


@pytest.mark.parametrize("read", [read_tensors, read_weights, read_json, read_table])
def test_a_missing_file_is_named(tmp_path, read):
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(ArtifactError) as caught:
            read(path)
        assert str(caught.value) == f"{path}: no such file"


def test_a_missing_mask_is_named(tmp_path):
    with pytest.raises(ArtifactError, match="absent: no such file"):
        read_mask(tmp_path / "absent", weights())


def test_truncated_tensors_are_named_at_any_length(tmp_path):
    path = tmp_path / "weights.safetensors"
    write_tensors(path, weights())
    whole = path.read_bytes()
    for length in [*range(0, 60), *range(60, len(whole), 37), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ArtifactError) as caught:
            read_tensors(path)
        assert str(caught.value).startswith(f"{path}: unreadable tensors: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"PK\x03\x04" + b"\0" * 100, b"\xff" * 200, b"\x08\0\0\0\0\0\0\0{notjson"]
)
def test_what_is_not_a_tensor_file_is_named(tmp_path, content):
    path = tmp_path / "mask.safetensors"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"mask\.safetensors: unreadable tensors: "):
        read_mask(path, weights())


@pytest.mark.parametrize("content", [b"", b'[{"seed": 0', b"not json", b"\xff\xfe\x00", b'{"a": 1} {"b": 2}'])
def test_unreadable_json_is_named(tmp_path, content):
    path = tmp_path / "record.json"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"record\.json: unreadable JSON: ") as caught:
        read_json(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xfa,b\n1,2\n", b'a,b\n1,"2\n', b"a,b\n1,2\n1,2,3\n"])
def test_unreadable_tables_are_named(tmp_path, content):
    path = tmp_path / "history.csv"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"history\.csv: unreadable table: ") as caught:
        read_table(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_weights_that_are_not_finite_are_named_with_their_tensor(tmp_path, value):
    bad = weights()
    bad["bn.running_var"][1, 2] = value
    write_tensors(tmp_path / "weights.safetensors", bad)
    with pytest.raises(ArtifactError, match=r"weights\.safetensors: bn\.running_var holds a value that is not finite"):
        read_weights(tmp_path / "weights.safetensors")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"other.weight": torch.ones(2, 3, dtype=torch.bool)}, "only one of the two has other.weight"),
        ({"head.weight": torch.ones(2, 4, 5, dtype=torch.bool)}, r"head.weight is \(2, 4, 5\), the weight \(2, 5, 4\)"),
        ({"head.weight": torch.ones(3, 5, 4, dtype=torch.bool)}, r"head.weight is \(3, 5, 4\), the weight \(2, 5, 4\)"),
        ({"head.weight": torch.ones(2, 5, 4)}, "head.weight is torch.float32, a mask is bool"),
        ({"head.weight": torch.ones(2, 5, 4, dtype=torch.uint8)}, "head.weight is torch.uint8, a mask is bool"),
    ],
)
def test_a_mask_that_does_not_fit_is_named(tmp_path, change, message):
    path = tmp_path / "mask.safetensors"
    write_tensors(path, mask() | change)
    with pytest.raises(ArtifactError, match=message) as caught:
        read_mask(path, weights())
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("change", ["lacks a layer", "masks batch norm"])
def test_a_mask_of_other_layers_is_named(tmp_path, change):
    bad = mask()
    if change == "lacks a layer":
        del bad["head.weight"]
    else:
        bad["bn.running_var"] = torch.ones(2, 4, dtype=torch.bool)
    write_tensors(tmp_path / "mask.safetensors", bad)
    with pytest.raises(ArtifactError, match="does not fit the model"):
        read_mask(tmp_path / "mask.safetensors", weights())


def test_weights_of_another_type_are_named(tmp_path):
    write_tensors(tmp_path / "w", {name: tensor.double() for name, tensor in weights().items()})
    with pytest.raises(ArtifactError):
        read_weights(tmp_path / "w")


# Writes that fail.


REFUSALS = (ValueError, TypeError, AttributeError, RuntimeError)


@pytest.mark.parametrize(
    ("write", "good", "bad"),
    [
        (write_json, {"a": 1}, {"a": math.nan}),
        (write_json, {"a": 1}, {"a": object()}),
        (write_rows, [{"a": 1}], [{"a": 1}, {"a": 2, "b": 3}]),
        (write_tensors, {"a": torch.ones(2)}, {"a": torch.ones(2), "b": "no tensor"}),
        (write_tensors, {"a": torch.ones(2)}, {"a": torch.ones(2, 2).to_sparse()}),
        (write_table, pd.DataFrame({"a": [1]}), "no table"),
    ],
)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, write, good, bad):
    path = tmp_path / "artifact"
    write(path, good)
    before = path.read_bytes()
    with pytest.raises(REFUSALS):
        write(path, bad)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["artifact"]
    with pytest.raises(REFUSALS):
        write(tmp_path / "new", bad)
    assert os.listdir(tmp_path) == ["artifact"], "nor is there a new file"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_write_that_is_interrupted_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "folder" / "artifact"
    with replacing(path) as temporary:
        temporary.write_text("old")
        assert not path.exists()
        assert temporary.parent == path.parent, "another file system could not rename in one step"
    with pytest.raises(error), replacing(path) as temporary:
        temporary.write_text("half")
        assert path.read_text() == "old"
        raise error
    assert path.read_text() == "old"
    assert os.listdir(path.parent) == ["artifact"]


@pytest.mark.parametrize(
    "write",
    [
        lambda path: write_tensors(path, {"x": torch.zeros(10**6)}),
        lambda path: write_json(path, "x" * 10**6),
        lambda path: write_table(path, pd.DataFrame({"x": range(10**6)})),
    ],
)
def test_a_full_disk_is_one_line_and_leaves_the_old_file(tmp_path, write):
    path = tmp_path / "artifact"
    path.write_text("old")
    held = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then such a write fails, as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (10**5, held[1]))
    try:
        with pytest.raises(ArtifactError, match=f"^{path}: cannot be written: .*File too large"):
            write(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, held)
        signal.signal(signal.SIGXFSZ, ignored)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["artifact"]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtifactError, match="file/artifact: cannot be written: "):
        write_json(tmp_path / "file/artifact", 1)


def test_a_write_replaces_the_file_and_does_not_write_into_it(tmp_path):
    """A reader that has the old file open keeps the old content, as does a hard link (DVC's cache may be one)."""
    path, link = tmp_path / "artifact", tmp_path / "link"
    write_json(path, 1)
    os.link(path, link)
    write_json(path, 2)
    assert (read_json(path), read_json(link)) == (2, 1)
