"""Prints, as JSON, the SHA-256 of every criterion's masks of the digits, and scores of the head's weights.

python mask_digests.py <width> <seeds> <density> ...
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

import torch
from pruning_cases import METHODS, draw, grasp_scores, resnet

from sculpt.core.kinds import DATASETS
from sculpt.data.augmentation import Images
from sculpt.data.split import take
from sculpt.pruning.criteria import snip
from sculpt.pruning.scoring import scoring_images
from sculpt.training.device.execution import be_deterministic


def digits(seeds):
    """The training images, as a job has them."""
    splits = take(DATASETS.load("digits")(Path(), {"size": 8}), 1000, 297, 500)
    train = splits.parts["train"]
    pixels = torch.cat([torch.from_numpy(chunk) for chunk in train.chunks(1)])
    labels = torch.from_numpy(train.labels)[:, None].repeat(1, len(seeds))
    return Images.place(pixels, labels, [*splits.mean], [*splits.scale], 1, torch.device("cpu"))


def main(width, count, *densities):
    be_deterministic()
    seeds = list(range(int(count)))
    given, network = digits(seeds), resnet(seeds, int(width)).to(memory_format=torch.channels_last)
    found = {}
    for method, settings in METHODS.items():
        for density in densities:
            mask = draw(method, network, given, seeds, float(density), settings).mask
            found[f"{method} {density}"] = sha256(b"".join(k.numpy().tobytes() for k in mask.values())).hexdigest()
    index = scoring_images(given, seeds, 4)
    scores = {"snip": snip.scores(network, given, index), "grasp": grasp_scores(network, given, index)}
    heads = {method: score["head.weight"].flatten().tolist() for method, score in scores.items()}
    print(json.dumps({"masks": found, "scores": heads}))


if __name__ == "__main__":
    main(*sys.argv[1:])
