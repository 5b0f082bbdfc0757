"""Sums, differences, products and quotients of large arrays, element by element on the one pool."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import flat_readable
from autograd.kernels.elementwise import vector_map
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Vector
from autograd.typing import Array

WORTH_A_THREAD = 32_768
"""Elements that repay waking one more thread."""

_LINE = 16
_REPEATS = 2048  # copies of a number, which then is an operand like any other

CODES = {np.add: 0, np.subtract: 1, np.multiply: 2, np.true_divide: 3}

_add = vector_map(Vector.__add__)
_subtract = vector_map(Vector.__sub__)
_multiply = vector_map(Vector.__mul__)
_divide = vector_map(Vector.__truediv__)


@kernel()
def _combine_part(out, first, second, code, worker, workers):
    lines = (out.size + _LINE - 1) // _LINE
    place, stop = worker * lines // workers * _LINE, min(out.size, (worker + 1) * lines // workers * _LINE)
    size = out.itemsize
    while place < stop:
        left, right = place % first.size, place % second.size
        count = min(stop - place, first.size - left, second.size - right)
        target = np.intp(out.ctypes.data) + place * size
        one, other = np.intp(first.ctypes.data) + left * size, np.intp(second.ctypes.data) + right * size
        if code == 0:
            _add(out, target, one, other, count)
        elif code == 1:
            _subtract(out, target, one, other, count)
        elif code == 2:
            _multiply(out, target, one, other, count)
        else:
            _divide(out, target, one, other, count)
        place += count


@kernel(parallel=True)
def _combine_shared(out, first, second, code, workers):
    for worker in prange(workers):
        _combine_part(out, first, second, code, np.intp(worker), workers)


def combine(function: Any, first: Any, second: Any, out: Array) -> Array:
    """`function`, one of `CODES`, of two operands, into `out`: contiguous, of one float type, not empty, and returned.

    An operand is a number, or an array of the type whose elements, in order and as often as it takes, fill `out`.
    """
    operands = [_repeating(operand, out.dtype) for operand in (first, second)]
    threads.run(
        _combine_part, _combine_shared, out.size // WORTH_A_THREAD, out.reshape(-1), *operands, CODES[function]
    )  # fmt: skip
    return out


def _repeating(operand: Any, dtype: np.dtype[Any]) -> Array:
    if isinstance(operand, np.ndarray) and operand.size > 1:
        return flat_readable(operand)
    number = operand.item() if isinstance(operand, np.ndarray) else operand
    return flat_readable(np.full(_REPEATS, number, dtype))
