"""Operations written out of smaller ones, for those that have no step of their own in exported files."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from autograd.ops.arithmetic import fmod
from autograd.ops.diagonal import diagonal
from autograd.ops.exponential import exp, expm1, log, log1p
from autograd.ops.extremum import amax, amin
from autograd.ops.matmul import matmul
from autograd.ops.power import pow
from autograd.ops.reduction import mean, sum
from autograd.ops.rounding import floor, trunc
from autograd.ops.selection import maximum, minimum, relu, where
from autograd.ops.sign import abs
from autograd.ops.trigonometry import tanh


def _softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    bent = input * beta
    return where(bent > threshold, input, (relu(bent) + log1p(exp(-abs(bent)))) / beta)


def _clamp(input: Any, min: Any = None, max: Any = None) -> Any:
    raised = input if min is None else maximum(input, min)
    return raised if max is None else minimum(raised, max)


def _hardsigmoid(input: Any) -> Any:
    return _clamp(input * (1 / 6) + 0.5, 0.0, 1.0)


def _variance(input: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    centred = input - mean(input, dim, True)
    found = sum(centred * centred, dim, keepdim)
    return found / (input.numel() / found.numel() - correction)


def _logsumexp(input: Any, dim: Any, keepdim: bool = False) -> Any:
    top = amax(input, dim, True)
    found = log(sum(exp(input - top), dim, True)) + top
    return found if keepdim else sum(found, dim)


def _vector_norm(x: Any, ord: float = 2, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    if ord == float("inf"):
        return amax(abs(x), () if dim is None else dim, keepdim)
    return pow(sum(pow(abs(x), ord), dim, keepdim), 1 / ord)


def _euclidean(x1: Any, x2: Any, by_product: bool) -> Any:
    gaps = x1.unsqueeze(-2) - x2.unsqueeze(-3)
    return sum(gaps * gaps, -1) ** 0.5


def _place_of_largest(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    lines = input.reshape((-1,)) if dim is None else input
    along = -1 if dim is None else dim
    size = lines.shape[along]
    numbers = lines.new_tensor(range(size)).reshape([size] + [1] * ((-1 - along) % lines.ndim))
    found = amin(where(lines == amax(lines, along, True), numbers, float(size)), along, keepdim).long()
    return found.reshape([1] * input.ndim if keepdim else []) if dim is None else found


def _contract(a: Any, b: Any, first: Any, second: Any, target: Any) -> Any:
    """A batch of matrix products: the dimensions of both, of the first alone, those summed over, of the second."""
    sizes = {**dict(zip(first, a.shape, strict=True)), **dict(zip(second, b.shape, strict=True))}
    batch = [x for x in target if x in first and x in second]
    summed = [x for x in first if x not in target]
    left, right = ([x for x in target if x in one and x not in batch] for one in (first, second))
    grouped = [
        x.permute([have.index(label) for group in groups for label in group]).reshape(
            tuple(prod(sizes[label] for label in group) for group in groups)
        )
        for x, have, groups in ((a, first, (batch, left, summed)), (b, second, (batch, summed, right)))
    ]
    made = [*batch, *left, *right]
    found = matmul(*grouped).reshape(tuple(sizes[label] for label in made))
    return found.permute([made.index(label) for label in target])


def _gather_labels(input: Any, source: Any, target: Any) -> Any:
    labels = list(source)
    while len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        first, second = [i for i, label in enumerate(labels) if label == twice][:2]
        input = diagonal(input, 0, first, second)
        labels = [label for i, label in enumerate(labels) if i not in (first, second)] + [twice]
    dims = tuple(i for i, label in enumerate(labels) if label not in target)
    kept = [label for label in labels if label in target]
    return (sum(input, dims) if dims else input).permute([kept.index(label) for label in target])


def _turns(rest: Any, other: Any) -> Any:
    """Whether C's remainder has another sign than the divisor, which is Python's."""
    return (rest != 0) * ((rest < 0) != (other < 0))


def _remainder(input: Any, other: Any) -> Any:
    rest = fmod(input, other)
    return where(_turns(rest, other), rest + other, rest)


def _floor_divide(input: Any, other: Any) -> Any:
    rest = fmod(input, other)
    whole = (input - rest) / other  # but for its rounding
    return where(rest == rest, floor(whole + 0.5) - _turns(rest, other), input / other)


def _logit(input: Any, eps: float | None = None) -> Any:
    held = input if eps is None else _clamp(input, eps, 1 - eps)
    return log(held / (1 - held))


def _nan_to_num(input: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    largest = float(np.finfo(np.float32).max)
    found = where(input == input, input, nan or 0.0)
    found = where(found == float("inf"), largest if posinf is None else posinf, found)
    return where(found == -float("inf"), -largest if neginf is None else neginf, found)


def _add_product(input: Any, a: Any, b: Any, where: str, beta: float = 1, alpha: float = 1) -> Any:
    return input * beta + matmul(a, b) * alpha


DECOMPOSITIONS: dict[str, Callable[..., Any]] = {
    "softplus": _softplus,
    "mish": lambda input: input * tanh(_softplus(input)),
    "tanhshrink": lambda input: input - tanh(input),
    "softsign": lambda input: input / (abs(input) + 1),
    "hardtanh": lambda input, min_val=-1.0, max_val=1.0: _clamp(input, min_val, max_val),
    "hardsigmoid": _hardsigmoid,
    "hardswish": lambda input: input * _hardsigmoid(input),
    "hardshrink": lambda input, lambd=0.5: where(abs(input) <= lambd, 0.0, input),
    "softshrink": lambda input, lambd=0.5: input - _clamp(input, -lambd, lambd),
    "threshold": lambda input, threshold, value: where(input > threshold, input, value),
    "prelu": lambda input, weight: where(input > 0, input, input * weight),
    "heaviside": lambda input, values: where(input == 0, values, where(input > 0, 1.0, 0.0)),
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": lambda input, max: minimum(input, max),
    "reciprocal": lambda input: 1.0 / input,
    "square": lambda input: input * input,
    "rsqrt": lambda input: pow(input, -0.5),
    "exp2": lambda input: exp(input * 0.6931471805599453),
    "addcmul": lambda input, tensor1, tensor2, value=1: input + tensor1 * tensor2 * value,
    "lerp": lambda input, end, weight: input + (end - input) * weight,
    "masked_fill": lambda input, mask, value: where(mask, value, input),
    "logical_not": lambda input: input == 0,
    "bitwise_not": lambda input: input == 0,
    "logical_and": lambda input, other: (input != 0) * (other != 0),
    "bitwise_and": lambda input, other: input * other,
    "logical_or": lambda input, other: maximum(input != 0, other != 0),
    "bitwise_or": maximum,
    "logical_xor": lambda input, other: (input != 0) != (other != 0),
    "bitwise_xor": lambda input, other: (input != 0) != (other != 0),
    "floor_divide": _floor_divide,
    "remainder": _remainder,
    "frac": lambda input: input - trunc(input),
    "addcdiv": lambda input, tensor1, tensor2, value=1: input + tensor1 / tensor2 * value,
    "logit": _logit,
    "isnan": lambda input: input != input,
    "isinf": lambda input: abs(input) == float("inf"),
    "isfinite": lambda input: abs(input) < float("inf"),
    "nan_to_num": _nan_to_num,
    "log2": lambda input: log(input) / 0.6931471805599453,
    "log10": lambda input: log(input) / 2.302585092994046,
    "sinh": lambda input: (expm1(input) - expm1(-input)) * 0.5,
    "cosh": lambda input: (exp(input) + exp(-input)) * 0.5,
    "argmax": _place_of_largest,
    "argmin": lambda input, dim=None, keepdim=False: _place_of_largest(-input, dim, keepdim),
    "variance": _variance,
    "deviation": lambda *given: _variance(*given) ** 0.5,
    "logsumexp": _logsumexp,
    "vector_norm": _vector_norm,
    "euclidean": _euclidean,
    "add_product": _add_product,
    "contract": _contract,
    "gather_labels": _gather_labels,
}
