"""Comparing the derivative rules with differences of function values, to first and second order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, AutogradError, complaint
from autograd.grad_mode import enable_grad
from autograd.gradients import grad
from autograd.tensor import Tensor, as_tensor_of
from autograd.typing import Array


class GradcheckError(AutogradError):
    """A gradient that differs from the difference quotient."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Check the gradients of `func(*inputs)` against central differences with step `eps`.

    inputs: float64 tensors; those that require grad are checked. func: returns a tensor or a tuple that holds tensors.
    Every entry of the Jacobian must agree within `atol + rtol * |difference quotient|`.
    Raises GradcheckError (or returns False with `raise_exception=False`) naming input, output and the worst entry, and
    ArgumentError for inputs that are not float64 or none of which requires grad.
    """
    arguments = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    checked = [i for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    if not checked:
        raise ArgumentError(complaint("gradcheck", "an input that requires grad", "none"))
    for i in checked:
        if arguments[i]._array.dtype != np.float64:
            raise ArgumentError(
                complaint(
                    "gradcheck", "float64 inputs", f"input {i} of {arguments[i].dtype!r}", "Convert with double()"
                )
            )
    problem = _disagreement(func, arguments, checked, eps, atol, rtol)
    if problem and raise_exception:
        raise GradcheckError(problem)
    return not problem


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Check second derivatives of `func`: `gradcheck` of the map from inputs and `grad_outputs` to gradients.

    `grad_outputs` defaults to fixed pseudo-random tensors. Raises as `gradcheck`.
    """
    arguments = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    checked = [i for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    with enable_grad():
        outputs = _differentiable(func(*arguments))
    if not outputs:
        return True
    if grad_outputs is None:
        source = np.random.default_rng(0)
        grad_outputs = [as_tensor_of(source.uniform(0.5, 1.5, y.shape), True) for y in outputs]
    given = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
    n = len(arguments)

    def first_order(*both: Any) -> tuple[Any, ...]:
        outs = _differentiable(func(*both[:n]))
        wanted = [both[i] for i in checked]
        found = grad(outs, wanted, list(both[n:]), create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None and g.requires_grad)

    with enable_grad():
        if not first_order(*arguments, *given):
            return True
    return gradcheck(first_order, [*arguments, *given], eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception)


def _differentiable(result: Any) -> list[Any]:
    results = result if isinstance(result, tuple | list) else (result,)
    return [y for y in results if isinstance(y, Tensor) and y.requires_grad]


def _disagreement(
    func: Callable[..., Any], arguments: list[Any], checked: list[int], eps: float, atol: float, rtol: float
) -> str:
    """What differs, or an empty text."""
    with enable_grad():
        outputs = _differentiable(func(*arguments))
    analytic = [_rows(y, [arguments[i] for i in checked]) for y in outputs]
    for position, i in enumerate(checked):
        if not arguments[i]._array.size:
            continue
        columns = _columns(func, arguments, i, eps, len(outputs))
        for o in range(len(outputs)):
            found, expected = analytic[o][position], columns[o]
            off = np.abs(found - expected) > atol + rtol * np.abs(expected)
            off |= np.isnan(found) != np.isnan(expected)
            if off.any():
                row, column = np.argwhere(off)[0]
                return complaint(
                    "gradcheck",
                    f"d output {o}[{row}] / d input {i}[{column}] = {expected[row, column]:.6g} by differences",
                    f"{found[row, column]:.6g} from the rules ({off.sum()} of {off.size} entries differ)",
                )
    return ""


def _rows(output: Any, inputs: list[Any]) -> list[Array]:
    """The Jacobians of one output, by backward passes: one array (output size, input size) an input."""
    size = output._array.size
    jacobians = [np.zeros((size, x._array.size)) for x in inputs]
    for row in range(size):
        one = np.zeros(size)
        one[row] = 1.0
        seed = as_tensor_of(one.reshape(output.shape))
        for jacobian, g in zip(
            jacobians, grad(output, inputs, seed, retain_graph=True, allow_unused=True), strict=True
        ):
            if g is not None:
                jacobian[row] = g._array.ravel()
    return jacobians


def _columns(func: Callable[..., Any], arguments: list[Any], i: int, eps: float, outputs: int) -> list[Array]:
    """The Jacobians of all outputs for input `i`, by central differences."""
    original = arguments[i]._array
    size = original.size
    columns: list[list[Array]] = [[] for _ in range(outputs)]
    for column in range(size):
        values = []
        for step in (eps, -eps):
            moved = np.array(original, order="C")
            moved.reshape(-1)[column] += step
            replaced = [as_tensor_of(moved, True) if j == i else x for j, x in enumerate(arguments)]
            with enable_grad():
                values.append([y._array.ravel() for y in _differentiable(func(*replaced))])
        for o in range(outputs):
            columns[o].append((values[0][o] - values[1][o]) / (2 * eps))
    return [np.stack(c, axis=1) if c else np.zeros((0, 0)) for c in columns]
