"""Batches: the one gather against a plain loop, and what each seed's draws depend on."""

import pytest
import torch
from torchvision.transforms import RandomResizedCrop
from torchvision.transforms.functional import center_crop, resized_crop

from sculpt.core.randomness import generator
from sculpt.data import augmentation
from sculpt.data.augmentation import HostImages, Images, augmented, epoch_draws, noisy_labels, resized_boxes

torch.set_num_threads(1)

N, CHANNELS, SIZE, CLASSES = 23, 3, 6, 5
MEAN, SCALE = [10.0, 20.0, 30.0], [2.0, 3.0, 4.0]


def images(replicates=2, shift=2, n=N, size=SIZE):
    """Random images; pixel (0, 0, 0) of image i is i, and labels differ between replicates."""
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (n, CHANNELS, size, size + 1), generator=random).to(torch.uint8)
    pixels[:, 0, 0, 0] = torch.arange(n)
    labels = torch.randint(CLASSES, (n, replicates), generator=random)
    return pixels, labels, Images.place(pixels, labels, MEAN, SCALE, shift, torch.device("cpu"))


def crop(image, down, right, flip, shift):
    """One image (C, H, W), zero-padded, cropped and flipped, then normalised, in plain steps."""
    channels, height, width = image.shape
    padded = torch.zeros(channels, height + 2 * shift, width + 2 * shift)
    padded[:, shift : shift + height, shift : shift + width] = image
    part = padded[:, down : down + height, right : right + width]
    part = part.flip(2) if flip else part
    return (part - torch.tensor(MEAN)[:, None, None]) / torch.tensor(SCALE)[:, None, None]


@pytest.mark.parametrize("shift", [0, 2])
def test_gather_equals_a_loop_over_images(shift):
    pixels, labels, placed = images(replicates=3, shift=shift)
    assert len(placed) == N
    assert placed.shape == (CHANNELS, SIZE, SIZE + 1)
    random = torch.Generator().manual_seed(1)
    index = torch.randint(N, (8, 3), generator=random)
    down, right = torch.randint(2 * shift + 1, (2, 8, 3), generator=random)
    flip = torch.rand(8, 3, generator=random) < 0.5
    assert flip.any() and not flip.all()
    x, y = placed.gather(index, down, right, flip)
    assert x.shape == (8, 3 * CHANNELS, SIZE, SIZE + 1)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert (x.dtype, y.shape, y.dtype) == (torch.float32, (3, 8), torch.int64)
    for b in range(8):
        for r in range(3):
            expected = crop(pixels[index[b, r]].float(), int(down[b, r]), int(right[b, r]), bool(flip[b, r]), shift)
            # Channels are replicate-major: those of replicate r stand together.
            torch.testing.assert_close(x[b, r * CHANNELS : (r + 1) * CHANNELS], expected, rtol=1e-6, atol=1e-6)
            assert y[r, b] == labels[index[b, r], r]


def test_plain_is_each_image_as_it_is_for_every_replicate():
    pixels, labels, placed = images(replicates=2)
    x, y = placed.plain(torch.tensor([4, 1, 9]), 2)
    for row, i in enumerate((4, 1, 9)):
        for r in range(2):
            expected = crop(pixels[i].float(), 2, 2, False, 2)
            torch.testing.assert_close(x[row, r * CHANNELS : (r + 1) * CHANNELS], expected, rtol=1e-6, atol=1e-6)
    assert torch.equal(y, labels[[4, 1, 9]].T)


def square(side, shift=0, device="cpu", **how):
    """As `images`, square and with a crop."""
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (N, CHANNELS, side, side), generator=random).to(torch.uint8)
    labels = torch.randint(CLASSES, (N, 3), generator=random)
    return pixels, Images.place(pixels, labels, MEAN, SCALE, shift, torch.device(device), **how)


def normal(image):
    return (image.float() - torch.tensor(MEAN)[:, None, None]) / torch.tensor(SCALE)[:, None, None]


@pytest.mark.parametrize(("side", "size"), [(8, 8), (8, 6), (9, 6), (11, 6)])
def test_plain_is_the_centre_crop_of_torchvision(side, size):
    pixels, placed = square(side, crop=size)
    assert placed.shape == (CHANNELS, size, size)
    x, _ = placed.plain(torch.arange(N), 2)
    for r in range(2):
        expected = normal(center_crop(pixels, [size, size]))
        torch.testing.assert_close(x[:, r * CHANNELS : (r + 1) * CHANNELS], expected, rtol=1e-6, atol=1e-6)


def test_a_small_crop_comes_from_anywhere_in_the_padded_image():
    pixels, placed = square(5, shift=1, crop=4)
    where = torch.cat([placed.draw(generator("test", i)) for i in range(40)], 1)
    assert (where.min(), where.max()) == (0, 3), "5 + 2 pixels have 4 places for a crop of 4"
    index, flip = torch.tensor([[7, 3]]), torch.zeros(1, 2, dtype=torch.bool)
    x, _ = placed.gather(index, torch.tensor([[0, 3]]), torch.tensor([[3, 0]]), flip)
    for r, (down, right) in enumerate(((0, 3), (3, 0))):
        padded = torch.nn.functional.pad(pixels[index[0, r]], (1, 1, 1, 1))
        expected = normal(padded[:, down : down + 4, right : right + 4])
        torch.testing.assert_close(x[0, r * CHANNELS : (r + 1) * CHANNELS], expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("flip", [False, True])
def test_a_resized_crop_is_that_of_torchvision(flip):
    pixels, placed = square(20, crop=12, smallest_area=0.08)
    index = torch.tensor([[4, 1], [9, 9], [0, 22]])
    boxes = [of_each[index] for of_each in placed.draw(generator("test", 0))]
    x, y = placed.gather_resized(index, *boxes, torch.full_like(index, flip, dtype=torch.bool))
    assert x.shape == (3, 2 * CHANNELS, 12, 12) and x.is_contiguous(memory_format=torch.channels_last)
    for b in range(3):
        for r in range(2):
            box = [int(of_each[b, r]) for of_each in boxes]
            expected = normal(resized_crop(pixels[index[b, r]].float(), *box, [12, 12], antialias=False))
            expected = expected.flip(2) if flip else expected
            torch.testing.assert_close(x[b, r * CHANNELS : (r + 1) * CHANNELS], expected, rtol=0, atol=1e-3)
            assert y[r, b] == placed.labels[index[b, r], r]


def test_boxes_follow_the_law_of_torchvision():
    """Quantiles of each side and corner, of many boxes, agree with those that torchvision draws."""
    side, n = 40, 3000
    ours = resized_boxes(n, side, side, 0.08, generator("test", 0))
    assert (ours[:2] >= 0).all() and (ours[2:] > 0).all() and (ours[:2] + ours[2:] <= side).all()
    torch.manual_seed(0)
    image = torch.zeros(1, side, side)
    boxes = [RandomResizedCrop.get_params(image, [0.08, 1.0], [3 / 4, 4 / 3]) for _ in range(n)]
    levels = torch.linspace(0.1, 0.9, 9)
    for found, expected in zip(ours.float(), torch.tensor(boxes).float().T, strict=True):
        assert (found.quantile(levels) - expected.quantile(levels)).abs().max() <= 2
    # Independent areas and shapes would be seen in no marginal: the share of the area is uniform, as torchvision's.
    area = (ours[2] * ours[3]).float() / side**2
    assert (area.quantile(levels) - torch.tensor(boxes)[:, 2:].prod(1).div(side**2).quantile(levels)).abs().max() < 0.04


def epoch_batches(placed, seeds, number, batch, flip):
    draws = epoch_draws(placed, seeds, number, batch, flip).to(placed.pixels.device)
    return [augmented(placed, of_batch) for of_batch in draws]


WAYS = [{"shift": 2}, {"shift": 1, "crop": 4}, {"crop": 4, "smallest_area": 0.1}]


def batches(placed):
    """Those of an epoch, and one without augmentation, on the CPU."""
    index = torch.tensor([3, 0], device=placed.pixels.device)
    found = [*epoch_batches(placed, [0, 7], 3, 5, flip=True), placed.plain(index, 2)]
    return [(x.cpu(), y.cpu()) for x, y in found]


@pytest.mark.parametrize("how", WAYS)
def test_images_that_do_not_fit_on_the_device_give_the_same_batches(monkeypatch, how):
    _, resident = square(6, **how)
    monkeypatch.setattr(augmentation, "MOST_RESIDENT_BYTES", N * CHANNELS * 36 - 1)
    pixels, stored = square(6, **how)
    assert isinstance(stored, HostImages) and not isinstance(resident, HostImages)
    assert stored.pixels is pixels, "nothing is copied before a batch asks for it"
    assert (stored.shape, len(stored)) == (resident.shape, len(resident))
    for (x, y), (x_stored, y_stored) in zip(batches(resident), batches(stored), strict=True):
        assert torch.equal(x, x_stored) and torch.equal(y, y_stored)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("most", [0, 2**40], ids=["on the host", "resident"])
@pytest.mark.parametrize("how", WAYS)
def test_a_cuda_device_gives_the_batches_of_the_cpu(monkeypatch, how, most):
    expected = batches(square(6, **how)[1])
    monkeypatch.setattr(augmentation, "MOST_RESIDENT_BYTES", most)
    _, placed = square(6, device="cuda", **how)
    assert placed.device.type == "cuda"
    for (x, y), (x_cpu, y_cpu) in zip(batches(placed), expected, strict=True):
        torch.testing.assert_close(x, x_cpu, rtol=1e-5, atol=1e-3)
        assert torch.equal(y, y_cpu)


def epoch(seeds, number, flip=True, batch=5, shift=2, **how):
    if how:
        _, placed = square(8, **how)
        return epoch_batches(placed, seeds, number, batch, flip)
    _, _, placed = images(replicates=4, shift=shift)
    return epoch_batches(placed, seeds, number, batch, flip)


def replicate(batches, r):
    """What one replicate sees of an epoch: images (n, C, H, W)."""
    return torch.cat([x[:, r * CHANNELS : (r + 1) * CHANNELS] for x, _ in batches])


@pytest.mark.parametrize("how", [{}, {"crop": 4, "smallest_area": 0.1}])
def test_a_seeds_batches_do_not_depend_on_its_neighbours(how):
    together, other, alone = (epoch(seeds, 2, **how) for seeds in ([3, 8, 5], [8, 1], [8]))
    assert torch.equal(replicate(together, 1), replicate(other, 0))
    assert torch.equal(replicate(together, 1), replicate(alone, 0))
    assert not torch.equal(replicate(together, 0), replicate(together, 1))


def test_an_epoch_is_the_same_every_time_and_another_the_next():
    first, again, second = (replicate(epoch([3], number), 0) for number in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, second)


def seen(batches, r, shift=0):
    """The image numbers that a replicate sees (pixel (0, 0, 0) holds them, where nothing moves)."""
    return (replicate(batches, r)[:, 0, 0, 0] * SCALE[0] + MEAN[0]).round().int().tolist()


def test_an_epoch_has_no_image_twice_and_leaves_out_others_each_time():
    left_out = []
    for number in range(6):
        batches = epoch([0, 1], number, flip=False, shift=0)
        assert [len(x) for x, _ in batches] == [5] * (N // 5)
        for r in range(2):
            numbers = seen(batches, r)
            assert len(set(numbers)) == len(numbers) == 20
            left_out.append(frozenset(range(N)) - set(numbers))
    assert len(set(left_out)) > 6


def test_labels_go_with_their_images():
    _, labels, placed = images(replicates=2, shift=0)
    batches = epoch_batches(placed, [4, 6], 1, 5, flip=False)
    for r in range(2):
        assert torch.equal(torch.cat([y[r] for _, y in batches]), labels[seen(batches, r), r])


def test_crops_and_flips_are_drawn_evenly():
    """Each offset about as often as the others, and half of the images flipped, or none where flip is off."""
    n, shift = 2000, 1
    pixels = torch.zeros(n, 1, 3, 4, dtype=torch.uint8)
    pixels[:, 0, 1, 1] = 1  # its place after the crop tells the offsets and, since it is off the centre, the flip
    placed = Images.place(pixels, torch.zeros(n, 1, dtype=torch.int64), [0.0], [1.0], shift, torch.device("cpu"))

    def places(flip):
        ((x, _),) = epoch_batches(placed, [0], 0, n, flip)
        return x[:, 0].sum(0)

    still = places(flip=False)
    assert (still[:, 3] == 0).all(), "without a flip the pixel moves by one at most"
    assert ((still[:, :3] / n - 1 / 9).abs() < 0.03).all()
    flipped = places(flip=True)
    share = torch.tensor([1, 2, 2, 1]) / 18  # columns 0-2 unflipped, 1-3 flipped, half of each
    assert ((flipped / n - share).abs() < 0.03).all()


@pytest.mark.parametrize("most", [augmentation.MOST_RESIDENT_BYTES, 0])
def test_the_groups_of_a_batch_are_those_of_its_images(monkeypatch, most):
    monkeypatch.setattr(augmentation, "MOST_RESIDENT_BYTES", most)
    pixels, labels, plain = images(replicates=3, shift=1)
    groups = torch.arange(N) // 4
    placed = Images.place(pixels, labels, MEAN, SCALE, 1, torch.device("cpu"), groups=groups)
    assert isinstance(placed, HostImages) == (most == 0)
    index = torch.tensor([[4, 1, 22], [9, 9, 0]])
    assert placed.groups_at(index).tolist() == [[1, 2], [0, 2], [5, 0]]
    assert torch.equal(plain.groups_at(index), plain.centred(index)[1]), (
        "classes are the groups where there are no others"
    )


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.333, 0.99])
def test_noisy_labels_replace_an_exact_count_by_another_class(share):
    labels = torch.arange(403) % CLASSES
    noisy = noisy_labels(labels, CLASSES, share, [0, 5])
    assert (noisy.shape, noisy.dtype) == ((403, 2), torch.int64)
    assert (noisy != labels[:, None]).sum(0).tolist() == [round(share * 403)] * 2
    assert noisy.min() >= 0 and noisy.max() < CLASSES


def test_noisy_labels_are_uniform_over_the_other_classes():
    labels = torch.full((3000,), 2)
    counts = torch.bincount(noisy_labels(labels, CLASSES, 0.8, [0])[:, 0], minlength=CLASSES)
    assert counts[2] == 600
    assert ((counts[[0, 1, 3, 4]] - 600).abs() < 100).all()


def test_noisy_labels_are_keyed_by_seed():
    labels = torch.arange(200) % CLASSES
    together, alone = noisy_labels(labels, CLASSES, 0.4, [1, 2, 3]), noisy_labels(labels, CLASSES, 0.4, [2])
    assert torch.equal(together[:, 1], alone[:, 0])
    assert not torch.equal(together[:, 0], together[:, 1])
    assert torch.equal(labels, torch.arange(200) % CLASSES), "the labels given are left alone"


def test_generators_differ_by_purpose_seed_and_what_else_keys_them():
    keys = [("order", 0), ("order", 1), ("noise", 0), ("order", 0, 0), ("order", 0, 1), ("order", 1, 0), ("order", 10)]
    draws = [torch.rand(4, generator=generator(*key)) for key in keys]
    assert all(torch.equal(a, torch.rand(4, generator=generator(*key))) for a, key in zip(draws, keys, strict=True))
    assert len({tuple(draw.tolist()) for draw in draws}) == len(keys)
