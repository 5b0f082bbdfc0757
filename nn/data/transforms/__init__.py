"""Transforms and augmentation of images `(C, H, W)` and batches `(N, C, H, W)`, with torchvision's names and draws."""

from nn.data.transforms.color import ColorJitter, GaussianBlur, Grayscale, Normalize, RandomErasing
from nn.data.transforms.composition import Compose, Lambda, ToTensor
from nn.data.transforms.framing import (
    CenterCrop,
    Pad,
    RandomCrop,
    RandomHorizontalFlip,
    RandomResizedCrop,
    RandomVerticalFlip,
    Resize,
)
from nn.data.transforms.scaling import MinMaxScaler, StandardScaler
from nn.data.transforms.warping import RandomAffine, RandomRotation

__all__ = [
    "CenterCrop",
    "ColorJitter",
    "Compose",
    "GaussianBlur",
    "Grayscale",
    "Lambda",
    "MinMaxScaler",
    "Normalize",
    "Pad",
    "RandomAffine",
    "RandomCrop",
    "RandomErasing",
    "RandomHorizontalFlip",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomVerticalFlip",
    "Resize",
    "StandardScaler",
    "ToTensor",
]
