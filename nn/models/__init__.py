"""Whole networks with torchvision's names and keys of state."""

from nn.models.resnet import BasicBlock, ResNet, resnet18, resnet34

__all__ = ["BasicBlock", "ResNet", "resnet18", "resnet34"]
