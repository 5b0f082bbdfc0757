"""Optimizers and schedules of their rates, with PyTorch's names, arguments, defaults and state."""

from optim import lr_scheduler, stopping
from optim.adafactor import Adafactor
from optim.adagrad import Adadelta, Adagrad
from optim.adam import Adam, AdamW
from optim.adam_variants import Adamax, NAdam, RAdam
from optim.asgd import ASGD
from optim.lbfgs import LBFGS
from optim.muon import Muon
from optim.optimizer import Optimizer
from optim.rmsprop import RMSprop
from optim.rprop import Rprop
from optim.sgd import SGD
from optim.sparse_adam import SparseAdam

__all__ = [
    "ASGD", "LBFGS", "SGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Muon", "NAdam", "Optimizer",
    "RAdam", "RMSprop", "Rprop", "SparseAdam", "lr_scheduler", "stopping",
]  # fmt: skip
