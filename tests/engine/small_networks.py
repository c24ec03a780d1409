"""Small models, made-up images and masks for the engine, and torch in float64 with the engine's signs."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from sculpt.core.randomness import generator
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images, augmented, epoch_draws
from sculpt.engine.network import Network
from sculpt.models.build import build
from sculpt.models.stacked import Stack

CLASSES = 10
MODELS = {
    "resnet20": ({"name": "resnet20", "width": 8}, 8),
    "resnet18": ({"name": "resnet18", "width": 8, "stem": "cifar"}, 8),
    "resnet18 of imagenet": ({"name": "resnet18", "width": 8, "stem": "imagenet"}, 33),
    "resnet50": ({"name": "resnet50", "width": 4, "stem": "cifar"}, 10),
    "vgg16": ({"name": "vgg16", "width": 4}, 32),
    "vgg19": ({"name": "vgg19", "width": 4}, 32),
    "mobilenetv2": ({"name": "mobilenetv2", "width": 8, "stem": "cifar"}, 12),
}
"""Settings, and the side of the images."""


class Case:
    """A model of one replicate with its checkpoint and mask, and images of two replicates' labels.

    density: of each layer, at random; tensors are without the axis of replicates.
    """

    def __init__(self, name: str, density: float = 0.3, images: int = 96, seed: int = 0):
        self.settings, size = MODELS[name]
        random = torch.Generator().manual_seed(seed)
        pixels = torch.randint(256, (images, 3, size, size), generator=random, dtype=torch.uint8)
        labels = torch.randint(CLASSES, (images, 2), generator=random)
        self.images = Images.place(pixels, labels, [120.0, 125.0, 115.0], [64.0] * 3, 2, torch.device("cpu"))
        self.model = build(self.settings, 1, 3, CLASSES)
        self.model.initialise([generator("initial weights", seed)])
        self.mask = {name: torch.rand(shape, generator=random) < density for name, shape in self.model.shapes().items()}
        self.weights = {name: tensor[0] for name, tensor in self.model.checkpoint().items()}
        for name, tensor in self.weights.items():
            if "weight" in name and tensor.dim() == 1:
                tensor += 0.5 * torch.rand(tensor.shape, generator=random)
        self.weights |= masked(self.weights, self.mask)

    def network(self, batch_size: int = 48, **others: Any) -> Network:
        settings = {"momentum": 0.9, "decay": 5e-4, "smoothing": 0.1} | others
        network = Network(self.model, self.images.shape, CLASSES, batch_size=batch_size, **settings)
        network.load(self.weights, self.mask)
        return network

    def draws(self, batch_size: int = 48, epoch: int = 0) -> Tensor:
        return epoch_draws(self.images, [0, 1], epoch, batch_size, flip=True)

    def reference(self) -> Stack:
        """The model in torch, in float64."""
        model = build(self.settings, 1, 3, CLASSES)
        model.load({name: tensor[None] for name, tensor in self.weights.items()})
        return model.double()


def masked(weights: Tensors, mask: Tensors) -> Tensors:
    return {name: weights[name] * kept for name, kept in mask.items()}


def activations(network: Network, count: int) -> list[Tensor]:
    """What each activation made of the last batch's `count` images, in a network that stores every value."""
    forward = network.programs.training.forward
    points = [
        (place, made) for place, made in enumerate(network.programs.graph.values) if getattr(made, "activation", 0)
    ]
    return [torch.from_numpy(forward.value(place).images(count).copy()) for place, _ in points]


def reference_gradients(case: Case, batch: tuple[Tensor, Tensor], outputs: list[Tensor], smoothing: float = 0.1):
    """Loss and gradients of the mean over a batch, in float64, with slopes of the activations as in `outputs`."""
    model, (images, labels) = case.reference(), batch
    model.train()
    with Signs(outputs):
        logits = model(images.double())[0]
    loss = functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    named = dict(model.named_parameters())
    return loss.item(), dict(zip(named, torch.autograd.grad(loss, list(named.values())), strict=True))


def batch_of(case: Case, draws: Tensor, replicate: int) -> tuple[Tensor, Tensor]:
    """Images and labels that torch makes of one batch of draws (4, B, R)."""
    images, labels = augmented(case.images, draws)
    return images[:, 3 * replicate : 3 * replicate + 3], labels[replicate]


class Signs(TorchFunctionMode):
    """Activations whose slopes are those of given outputs (N, C, H, W), in the order in which they are called."""

    def __init__(self, outputs: list[Tensor]):
        super().__init__()
        self.outputs = iter(outputs)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func not in (functional.relu, functional.hardtanh):  # what ReLU6 calls
            return func(*args, **(kwargs or {}))
        output = next(self.outputs)
        top = float("inf") if func is functional.relu else 6.0
        return args[0] * ((output > 0) & (output < top)) + torch.where(output >= top, output, 0.0).double()
