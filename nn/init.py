"""Initial values of parameters, drawn from PyTorch's random stream. Every function fills `tensor` and returns it.

`generator` is the source of the numbers, the default one if None. In a weight of shape (out, in, *kernel), `fan_in` is
in times the kernel's elements and `fan_out` is out times them.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from autograd.creation import empty_like, eye
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.exponential import log
from autograd.ops.selection import where
from autograd.random import Generator
from autograd.sampling import randperm
from autograd.tensor import Tensor, as_tensor_of

_GAINS = {
    "linear": 1.0, "identity": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4,
    **{f"conv{transposed}{n}d": 1.0 for transposed in ("", "_transpose") for n in (1, 2, 3)},
}  # fmt: skip


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much to scale a layer's weights so that the nonlinearity after it leaves the variance as it is.

    `param` is leaky_relu's negative slope, 0.01 by default. Raises ArgumentError for an unknown nonlinearity.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, int | float):
            raise ArgumentError(complaint("calculate_gain", "a number as negative slope", repr(param)))
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        names = ", ".join([*_GAINS, "leaky_relu"])
        raise ArgumentError(complaint("calculate_gain", f"one of {names}", repr(nonlinearity)))
    return _GAINS[nonlinearity]


@no_grad()
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Uniform numbers on [a, b)."""
    return tensor.uniform_(a, b, generator=generator)


@no_grad()
def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal numbers of that mean and standard deviation."""
    return tensor.normal_(mean, std, generator=generator)


@no_grad()
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal numbers of that mean and standard deviation, those outside [a, b] drawn again."""
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(f"trunc_normal_: mean {mean} lies more than 2 std outside [{a}, {b}]", stacklevel=3)
    inside = (math.erf((b - mean) / (std * math.sqrt(2))) - math.erf((a - mean) / (std * math.sqrt(2)))) / 2
    if inside > 0.3:
        tensor.normal_(mean, std, generator=generator)
        while (outside := (tensor < a) | (tensor > b)).any():
            fresh = empty_like(tensor).normal_(mean, std, generator=generator)
            tensor.copy_(where(outside, fresh, tensor))
        return tensor
    return _rejected(tensor, mean, std, a, b, generator)


def _rejected(tensor: Tensor, mean: float, std: float, a: float, b: float, generator: Generator | None) -> Tensor:
    """Uniform candidates on [a, b), each taken with the probability that its density has to the largest one."""
    log_peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    pending = empty_like(tensor).fill_(1) > 0
    while pending.any():
        candidates = empty_like(tensor).uniform_(a, b, generator=generator)
        tensor.copy_(where(pending, candidates, tensor))
        log_density = ((candidates - mean) / std) ** 2 * -0.5 - log_peak
        pending = pending & (log(empty_like(tensor).uniform_(generator=generator)) > log_density)
    return tensor


@no_grad()
def constant_(tensor: Tensor, val: float) -> Tensor:
    """The number `val` everywhere."""
    return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


@no_grad()
def eye_(tensor: Tensor) -> Tensor:
    """Ones on the diagonal of a matrix, zeros elsewhere. Raises ShapeError unless there are 2 dimensions."""
    _check_dimensions("eye_", tensor, tensor.ndim == 2, "2 dimensions")
    return tensor.copy_(eye(*tensor.shape))


@no_grad()
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A convolution's weight (out, in, *kernel) that lets its input channels through unchanged, in each group.

    Raises ShapeError unless there are 3, 4 or 5 dimensions and out is a multiple of `groups`.
    """
    _check_dimensions("dirac_", tensor, tensor.ndim in (3, 4, 5), "3, 4 or 5 dimensions")
    out = tensor.shape[0] // groups
    _check_dimensions("dirac_", tensor, out * groups == tensor.shape[0], f"a first dimension divisible by {groups}")
    tensor.fill_(0)
    middle = tuple(size // 2 for size in tensor.shape[2:])
    for group in range(groups):
        for channel in range(min(out, tensor.shape[1])):
            tensor[(group * out + channel, channel, *middle)] = 1
    return tensor


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Uniform on ±gain·√(6 / (fan_in + fan_out)).

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).
    """
    bound = math.sqrt(3) * _xavier_std("xavier_uniform_", tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal with standard deviation gain·√(2 / (fan_in + fan_out)). Source: as `xavier_uniform_`."""
    return normal_(tensor, 0.0, _xavier_std("xavier_normal_", tensor, gain), generator)


def kaiming_uniform_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:  # fmt: skip
    """Uniform on ±gain·√(3 / fan), where `mode` says which fan and the gain is that of the nonlinearity (slope `a`).

    Source: He et al., "Delving deep into rectifiers" (2015).
    """
    if _is_empty(tensor):
        return tensor
    bound = math.sqrt(3) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:  # fmt: skip
    """Normal with standard deviation gain / √fan; arguments and source as `kaiming_uniform_`."""
    if _is_empty(tensor):
        return tensor
    return normal_(tensor, 0, _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity), generator)


def lecun_normal_(tensor: Tensor, generator: Generator | None = None) -> Tensor:
    """Normal with standard deviation 1 / √fan_in, as self-normalizing networks (SELU) want it.

    Source: LeCun et al., "Efficient BackProp" (1998).
    """
    return kaiming_normal_(tensor, nonlinearity="linear", generator=generator)


@no_grad()
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """`gain` times a random matrix with orthonormal rows or columns, whichever are fewer; later dimensions flattened.

    Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (2013).
    """
    _check_dimensions("orthogonal_", tensor, tensor.ndim >= 2, "2 or more dimensions")
    if not tensor.numel():
        return tensor
    rows = tensor.shape[0]
    normal = as_tensor_of(np.empty((rows, tensor.numel() // rows), tensor.dtype)).normal_(generator=generator).numpy()
    wide = rows < normal.shape[1]
    q, r = np.linalg.qr(normal.T if wide else normal)
    q = q * np.sign(np.diag(r))
    return tensor.copy_(as_tensor_of(gain * (q.T if wide else q)).reshape(tensor.shape))


@no_grad()
def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Normal numbers around 0, a share `sparsity` of each column zeros; the zeros' places take the default generator.

    Source: Martens, "Deep learning via Hessian-free optimization" (2010).
    """
    _check_dimensions("sparse_", tensor, tensor.ndim == 2, "2 dimensions")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    tensor.normal_(0, std, generator=generator)
    for column in range(columns):
        tensor[randperm(rows)[:zeros], column] = 0
    return tensor


def _fans(where: str, tensor: Tensor) -> tuple[int, int]:
    _check_dimensions(where, tensor, tensor.ndim >= 2, "2 or more dimensions, which fan_in and fan_out need")
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def _xavier_std(where: str, tensor: Tensor, gain: float) -> float:
    return gain * math.sqrt(2.0 / float(sum(_fans(where, tensor))))


def _kaiming_std(where: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    return calculate_gain(nonlinearity, a) / math.sqrt(_fan(where, tensor, mode))


def _fan(where: str, tensor: Tensor, mode: str) -> int:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ArgumentError(complaint(where, 'mode "fan_in" or "fan_out"', repr(mode)))
    return _fans(where, tensor)[mode.lower() == "fan_out"]


def _is_empty(tensor: Any) -> bool:
    if 0 not in tensor.shape:
        return False
    warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
    return True


def _check_dimensions(where: str, tensor: Any, holds: bool, expected: str) -> None:
    if not holds:
        raise ShapeError(complaint(f"init.{where}", f"a tensor with {expected}", f"shape {tuple(tensor.shape)}"))


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """`fan_in` and `fan_out` of a weight, by the name under which layers written for PyTorch ask for them."""
    return _fans("_calculate_fan_in_and_fan_out", tensor)


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    """That one of the two which `mode` names."""
    return _fan("_calculate_correct_fan", tensor, mode)
