"""Transforms and augmentation of images `(C, H, W)`, batches `(N, C, H, W)` and pictures `(H, W)`, `(H, W, C)` or
Pillow's, with torchvision's names and draws."""

from nn.data.transforms.color import ColorJitter, GaussianBlur, Grayscale, Normalize, RandomErasing
from nn.data.transforms.composition import Compose, Lambda, RandomApply, RandomChoice
from nn.data.transforms.conversion import ConvertImageDtype, PILToTensor, ToPILImage, ToTensor
from nn.data.transforms.drawing import InterpolationMode
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
    "ConvertImageDtype",
    "GaussianBlur",
    "Grayscale",
    "InterpolationMode",
    "Lambda",
    "MinMaxScaler",
    "Normalize",
    "PILToTensor",
    "Pad",
    "RandomAffine",
    "RandomApply",
    "RandomChoice",
    "RandomCrop",
    "RandomErasing",
    "RandomHorizontalFlip",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomVerticalFlip",
    "Resize",
    "StandardScaler",
    "ToPILImage",
    "ToTensor",
]
