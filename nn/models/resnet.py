"""Residual networks of basic blocks. Source: He et al. 2016, "Deep Residual Learning"; names as in torchvision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.errors import ArgumentError, complaint
from autograd.ops.shape import flatten
from nn import init
from nn.layers.activation import ReLU
from nn.layers.adaptive_pooling import AdaptiveAvgPool2d
from nn.layers.container import Sequential
from nn.layers.convolution import Conv2d
from nn.layers.linear import Linear
from nn.layers.normalization import BatchNorm2d
from nn.layers.pooling import MaxPool2d
from nn.module import Module

__all__ = ["BasicBlock", "ResNet", "resnet18", "resnet34"]


class BasicBlock(Module):
    """Two 3x3 convolutions and a path around them: (N, inplanes, H, W) to (N, planes, H / stride, W / stride).

    downsample: a module for the path around where the shape changes.
    """

    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: Module | None = None) -> None:
        super().__init__()
        self.conv1 = Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = BatchNorm2d(planes)
        self.relu = ReLU(inplace=True)
        self.conv2 = Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = BatchNorm2d(planes)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x: Any) -> Any:
        around = x if self.downsample is None else self.downsample(x)
        inner = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(inner)) + around)


class ResNet(Module):
    """Images (N, 3, H, W) to scores (N, num_classes): a stem, four stages of blocks, the mean over places, one layer.

    layers: how many blocks each stage has.
    """

    def __init__(self, block: type[BasicBlock], layers: Sequence[int], num_classes: int = 1000) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.relu = ReLU(inplace=True)
        self.maxpool = MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self._stage(block, 64, layers[0], 1)
        self.layer2 = self._stage(block, 128, layers[1], 2)
        self.layer3 = self._stage(block, 256, layers[2], 2)
        self.layer4 = self._stage(block, 512, layers[3], 2)
        self.avgpool = AdaptiveAvgPool2d((1, 1))
        self.fc = Linear(512 * block.expansion, num_classes)
        for module in self.modules():
            if isinstance(module, Conv2d):
                init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def _stage(self, block: type[BasicBlock], planes: int, count: int, stride: int) -> Sequential:
        width = planes * block.expansion
        around = None
        if stride != 1 or self.inplanes != width:
            around = Sequential(Conv2d(self.inplanes, width, 1, stride=stride, bias=False), BatchNorm2d(width))
        blocks = [block(self.inplanes, planes, stride, around)]
        self.inplanes = width
        return Sequential(*blocks, *(block(width, planes) for _ in range(1, count)))

    def forward(self, x: Any) -> Any:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(flatten(self.avgpool(x), 1))


def resnet18(*, weights: Any = None, num_classes: int = 1000) -> ResNet:
    """The network of 18 layers, with random weights. Raises ArgumentError for any other `weights` than None."""
    return _random("resnet18", weights, [2, 2, 2, 2], num_classes)


def resnet34(*, weights: Any = None, num_classes: int = 1000) -> ResNet:
    """The network of 34 layers, with random weights. Raises ArgumentError for any other `weights` than None."""
    return _random("resnet34", weights, [3, 4, 6, 3], num_classes)


def _random(name: str, weights: Any, layers: list[int], num_classes: int) -> ResNet:
    if weights is not None:
        cure = "Nothing is downloaded: load_state_dict() takes torchvision's file"
        raise ArgumentError(complaint(name, "weights=None", repr(weights), cure))
    return ResNet(BasicBlock, layers, num_classes)
