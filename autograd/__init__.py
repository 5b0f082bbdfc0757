"""A reverse-mode autograd engine on NumPy and Numba with PyTorch's names, shapes and numbers."""

from autograd.gradients import backward, grad
from autograd.tensor import Tensor
