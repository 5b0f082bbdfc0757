"""Comparisons for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.errors import ArgumentError, complaint
from autograd.tensor import Tensor
from autograd.typing import Array

__all__ = ["assert_close"]

_RELATIVE = {"float16": 1e-3, "float32": 1.3e-6, "float64": 1e-7}
_ABSOLUTE = {"float16": 1e-5, "float32": 1e-5, "float64": 1e-7}


def assert_close(
    actual: Any, expected: Any, *, allow_subclasses: bool = True, rtol: float | None = None, atol: float | None = None,
    equal_nan: bool = False, check_device: bool = True, check_dtype: bool = True, check_layout: bool = True,
    check_stride: bool = False, msg: Any = None,
) -> None:  # fmt: skip
    """Raise AssertionError unless `|actual - expected| <= atol + rtol·|expected|` for all elements.

    Tensors, arrays and numbers are compared, and sequences and mappings of them; shapes have to be equal, dtypes too
    where `check_dtype`. `rtol` and `atol` are given both or neither: by default 1e-3 and 1e-5 for float16, 1.3e-6 and
    1e-5 for float32, 1e-7 and 1e-7 for float64 (the larger of both sides), 0 for others. NaN equals NaN with
    `equal_nan`. `msg`: a text in place of the error's, or a function of it. The other arguments are accepted.
    Raises ArgumentError where one of the tolerances is given. Source: PyTorch, `torch.testing.assert_close`.
    """
    if (rtol is None) != (atol is None):
        raise ArgumentError(complaint("assert_close", "rtol and atol, or neither", f"rtol={rtol}, atol={atol}"))
    problem = _difference(actual, expected, (rtol, atol), equal_nan, check_dtype, "")
    if problem:
        raise AssertionError(msg(problem) if callable(msg) else msg or problem)


def _difference(actual: Any, expected: Any, tolerances: Any, equal_nan: bool, check_dtype: bool, where: str) -> str:
    """What is not close, in words; "" where all is."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        if actual.keys() != expected.keys():
            return f"The keys do not match{where}: {sorted(map(str, actual))} != {sorted(map(str, expected))}"
        pairs = [(actual[key], expected[key], key) for key in actual]
    elif isinstance(actual, list | tuple) and isinstance(expected, list | tuple):
        if len(actual) != len(expected):
            return f"The lengths do not match{where}: {len(actual)} != {len(expected)}"
        pairs = [(a, b, i) for i, (a, b) in enumerate(zip(actual, expected, strict=True))]
    else:
        return _of_tensors(actual, expected, tolerances, equal_nan, check_dtype, where)
    for a, b, place in pairs:
        told = _difference(a, b, tolerances, equal_nan, check_dtype, f"{where or ' at '}[{place!r}]")
        if told:
            return told
    return ""


def _of_tensors(actual: Any, expected: Any, tolerances: Any, equal_nan: bool, check_dtype: bool, where: str) -> str:
    numbers = not any(isinstance(x, Tensor | np.ndarray) for x in (actual, expected))
    a, b = (x.detach().numpy() if isinstance(x, Tensor) else np.asarray(x) for x in (actual, expected))
    if a.shape != b.shape:
        return f"The shapes do not match{where}: {a.shape} != {b.shape}"
    if check_dtype and not numbers and a.dtype != b.dtype:
        return f"The dtypes do not match{where}: {dtypes.of(a.dtype)} != {dtypes.of(b.dtype)}"
    rtol, atol = tolerances
    if rtol is None:
        rtol = max(_RELATIVE.get(x.dtype.name, 0.0) for x in (a, b))
        atol = max(_ABSOLUTE.get(x.dtype.name, 0.0) for x in (a, b))
    a, b = a.astype(np.float64), b.astype(np.float64)
    wrong = ~np.isclose(a, b, rtol, atol, equal_nan)
    return _told(a, b, wrong, rtol, atol, where) if wrong.any() else ""


def _told(a: Array, b: Array, wrong: Array, rtol: float, atol: float, where: str) -> str:
    kind = "Tensor-likes" if a.ndim else "Scalars"
    apart = np.abs(a - b)
    relative = np.divide(apart, np.abs(b), out=np.full(a.shape, np.inf), where=b != 0)
    lines = [f"{kind} are not {'close' if rtol or atol else 'equal'}{where}!", ""]
    lines.append(f"Mismatched elements: {wrong.sum()} / {wrong.size} ({wrong.mean():.1%})")
    for name, found, allowed in (("absolute", apart, atol), ("relative", relative, rtol)):
        worst = np.unravel_index(np.argmax(np.where(wrong, found, -1.0)), found.shape)
        index = tuple(map(int, worst))
        lines.append(f"Greatest {name} difference: {found[worst]} at index {index} (up to {allowed} allowed)")
    return "\n".join(lines)
