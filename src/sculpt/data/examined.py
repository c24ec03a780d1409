"""One's own image files, each opened before anything is made of them: can all be used, and what is their colour?"""

import logging
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import sqrt

import numpy as np
from PIL import Image

from sculpt.core.errors import SculptError
from sculpt.core.image_folder import NAMED
from sculpt.core.rounding import rounded
from sculpt.data.folders import decode
from sculpt.data.split import CHUNK, DataError, Split, Splits

LEAST = 8
"""Pixels that each side of an image has at least: a definition of this project. Smaller ones are mostly accidents."""
DEEP = ("I", "F")
"""Begin the names of Pillow's modes of more than 8 bits, which it would clip to white and not scale."""
SECONDS_BETWEEN_LINES = 5.0

LOG = logging.getLogger(__name__)


def decode_own(path: str, size: int) -> np.ndarray:
    """`sculpt.data.folders.decode`, which also refuses what would be decoded into something else than the image."""
    try:
        with Image.open(path) as file:
            if min(file.size) < LEAST:
                width, height = file.size
                raise DataError(f"{path}: {width} x {height} pixels; allowed: at least {LEAST} x {LEAST}")
            if file.mode.startswith(DEEP):
                raise DataError(f"{path}: more than 8 bits per channel (mode {file.mode}); allowed: 8 bits")
    except Image.DecompressionBombError as error:
        raise DataError(f"{path}: not an image that can be decoded ({error})") from None
    except (OSError, SyntaxError, ValueError):
        pass  # `decode` meets the same, and says it
    return decode(path, size)


def examined(splits: Splits, folder: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel of the training pixels, as decoded; opens the images of every split.

    They come from sums of whole numbers, so they are the same on every machine. A deviation below one grey level counts
    as one. Raises DataError, one line with how many of the images cannot be used, and why the first of them.
    """
    total, done, last = sum(map(len, splits.parts.values())), 0, time.monotonic()
    faults, pixels = [], 0
    sums, squares = np.zeros((2, len(splits.mean)), dtype=object)  # whole numbers of any size
    for name, part in splits.parts.items():
        for found in _looked_at(part):
            for one in found:
                if isinstance(one, DataError):
                    faults.append(str(one).replace(f"{folder}/", ""))
                elif name == "train":
                    sums, squares, pixels = sums + one[0], squares + one[1], pixels + one[2]
            done += len(found)
            if time.monotonic() - last > SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                LOG.info("opened %s of %s images", f"{done:,}", f"{total:,}")
    if faults:
        more = f" and {len(faults) - NAMED:,} more" if len(faults) > NAMED else ""
        raise DataError(
            f"{folder}: {len(faults):,} of {total:,} images cannot be used: {'; '.join(faults[:NAMED])}{more}; "
            f"remove or replace them, and start again"
        )
    mean = [s / pixels for s in sums]
    deviations = [sqrt((pixels * q - s * s) / pixels**2) for s, q in zip(sums, squares, strict=True)]
    return tuple(map(rounded, mean)), tuple(rounded(max(1.0, deviation)) for deviation in deviations)


def _looked_at(part: Split) -> Iterator[list[tuple[list[int], list[int], int] | SculptError]]:
    """Of each image, in pieces of at most CHUNK: sums and sums of squares per channel, and pixels; or what is wrong."""

    def look(row: int) -> tuple[list[int], list[int], int] | DataError:
        try:
            image = part.decode(row)
        except DataError as error:
            return error
        values = image.reshape(len(image), -1).astype(np.int64)
        return values.sum(1).tolist(), (values * values).sum(1).tolist(), values.shape[1]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(part), CHUNK):
            yield list(pool.map(look, range(start, min(start + CHUNK, len(part)))))
