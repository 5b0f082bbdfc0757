"""One set of checks for every operation: a family's test file holds a table of cases and hands it over.

CASES = [OpCase(ag.mul, np.multiply, [(2, 3), (3,)])]
ERRORS = [ErrorCase(ag.mul, [ag.zeros(2), ag.zeros(3)], ShapeError, "broadcast")]
test_cases = conforms(CASES)
test_errors = refuses(ERRORS)
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from autograd.gradcheck import gradcheck, gradgradcheck
from autograd.gradients import grad
from autograd.tensor import Tensor, as_tensor_of


@dataclass
class OpCase:
    """A call of an operation and what it must give.

    inputs: one entry an operand: a shape (drawn uniformly from `domain`), an array, or a list of those for a sequence
    operand; arguments that are no tensors go to `kwargs`. oracle: takes the same arrays and `kwargs`, shares no code
    with the operation. grad_inputs: indices of the inputs to differentiate (default: all floating-point ones).
    same_dtype: floating-point results have the dtype of the floating-point inputs.
    """

    op: Callable[..., Any]
    oracle: Callable[..., Any]
    inputs: Sequence[Any]
    kwargs: dict[str, Any] = field(default_factory=dict)
    domain: tuple[float, float] = (-2.0, 2.0)
    name: str | None = None
    differentiable: bool = True
    second_order: bool = True
    grad_inputs: Sequence[int] | None = None
    tol: float = 1e-9
    tol32: float = 2e-5
    dtypes: tuple[str, ...] = ("float64", "float32")
    same_dtype: bool = True

    @property
    def title(self) -> str:
        """What pytest shows."""
        kwargs = ",".join(f"{k}={v}" for k, v in self.kwargs.items() if not isinstance(v, np.ndarray | Tensor))
        shapes = ",".join(str(_shape_text(spec)) for spec in self.inputs)
        return f"{self.name or self.op.__name__}[{shapes}{';' + kwargs if kwargs else ''}]".replace(" ", "")

    def arrays(self, dtype: str) -> list[Any]:
        """The operands, the same at each call."""
        source = np.random.default_rng(zlib.crc32(self.title.encode()))
        return [_draw(spec, self.domain, source, dtype) for spec in self.inputs]


@dataclass
class ErrorCase:
    """A call that must be refused with that exception and a message that matches."""

    op: Callable[..., Any]
    args: Sequence[Any]
    exception: type[BaseException]
    match: str
    kwargs: dict[str, Any] = field(default_factory=dict)


def conforms(cases: Sequence[OpCase]) -> Callable[..., None]:
    """A test function that puts every case through every check."""

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    @pytest.mark.parametrize("case", cases, ids=lambda case: case.title)
    def test_cases(case: OpCase, check: Callable[[OpCase], None]) -> None:
        check(case)

    return test_cases


def refuses(cases: Sequence[ErrorCase]) -> Callable[..., None]:
    """A test function that makes every wrong call and looks at the error."""

    @pytest.mark.parametrize(
        "case", cases, ids=lambda case: f"{getattr(case.op, '__name__', case.op)}-{case.match[:40]}"
    )
    def test_errors(case: ErrorCase) -> None:
        with pytest.raises(case.exception, match=case.match):
            case.op(*case.args, **case.kwargs)

    return test_errors


def value(case: OpCase) -> None:
    """The result equals the oracle's, in every dtype of the case, and has that dtype if it is floating-point."""
    for dtype in case.dtypes:
        arrays = case.arrays(dtype)
        found = _results(case.op(*_tensors(arrays), **case.kwargs))
        with np.errstate(all="ignore"):
            expected = _results(case.oracle(*arrays, **case.kwargs))
        tol = case.tol if dtype == "float64" else case.tol32
        for got, want in zip(found, expected, strict=True):
            assert got.shape == np.shape(want)
            assert got.dtype.kind != "f" or not _keeps_dtype(case, arrays) or got.dtype == dtype
            np.testing.assert_allclose(got.astype(np.asarray(want).dtype), want, rtol=tol, atol=tol)


def arrays_give_what_tensors_give(case: OpCase) -> None:
    """An operation on arrays is the same function: what makes the rules serve both orders."""
    if not hasattr(case.op, "operation"):
        pytest.skip("a composition: not used on arrays")
    arrays = case.arrays(case.dtypes[0])
    on_arrays = case.op(*arrays, **case.kwargs)
    on_tensors = case.op(*_tensors(arrays), **case.kwargs)
    for got, want in zip(_results(on_arrays), _results(on_tensors), strict=True):
        assert not isinstance(got, Tensor)
        np.testing.assert_allclose(np.asarray(got, dtype=want.dtype), want, rtol=1e-12, atol=1e-12)


def inputs_stay_unwritten(case: OpCase) -> None:
    """The operands hold afterwards what they held before, and may be read-only."""
    arrays = case.arrays(case.dtypes[0])
    before = [np.copy(a) for a in _flat(arrays)]
    case.op(*_tensors(arrays), **case.kwargs)
    for old, now in zip(before, _flat(arrays), strict=True):
        np.testing.assert_array_equal(old, now)


def any_strides(case: OpCase) -> None:
    """Transposed, strided and reversed operands give what contiguous ones give."""
    arrays = case.arrays(case.dtypes[0])
    expected = _results(case.op(*_tensors(arrays), **case.kwargs))
    for relaid in (_every_second, _column_major, _reversed):
        found = _results(case.op(*_tensors(_map(arrays, relaid)), **case.kwargs))
        for got, want in zip(found, expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=case.tol, atol=case.tol)


def gradients(case: OpCase) -> None:
    """The rules agree with differences of values."""
    inputs = leaf_inputs(case)
    if inputs is not None:
        assert gradcheck(lambda *x: case.op(*nested_inputs(case, x), **case.kwargs), inputs, rtol=1e-4, atol=1e-5)


def gradients_in_float32(case: OpCase) -> None:
    """In float32 the gradients are of that dtype, and those of float64 but for rounding."""
    inputs = leaf_inputs(case)
    if inputs is None or "float32" not in case.dtypes:
        return
    rough = [as_tensor_of(_in_float32(x._array), x.requires_grad) if isinstance(x, Tensor) else x for x in inputs]
    for got, want in zip(_first_order(case, rough), _first_order(case, inputs), strict=True):
        assert got.dtype == np.float32
        scale = np.abs(want).max(initial=1.0)
        np.testing.assert_allclose(got, want, rtol=case.tol32, atol=case.tol32 * scale)


def gradients_of_strided(case: OpCase) -> None:
    """Gradients do not depend on how operands lie in memory."""
    inputs = leaf_inputs(case)
    if inputs is None:
        return
    moved = [as_tensor_of(_every_second(x._array), x.requires_grad) for x in inputs]
    for got, want in zip(_first_order(case, moved), _first_order(case, inputs), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


def second_order(case: OpCase) -> None:
    """The gradients of the gradients agree with differences of gradients."""
    inputs = leaf_inputs(case)
    if inputs is not None and case.second_order:
        assert gradgradcheck(lambda *x: case.op(*nested_inputs(case, x), **case.kwargs), inputs, rtol=1e-3, atol=1e-4)


def any_subset_of_inputs(case: OpCase) -> None:
    """Each subset of the operands may require grad, and its gradients are the same."""
    inputs = leaf_inputs(case)
    wanted = [i for i, x in enumerate(inputs or ()) if x.requires_grad]
    if inputs is None or len(wanted) < 2:
        return
    full = dict(zip(wanted, _first_order(case, inputs), strict=True))
    for size in range(1, len(wanted)):
        for subset in itertools.combinations(wanted, size):
            some = [as_tensor_of(x._array, i in subset) for i, x in enumerate(inputs)]
            for i, got in zip(subset, _first_order(case, some), strict=True):
                np.testing.assert_allclose(got, full[i], rtol=1e-12, atol=1e-12)


CHECKS = (
    value,
    arrays_give_what_tensors_give,
    inputs_stay_unwritten,
    any_strides,
    gradients,
    gradients_in_float32,
    gradients_of_strided,
    second_order,
    any_subset_of_inputs,
)


def _shape_text(spec: Any) -> Any:
    if isinstance(spec, np.ndarray):
        return f"{spec.dtype}{spec.shape}"
    return [_shape_text(item) for item in spec] if isinstance(spec, list) else spec


def _draw(spec: Any, domain: tuple[float, float], source: np.random.Generator, dtype: str) -> Any:
    if isinstance(spec, list):
        return [_draw(item, domain, source, dtype) for item in spec]
    if isinstance(spec, tuple):
        return source.uniform(*domain, spec).astype(dtype)
    if isinstance(spec, np.ndarray):
        return spec.astype(dtype) if spec.dtype.kind == "f" else spec
    return spec


def _flat(arrays: Sequence[Any]) -> list[Any]:
    return [x for item in arrays for x in (item if isinstance(item, list) else [item])]


def _map(arrays: Sequence[Any], change: Callable[[Any], Any]) -> list[Any]:
    return [
        [change(x) for x in item] if isinstance(item, list) else change(item) if isinstance(item, np.ndarray) else item
        for item in arrays
    ]


def _tensors(arrays: Sequence[Any]) -> list[Any]:
    return _map(arrays, as_tensor_of)


def _results(result: Any) -> list[Any]:
    results = result if isinstance(result, tuple | list) else [result]
    return [x._array if isinstance(x, Tensor) else np.asarray(x) for x in results]


def _in_float32(array: Any) -> Any:
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def _keeps_dtype(case: OpCase, arrays: Sequence[Any]) -> bool:
    takes_floats = any(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in _flat(arrays))
    return case.same_dtype and takes_floats and "dtype" not in case.kwargs


def _every_second(array: Any) -> Any:
    wide = np.zeros([2 * size + 1 for size in array.shape], array.dtype)
    view = wide[tuple(slice(1, None, 2) for _ in array.shape)] if array.ndim else wide
    view[...] = array
    return view


def _column_major(array: Any) -> Any:
    return np.array(array, order="F")


def _reversed(array: Any) -> Any:
    back = tuple(slice(None, None, -1) for _ in array.shape)
    return np.ascontiguousarray(array[back])[back] if array.ndim else array


def leaf_inputs(case: OpCase) -> list[Any] | None:
    """The flat operands in float64 as leaves, or None where the case has no gradient."""
    if not case.differentiable or "float64" not in case.dtypes:
        return None
    flat = _flat(case.arrays("float64"))
    wanted = range(len(flat)) if case.grad_inputs is None else case.grad_inputs
    leaves = [
        as_tensor_of(x, i in wanted and x.dtype.kind == "f") if isinstance(x, np.ndarray) else x
        for i, x in enumerate(flat)
    ]
    return leaves if any(isinstance(x, Tensor) and x.requires_grad for x in leaves) else None


def nested_inputs(case: OpCase, flat: Sequence[Any]) -> list[Any]:
    rest = iter(flat)
    return [[next(rest) for _ in spec] if isinstance(spec, list) else next(rest) for spec in case.inputs]


def _first_order(case: OpCase, inputs: Sequence[Any]) -> list[Any]:
    result = case.op(*nested_inputs(case, inputs), **case.kwargs)
    outs = [y for y in (result if isinstance(result, tuple | list) else [result]) if y.requires_grad]
    seeds = [as_tensor_of(np.cos(np.arange(y._array.size, dtype=float)).reshape(y.shape)) for y in outs]
    wanted = [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]
    found = grad(outs, wanted, seeds, allow_unused=True)
    return [np.zeros_like(x._array) if g is None else g._array for x, g in zip(wanted, found, strict=True)]
