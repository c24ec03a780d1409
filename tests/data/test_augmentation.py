"""Batches: the one gather against a plain loop, and what each seed's draws depend on."""

import pytest
import torch

from sculpt.data.augmentation import Images, augmented, epoch_draws, generator, noisy_labels

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


def epoch_batches(placed, seeds, number, batch, flip):
    return [augmented(placed, draws) for draws in epoch_draws(placed, seeds, number, batch, flip)]


def epoch(seeds, number, flip=True, batch=5, shift=2):
    _, _, placed = images(replicates=4, shift=shift)
    return epoch_batches(placed, seeds, number, batch, flip)


def replicate(batches, r):
    """What one replicate sees of an epoch: images (n, C, H, W)."""
    return torch.cat([x[:, r * CHANNELS : (r + 1) * CHANNELS] for x, _ in batches])


def test_a_seeds_batches_do_not_depend_on_its_neighbours():
    together, other, alone = epoch([3, 8, 5], 2), epoch([8, 1], 2), epoch([8], 2)
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
