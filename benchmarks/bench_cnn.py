"""Training steps of convolutional networks: LeNet-5 on 28×28 images, ResNet-20 on 32×32."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library
from benchmarks.training import Step, first_losses, training_step

CLASSES = 10
STEPS_COMPARED = 3
WIDTHS, BLOCKS = (16, 16, 32, 64), 3  # of the stem and the three stages; blocks of two convolutions in each stage


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    if TORCH is None:
        return []
    return [
        _compare("LeNet-5, (64,1,28,28), SGD", lenet_step, 1.5, rounds, TORCH),
        _compare("ResNet-20, (32,3,32,32), SGD with momentum", resnet_step, 1.2, rounds, TORCH),
    ]


def _compare(
    title: str, make_step: Callable[[Library], Step], target: float, rounds: int, torch: Library
) -> Comparison:
    rivals = [
        Rival(library.name, make_step(library), first_losses(partial(make_step, library), STEPS_COMPARED), least)
        for library, least in ((OURS, None), (torch, target))
    ]
    return compare(title, rivals, rounds=rounds)


def lenet_step(library: Library) -> Step:
    """A fresh LeNet-5 and its training step."""
    library.tensors.manual_seed(0)
    net = lenet(library.nn)
    return _step(library, net, (64, 1, 28, 28), library.optim.SGD(net.parameters(), lr=0.01))


def resnet_step(library: Library) -> Step:
    """A fresh ResNet-20 and its training step."""
    library.tensors.manual_seed(0)
    net = ResNet20(library.nn)
    return _step(library, net, (32, 3, 32, 32), library.optim.SGD(net.parameters(), lr=0.01, momentum=0.9))


def _step(library: Library, net: Callable[[Any], Any], shape: tuple[int, ...], optimizer: Any) -> Step:
    source = np.random.default_rng(0)
    images = library.tensors.from_numpy(source.standard_normal(shape).astype(np.float32))
    labels = library.tensors.from_numpy(source.integers(0, CLASSES, shape[0]))
    loss_function = library.nn.CrossEntropyLoss()
    return training_step(optimizer, lambda: loss_function(net(images), labels))


def lenet(nn: Any) -> Any:
    """LeNet-5 as it is built today: ReLU, max pooling, padding in the place of 32×32 images."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, CLASSES),
    )  # fmt: skip


class ResNet20:
    """He et al., "Deep residual learning for image recognition" (2015), 4.2; 1×1 shortcuts where widths change."""

    def __init__(self, nn: Any) -> None:
        self.stem = nn.Sequential(nn.Conv2d(3, WIDTHS[0], 3, padding=1, bias=False), nn.BatchNorm2d(WIDTHS[0]))
        self.blocks = nn.ModuleList([nn.ModuleList(block) for block in _blocks(nn)])
        self.head = nn.Linear(WIDTHS[-1], CLASSES)
        self.all = nn.ModuleList([self.stem, self.blocks, self.head])

    def parameters(self) -> Iterator[Any]:
        """Those of all layers."""
        return self.all.parameters()

    def __call__(self, x: Any) -> Any:
        x = self.stem(x).relu()
        for residual, shortcut in self.blocks:
            x = (residual(x) + shortcut(x)).relu()
        return self.head(x.mean((2, 3)))


def _blocks(nn: Any) -> Iterator[tuple[Any, Any]]:
    """Of each block the residual and the shortcut; a stage's first block halves the image, but in the first stage."""
    for stage, (before, width) in enumerate(pairwise(WIDTHS)):
        for number in range(BLOCKS):
            inputs, stride = (before, 1 + (stage > 0)) if number == 0 else (width, 1)
            residual = nn.Sequential(
                nn.Conv2d(inputs, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
                nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width),
            )  # fmt: skip
            if stride == 1:
                yield residual, nn.Identity()
            else:
                shortcut = nn.Conv2d(inputs, width, 1, stride, bias=False)
                yield residual, nn.Sequential(shortcut, nn.BatchNorm2d(width))
