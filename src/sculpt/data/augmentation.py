"""Resident images, and the shuffle, crop and flip of a batch as one gather."""

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad


def generator(purpose: str, seed: int, *rest: int) -> torch.Generator:
    """A CPU generator keyed by its purpose, never by method or neighbour, so a seed's draws depend on neither."""
    key = hashlib.sha256("/".join(map(str, (purpose, seed, *rest))).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(key[:8], "big") >> 1)


@dataclass(frozen=True)
class Images:
    """A split on the training device.

    `pixels`: uint8 (N, H + 2 * shift, W + 2 * shift, channels), zero-padded by `shift`; `labels`: int64 (N, R), a
    column a replicate (they differ under label noise); `mean`, `scale`: (channels,).
    """

    pixels: Tensor
    labels: Tensor
    mean: Tensor
    scale: Tensor
    shift: int

    @classmethod
    def place(
        cls, images: Tensor, labels: Tensor, mean: list[float], scale: list[float], shift: int, device: torch.device
    ) -> "Images":
        """From uint8 (N, channels, H, W) and int64 (N, R)."""
        padded = pad(images.permute(0, 2, 3, 1), (0, 0, shift, shift, shift, shift)).contiguous()
        return cls(
            padded.to(device), labels.to(device), torch.tensor(mean).to(device), torch.tensor(scale).to(device), shift
        )

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of an image without its padding."""
        _, height, width, channels = self.pixels.shape
        return channels, height - 2 * self.shift, width - 2 * self.shift

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

    def plain(self, indices: Tensor, replicates: int) -> tuple[Tensor, Tensor]:
        """The images at `indices` (B,) without augmentation, the same for every replicate."""
        index = indices[:, None].expand(-1, replicates)
        centre = torch.full_like(index, self.shift)
        return self.gather(index, centre, centre, torch.zeros_like(index, dtype=torch.bool))


def epoch_draws(images: Images, seeds: list[int], epoch: int, batch_size: int, flip: bool) -> Tensor:
    """What an epoch's augmented batches are made from: int64 (batches, 4, B, R) on the CPU, as `augmented` takes them.

    Replicate r has the order, crops and flips of (seed r, cumulative epoch). The images that do not fill a last batch
    are left out, others in each epoch.
    """
    n, draws = len(images), []
    for seed in seeds:
        random = generator("order", seed, epoch)
        order = torch.randperm(n, generator=random)
        offsets = torch.randint(2 * images.shift + 1, (2, n), generator=random)
        flips = torch.rand(n, generator=random) < (0.5 if flip else 0.0)
        draws.append(torch.stack([order, *offsets, flips.long()]))
    batches = n // batch_size
    return torch.stack(draws, 2)[:, : batches * batch_size].unflatten(1, (batches, batch_size)).transpose(0, 1)


def augmented(images: Images, draws: Tensor) -> tuple[Tensor, Tensor]:
    """One batch, as `Images.gather` gives it, from its draws (4, B, R): index, down, right, flip."""
    index, down, right, flip = draws.unbind()
    return images.gather(index, down, right, flip.bool())


def noisy_labels(labels: Tensor, classes: int, share: float, seeds: list[int]) -> Tensor:
    """Labels (N,) as (N, R), in which each seed has round(share * N) labels replaced by another class, uniformly."""
    noisy = labels[:, None].repeat(1, len(seeds))
    count = round(share * len(labels))
    for column, seed in enumerate(seeds):
        random = generator("label noise", seed)
        wrong = torch.randperm(len(labels), generator=random)[:count]
        noisy[wrong, column] = (labels[wrong] + torch.randint(1, classes, (count,), generator=random)) % classes
    return noisy
