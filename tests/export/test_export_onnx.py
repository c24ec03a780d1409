"""The ONNX graph gives the module's logits in onnxruntime, from raw pixels, with sparse weights and dense ones."""

import json

import numpy as np
import pytest

from sculpt.export.formats.onnx import content
from sculpt.export.network import Network
from sculpt.export.register import ExportError
from sculpt.export.sparse_graph import store_sparsely
from sculpt.export.write import write

EXTRA = "`make extras` has not been run"


def session_of(content):
    onnxruntime = pytest.importorskip("onnxruntime", reason=EXTRA)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def test_logits_are_those_of_the_module(trained, tmp_path, pixels, expected):
    onnx = pytest.importorskip("onnx", reason=EXTRA)
    pytest.importorskip("onnxscript", reason=EXTRA)
    written = write(trained, "onnx", tmp_path / "a.onnx")
    session = session_of(str(written.path))
    for count in (1, 5):
        (found,) = session.run(None, {"pixels": pixels[:count].numpy()})
        assert found.dtype == np.float32 and found.shape == (count, 10)
        assert np.abs(found - expected[:count].numpy()).max() < 1e-6 * np.abs(expected.numpy()).max()
    with pytest.raises(Exception, match="Unexpected input data type"):  # images that somebody has scaled already
        session.run(None, {"pixels": pixels.float().numpy() / 255})

    model = onnx.load(written.path)
    onnx.checker.check_model(model, full_check=True)
    metadata = {item.key: item.value for item in model.metadata_props}
    assert metadata["node"] == "cyclic/erk_0.5/cycle_1" and json.loads(metadata["scale"]) == [60.0]
    assert metadata.keys() == written.facts.keys()
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    kept = trained.mask["layer3.1.conv1.weight"].numpy()
    assert np.array_equal(stored["layer3.1.conv1.weight.places"], np.flatnonzero(kept))
    assert "layer3.1.conv1.weight" not in stored
    assert stored.keys() >= {"fc.weight", "conv1.weight"}, "weights that are all kept are smaller as they are"
    assert written.size < 4 * sum(weight.numel() for weight in trained.module.parameters()) / 2
    text = str(model)
    assert ".py" not in text and "network." not in text, "no source files, no name of the wrapper"


def product(weight):
    """The graph of logits = pixels (N, K, as numbers) times a weight (K, M)."""
    onnx = pytest.importorskip("onnx", reason=EXTRA)
    h, number = onnx.helper, onnx.TensorProto
    nodes = [
        h.make_node("Cast", ["pixels"], ["x"], to=number.FLOAT),
        h.make_node("MatMul", ["x", "weight"], ["logits"]),
    ]
    inputs = [h.make_tensor_value_info("pixels", number.UINT8, ["batch", weight.shape[0]])]
    outputs = [h.make_tensor_value_info("logits", number.FLOAT, ["batch", weight.shape[1]])]
    graph = h.make_graph(nodes, "product", inputs, outputs, [onnx.numpy_helper.from_array(weight, "weight")])
    return h.make_model(graph, opset_imports=[h.make_opsetid("", 18)], ir_version=10)


@pytest.mark.parametrize("dense", [False, True])
def test_a_scattered_weight_is_the_weight(monkeypatch, dense):
    weight = np.zeros((50, 8), np.float32)
    weight[3, 4], weight[49, 7], weight[0, 0] = 2.0, -1.5, 0.25
    monkeypatch.setattr("sculpt.export.graph.traced", lambda module, facts: product(weight))
    monkeypatch.setattr("sculpt.export.formats.onnx.NEEDS", ("onnx",))
    session = session_of(content(Network(None, {}, {"seed": 4}), dense))
    pixels = np.zeros((2, 50), np.uint8)
    pixels[0, 3], pixels[1, 49], pixels[1, 0] = 10, 2, 100
    (found,) = session.run(None, {"pixels": pixels})
    wanted = np.zeros((2, 8), np.float32)
    wanted[0, 4], wanted[1, 7], wanted[1, 0] = 20.0, -3.0, 25.0
    assert np.array_equal(found, wanted) and session.get_modelmeta().custom_metadata_map == {"seed": "4"}


def test_only_what_is_smaller_in_parts_is_stored_so():
    """A weight of 400 numbers takes 1600 bytes: 149 of 8 bytes and what is around them are less, 150 are not."""
    for kept, apart in ((149, True), (150, False)):
        weight = (np.arange(400) < kept).astype(np.float32).reshape(50, 8)
        model = product(weight)
        store_sparsely(model)
        assert {tensor.name for tensor in model.graph.initializer} == (
            {"weight.values", "weight.places", "weight.size", "weight.shape"} if apart else {"weight"}
        )


def test_missing_packages_are_named_in_one_line(trained, tmp_path, monkeypatch):
    monkeypatch.setattr("sculpt.export.formats.onnx.find_spec", lambda name: None if name == "onnxscript" else name)
    with pytest.raises(ExportError, match=r"^--format: onnx needs onnxscript; allowed: once `make extras`") as fault:
        write(trained, "onnx", tmp_path / "a.onnx")
    assert "\n" not in str(fault.value) and not list(tmp_path.iterdir())
