"""Optimizers, with PyTorch's names, arguments, defaults and state."""

from optim.adam import Adam, AdamW
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
