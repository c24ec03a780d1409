"""The images of a split, and the shuffle, crop and flip of a batch as one gather."""

from dataclasses import dataclass, field
from math import log

import torch
from torch import Tensor
from torch.nn.functional import grid_sample, pad

from sculpt.core.randomness import generator

MOST_RESIDENT_BYTES = 16 * 2**30
"""Padded images of more bytes than this stay memory-mapped on the host, whatever the device's memory."""


@dataclass(frozen=True)
class Images:
    """A split on the training device.

    `pixels`: uint8 (N, H + room, W + room, channels), zero-padded, of which crops of (H, W) enter the network, so that
    their offsets run from 0 to `room`; `labels`: int64 (N, R), a column per replicate (they differ under label noise);
    `mean`, `scale`: (channels,); `smallest_area`: the least share of the image's area that a resized crop has (None:
    crops are not resized); `groups`: int64 (N,), on the device of the labels (None: the groups are the classes).
    """

    pixels: Tensor
    labels: Tensor
    mean: Tensor
    scale: Tensor
    room: int
    smallest_area: float | None
    groups: Tensor | None = None

    @classmethod
    def place(
        cls,
        images: Tensor,
        labels: Tensor,
        mean: list[float],
        scale: list[float],
        shift: int,
        device: torch.device,
        crop: int | None = None,
        smallest_area: float | None = None,
        groups: Tensor | None = None,
    ) -> "Images":
        """From uint8 (N, channels, H, W) and int64 (N, R), padded by `shift`; `crop` (None: all) enters the network.

        groups: int64 (N,), of a data set that has groups beside its classes.
        """
        count, channels, height, width = images.shape
        room = 2 * shift + (0 if crop is None else height - crop)
        rest = (
            labels.to(device),
            torch.tensor(mean).to(device),
            torch.tensor(scale).to(device),
            room,
            smallest_area,
            None if groups is None else groups.to(device),
        )
        if count * channels * (height + 2 * shift) * (width + 2 * shift) > MOST_RESIDENT_BYTES:
            return HostImages(images, *rest, shift=shift)
        return cls(_padded(images, shift).to(device), *rest)

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def device(self) -> torch.device:
        """Where batches are."""
        return self.labels.device

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of what enters the network."""
        _, height, width, channels = self.pixels.shape
        return channels, height - self.room, width - self.room

    def draw(self, random: torch.Generator) -> Tensor:
        """Where to crop each image in one epoch, int64: (2, N) for `gather` or (4, N) for `gather_resized`."""
        if self.smallest_area is None:
            return torch.randint(self.room + 1, (2, len(self)), generator=random)
        _, height, width = self.shape
        return resized_boxes(len(self), height + self.room, width + self.room, self.smallest_area, random)

    def gather(self, index: Tensor, down: Tensor, right: Tensor, flip: Tensor) -> tuple[Tensor, Tensor]:
        """A batch: `index`, `down`, `right` (offsets of the crop in pixels) and `flip` (bool) are (B, R).

        Returns images (B, R * channels, H, W), channels_last and replicate-major, and labels (R, B).
        """
        _, height, width = self.shape
        rows = torch.arange(height, device=index.device)[None, :, None] + down[:, None, :]
        columns = torch.arange(width, device=index.device)[None, :, None]
        columns = torch.where(flip[:, None, :], width - 1 - columns, columns) + right[:, None, :]
        picked = self.pixels[index[:, None, None, :], rows[:, :, None, :], columns[:, None, :, :]]
        images = ((picked.float() - self.mean) / self.scale).flatten(3).permute(0, 3, 1, 2)
        return images, self.labels.gather(0, index).T

    def gather_resized(
        self, index: Tensor, top: Tensor, left: Tensor, height: Tensor, width: Tensor, flip: Tensor
    ) -> tuple[Tensor, Tensor]:
        """As `gather`, with each image's box (in pixels, (B, R)) scaled to (H, W) by bilinear interpolation.

        As torchvision's resized_crop without antialiasing, which boxes that are hardly larger than (H, W) do not need.
        """
        _, rows, columns = self.shape
        whole = self.pixels[index.flatten()].permute(0, 3, 1, 2).float()
        down, right = _samples(top, height, rows, whole.shape[2]), _samples(left, width, columns, whole.shape[3])
        right = torch.where(flip[..., None], right.flip(2), right)
        grid = torch.stack(torch.broadcast_tensors(right[..., None, :], down[..., :, None]), -1).flatten(0, 1)
        picked = grid_sample(whole, grid, padding_mode="border", align_corners=False)
        images = (picked - self.mean[:, None, None]) / self.scale[:, None, None]
        images = images.unflatten(0, index.shape).flatten(1, 2).contiguous(memory_format=torch.channels_last)
        return images, self.labels.gather(0, index).T

    def groups_at(self, index: Tensor) -> Tensor:
        """The groups of a batch, int64 (R, B), from its index (B, R): the labels where there are no other groups."""
        index = index.to(self.device)
        return self.labels.gather(0, index).T if self.groups is None else self.groups[index].T

    def centred(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """The images at `index` (B, R) without augmentation: the centre of each."""
        centre = torch.full_like(index, round(self.room / 2))
        return self.gather(index, centre, centre, torch.zeros_like(index, dtype=torch.bool))

    def plain(self, indices: Tensor, replicates: int) -> tuple[Tensor, Tensor]:
        """The images at `indices` (B,) without augmentation, the same for every replicate."""
        return self.centred(indices[:, None].expand(-1, replicates))


@dataclass(frozen=True)
class HostImages(Images):
    """A split that does not fit on the device: each batch's bytes are read from the file and moved there.

    `pixels`: uint8 (N, channels, H, W), memory-mapped, neither padded nor cropped. Where the index comes from the host
    too, the next batch is read while the device computes; from the device it would have to be waited for.
    """

    shift: int = field(kw_only=True)

    @property
    def shape(self) -> tuple[int, int, int]:
        _, channels, height, width = self.pixels.shape
        return channels, height + 2 * self.shift - self.room, width + 2 * self.shift - self.room

    def gather(self, index: Tensor, *where: Tensor) -> tuple[Tensor, Tensor]:
        return self._moved(index).gather(self._places(index), *(part.to(self.device) for part in where))

    def gather_resized(self, index: Tensor, *where: Tensor) -> tuple[Tensor, Tensor]:
        return self._moved(index).gather_resized(self._places(index), *(part.to(self.device) for part in where))

    def _moved(self, index: Tensor) -> Images:
        """Just the images at `index`, on the device."""
        index = index.flatten()
        picked = self.pixels.index_select(0, index.to(self.pixels.device))
        if self.device.type == "cuda":
            picked = picked.pin_memory()  # a copy from other memory would wait for the device
        pixels = _padded(picked.to(self.device, non_blocking=True), self.shift)
        labels = self.labels[index.to(self.device)]
        return Images(pixels, labels, self.mean, self.scale, self.room, self.smallest_area)

    def _places(self, index: Tensor) -> Tensor:
        return torch.arange(index.numel(), device=self.device).view(index.shape)


def _padded(images: Tensor, shift: int) -> Tensor:
    """(N, channels, H, W) as (N, H + 2 * shift, W + 2 * shift, channels), zeros around each image."""
    return pad(images.permute(0, 2, 3, 1), (0, 0, shift, shift, shift, shift)).contiguous()


def _samples(start: Tensor, length: Tensor, out: int, side: int) -> Tensor:
    """Where bilinear scaling of a stretch of pixels to `out` reads: (B, R, out), in grid_sample's units.

    start, length: (B, R), in pixels of the `side`. Nothing beyond the stretch is read.
    """
    steps = (torch.arange(out, device=start.device) + 0.5) * (length[..., None] / out) - 0.5
    pixel = steps.clamp(min=0).minimum(length[..., None] - 1) + start[..., None]
    return (2 * pixel + 1) / side - 1


def resized_boxes(count: int, height: int, width: int, smallest_area: float, random: torch.Generator) -> Tensor:
    """Boxes (4, count) as torchvision's RandomResizedCrop draws them: top, left, height, width in pixels, int64.

    The area is uniform between `smallest_area` of the image's and all of it, the logarithm of the aspect ratio between
    those of 3/4 and 4/3. Ten tries to fit into the image, then the whole image, which has to be square for that.
    """
    boxes = torch.tensor([height, width])[:, None].repeat(1, count)
    found = torch.zeros(count, dtype=torch.bool)
    for _ in range(10):
        shares, places = torch.rand(2, count, dtype=torch.float64, generator=random)
        area = height * width * (smallest_area + (1 - smallest_area) * shares)
        ratio = (log(4 / 3) * (2 * places - 1)).exp()
        tried = torch.stack([(area / ratio).sqrt(), (area * ratio).sqrt()]).round().long()
        fits = (tried[0] > 0) & (tried[0] <= height) & (tried[1] > 0) & (tried[1] <= width)
        boxes = torch.where(fits & ~found, tried, boxes)
        found |= fits
    slack = torch.tensor([height, width])[:, None] - boxes + 1
    corners = (torch.rand(2, count, dtype=torch.float64, generator=random) * slack).long()
    return torch.cat([corners, boxes])


def epoch_draws(images: Images, seeds: list[int], epoch: int, batch_size: int, flip: bool) -> Tensor:
    """What an epoch's augmented batches are made from: int64 (batches, 4 or 6, B, R) on the CPU, for `augmented`.

    Replicate r has the order, crops and flips of (seed r, cumulative epoch). The images that do not fill a last batch
    are left out, others in each epoch.
    """
    n, draws = len(images), []
    for seed in seeds:
        random = generator("order", seed, epoch)
        order = torch.randperm(n, generator=random)
        where = images.draw(random)
        flips = torch.rand(n, generator=random) < (0.5 if flip else 0.0)
        draws.append(torch.stack([order, *where, flips.long()]))
    batches = n // batch_size
    return torch.stack(draws, 2)[:, : batches * batch_size].unflatten(1, (batches, batch_size)).transpose(0, 1)


def augmented(images: Images, draws: Tensor) -> tuple[Tensor, Tensor]:
    """One batch from its draws (4 or 6, B, R): the index, what `Images.draw` drew, and the flip."""
    index, *where, flip = draws.unbind()
    gather = images.gather if images.smallest_area is None else images.gather_resized
    return gather(index, *where, flip.bool())


def noisy_labels(labels: Tensor, classes: int, share: float, seeds: list[int]) -> Tensor:
    """Labels (N,) as (N, R), in which each seed has round(share * N) labels replaced by another class, uniformly."""
    noisy = labels[:, None].repeat(1, len(seeds))
    count = round(share * len(labels))
    for column, seed in enumerate(seeds):
        random = generator("label noise", seed)
        wrong = torch.randperm(len(labels), generator=random)[:count]
        noisy[wrong, column] = (labels[wrong] + torch.randint(1, classes, (count,), generator=random)) % classes
    return noisy
