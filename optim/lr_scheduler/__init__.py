"""Schedules of learning rates, with PyTorch's names and numbers and those of the classic lectures."""

from optim.lr_scheduler.averaging import SWALR
from optim.lr_scheduler.composition import ChainedScheduler, SequentialLR
from optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from optim.lr_scheduler.cyclic import CyclicLR, OneCycleLR
from optim.lr_scheduler.plateau import ReduceLROnPlateau
from optim.lr_scheduler.polynomial import ConstantLR, InversePowerLR, LinearLR, PolynomialLR, WarmupLR
from optim.lr_scheduler.scheduler import LRScheduler
from optim.lr_scheduler.step import (
    ExponentialLR,
    LaggingExponentialLR,
    LambdaLR,
    MultiplicativeLR,
    MultiStepLR,
    StepLR,
)

_LRScheduler = LRScheduler

__all__ = [
    "ChainedScheduler", "ConstantLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR", "ExponentialLR",
    "InversePowerLR", "LRScheduler", "LaggingExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "MultiplicativeLR",
    "OneCycleLR", "PolynomialLR", "ReduceLROnPlateau", "SWALR", "SequentialLR", "StepLR", "WarmupLR", "_LRScheduler",
]  # fmt: skip
