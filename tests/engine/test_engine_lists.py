"""Lists, read as the kernels read them, are the convolution and its transpose."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import conv2d

from sculpt.engine.graph import Convolution, Shape
from sculpt.engine.programs import lists
from sculpt.engine.programs.lists import FILLED, HEIGHT, Field

torch.set_num_threads(1)


@st.composite
def cases(draw):
    """A convolution, height and width of what it reads, and which weights are kept."""
    groups = draw(st.sampled_from([1, 1, 2, 5]))
    inputs, outputs = groups * draw(st.integers(1, 6)), groups * draw(st.sampled_from([1, 2, 4, 5, 8]))
    kernel, stride = draw(st.sampled_from([1, 3, 5, 7])), draw(st.sampled_from([1, 2]))
    height, width = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    shape = Shape(outputs, (height - 1) // stride + 1, (width - 1) // stride + 1)
    layer = Convolution("weight", "norm", 1, kernel, stride, groups, inputs, shape)
    density = draw(st.sampled_from([0.0, 0.05, 0.5, 0.9, 1.0]))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    return layer, (height, width), random.random(layer.weight_shape) < density, random


def padded(values, halo):
    """Values (channels, height, width) in a line with their halo, as a buffer holds them, and where (0, 0, 0) is."""
    channels, height, width = values.shape
    field = Field.of(height, width, halo)
    line = np.zeros((channels, halo + height, halo + width))
    line[:, halo:, halo:] = values
    return np.concatenate([line.ravel(), np.zeros(halo * field.pitch + halo)]), halo * (field.pitch + 1)


def applied(rows, weights, values, halo, shape, stride=1):
    """The sums of the lists at every place: (channels, height, width) of `shape`."""
    line, origin = padded(values, halo)
    pitch = values.shape[2] + halo
    out = np.full((shape.channels, shape.height, shape.width), np.nan)
    for channel, height, entries, offset, value in rows.groups:
        places = rows.weights[value : value + height * entries].reshape(entries, height)
        numbers = np.where(places >= 0, weights[places], 0.0)
        offsets = rows.offsets[offset : offset + entries]
        for y, x in np.ndindex(shape.height, shape.width):
            read = line[origin + stride * (y * pitch + x) + offsets]
            out[channel : channel + height, y, x] = read @ numbers
    return out


def places_of(mask):
    places = np.full(mask.shape, -1, np.int32)
    places[mask] = np.arange(mask.sum())
    return places


@settings(max_examples=60, deadline=None)
@given(cases())
def test_lists_are_the_convolution_and_its_transpose(case):
    layer, (height, width), mask, random = case
    places, weights = places_of(mask), np.append(random.standard_normal(mask.sum()), 0.0)
    dense = torch.from_numpy(np.where(mask, weights[places], 0.0))
    read = torch.from_numpy(random.standard_normal((1, layer.inputs, height, width))).requires_grad_()
    made = conv2d(read, dense, stride=layer.stride, padding=layer.kernel // 2, groups=layer.groups)
    halo = layer.kernel // 2

    rows = lists.forward(layer, Field.of(height, width, halo)).lists(places)
    found = applied(rows, weights, read[0].detach().numpy(), halo, layer.shape, layer.stride)
    assert np.allclose(found, made[0].detach().numpy())

    behind = torch.from_numpy(random.standard_normal(made.shape))
    (expected,) = torch.autograd.grad(made, read, behind)
    field, behind = Field.of(layer.shape.height, layer.shape.width, halo), behind[0].numpy()
    if layer.stride == 1:
        rows = lists.backward(layer, field).lists(places)
        found = applied(rows, weights, behind, halo, Shape(layer.inputs, height, width))
    else:
        found = np.full((layer.inputs, height, width), np.nan)
        for y, x in [(y, x) for y in (0, 1) for x in (0, 1) if y < height and x < width]:
            part = found[:, y::2, x::2]
            rows = lists.backward_of_parity(layer, field, (y, x)).lists(places)
            part[:] = applied(rows, weights, behind, halo, Shape(*part.shape))
    assert np.allclose(found, expected[0].numpy())


@settings(max_examples=60, deadline=None)
@given(cases())
def test_each_row_has_its_weights_once_and_in_order(case):
    layer, (height, width), mask, _ = case
    rows = lists.forward(layer, Field.of(height, width, layer.kernel // 2)).lists(places_of(mask))
    found: dict[int, list[int]] = {}
    for channel, tall, entries, _, value in rows.groups:
        places = rows.weights[value : value + tall * entries].reshape(entries, tall)
        assert tall in (1, HEIGHT)
        assert tall == 1 or 100 * (places >= 0).sum() >= FILLED * places.size
        assert tall > 1 or (places >= 0).all(), "only shared lists are filled up"
        for row in range(tall):
            found[channel + row] = [place for place in places[:, row] if place >= 0]
    expected = places_of(mask).reshape(layer.shape.channels, -1)
    assert found == {row: [place for place in kept if place >= 0] for row, kept in enumerate(expected)}


def test_rows_of_a_dense_layer_share_their_lists():
    layer = Convolution("weight", "norm", 1, 3, 1, 1, 3, Shape(10, 4, 4))
    rows = lists.forward(layer, Field.of(4, 4, 1)).lists(places_of(np.ones(layer.weight_shape, bool)))
    assert rows.groups[:, 1].tolist() == [4, 4, 1, 1]
    assert rows.groups[:, 0].tolist() == [0, 4, 8, 9]
